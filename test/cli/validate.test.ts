import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { helm4Binary } from '../tools/renderers.mjs';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const config = (environments: string): string =>
  `apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { manifests: base }\nnamespace: ecotrack\nenvironments:\n${environments}`;
const pod = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: main, image: "${image}" }] }\n`;
const lock = (environment: string, image: string): string =>
  `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: ${environment}\nimages:\n  - name: ${image}\n    tag: "1"\n    source: { repository: https://github.com/acme/mono, commit: ${commit} }\n`;

describe('waybill validate', () => {
  it('runs helm once for environments that give it the same', async () => {
    const cwd = createRepository({
      'waybill.yaml': `apiVersion: waybill.dev/v1
kind: Waybill
source: { helm: { chart: chart, values: { x: "{{ values.x }}" } } }
values: { x: "0" }
namespace: ecotrack
environments: { a: {}, b: {}, c: { values: { x: "1" } } }
`,
      'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
      'chart/templates/a.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { x: "{{ .Values.x }}" }\n',
    });
    const log = join(cwd, '.git', 'started');
    const wrapper = join(cwd, '.git', 'helm');
    writeFileSync(wrapper, `#!/bin/sh\necho "$1" >> ${log}\nexec ${await helm4Binary()} "$@"\n`, { mode: 0o755 });
    const { code, stderr } = await runCli(['validate'], { cwd, env: { WAYBILL_HELM: wrapper } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const started = readFileSync(log, 'utf8').split('\n');
    expect(started.filter((command) => command === 'template')).toHaveLength(2);
  });

  it('renders every environment of every application and says how much there is', async () => {
    const cwd = createRepository({
      'apps/a/waybill.yaml': config('  staging: {}\n  production: {}\n'),
      'apps/a/base/a.yaml': pod('ghcr.io/acme/a'),
      'apps/a/locks/staging.yaml': lock('staging', 'ghcr.io/acme/a'),
      'apps/a/locks/production.yaml': lock('production', 'ghcr.io/acme/a'),
      'apps/plain/notes.txt': 'no application',
      'node_modules/x/waybill.yaml': 'broken: [',
    });
    expect(await runCli(['validate'], { cwd })).toEqual({
      code: 0,
      stdout: 'apps/a: staging (2 resources), production (2 resources)\n',
      stderr: '',
    });
  });

  it('takes a directory without any waybill.yaml for one application', async () => {
    const cwd = createRepository({ 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n' });
    expect((await runCli(['validate'], { cwd })).stdout).toBe('.: 1 resource\n');
  });

  it('names init where nothing is, and warns once of the images of several applications', async () => {
    const empty = await runCli(['validate'], { cwd: createRepository({}) });
    expect(empty).toMatchObject({ code: 1, stdout: '' });
    expect(empty.stderr).toContain('error[empty-result]');
    expect(empty.stderr).toContain('; waybill init . makes one of manifests, a kustomization or a chart');
    const cwd = createRepository({
      'a/waybill.yaml': config('  staging: {}\n  production: {}\n'),
      'a/base/a.yaml': pod('nginx'),
      'b/waybill.yaml': config('  production: {}\n'),
      'b/base/a.yaml': pod('redis'),
    });
    const { code, stderr } = await runCli(['validate'], { cwd });
    expect(code).toBe(0);
    expect(stderr).toContain(`a/waybill.yaml: warning[image-unreported]: deployments of 2 images are not reported
  a/waybill.yaml: nginx (staging, production)
  b/waybill.yaml: redis (production)
  Their source commit is not known. CI's next waybill images set writes it;`);
    expect(stderr.match(/image-unreported/gu)).toHaveLength(1);
  });

  it('says that it took a directory for an application, and of which application it is a part', async () => {
    const cwd = createRepository({ 'a/waybill.yaml': config('  staging: {}\n'), 'a/base/a.yaml': pod('nginx') });
    const { code, stderr } = await runCli(['validate', 'a/base'], { cwd });
    expect(code).toBe(0);
    expect(stderr).toContain(
      'no application is in a/base or below (no waybill.yaml, no locks): it was validated as one; it is inside the application a\n',
    );
  });

  it('finds applications that have locks and no waybill.yaml, and renders what is locked', async () => {
    const cwd = createRepository({
      'apps/a/waybill.yaml': config('  production: {}\n'),
      'apps/a/base/a.yaml': pod('ghcr.io/acme/a'),
      'apps/b/a.yaml': pod('ghcr.io/acme/b'),
      'apps/b/locks/production.yaml': lock('production', 'ghcr.io/acme/other'),
      'apps/b/locks/staging.yaml': lock('staging', 'ghcr.io/acme/b'),
    });
    const wrong = await runCli(['validate', 'apps', '--namespace', 'ecotrack'], { cwd });
    expect({ code: wrong.code, stdout: wrong.stdout }).toEqual({ code: 1, stdout: '' });
    expect(wrong.stderr).toContain('apps/b/locks/production.yaml:5:');
    expect(wrong.stderr).not.toContain('apps/b/locks/staging.yaml');
    writeFileSync(join(cwd, 'apps/b/locks/production.yaml'), lock('production', 'ghcr.io/acme/b'));
    const right = await runCli(['validate', 'apps', '--namespace', 'ecotrack'], { cwd });
    expect(right.code).toBe(0);
    expect(right.stdout).toBe(
      'apps/a: production (1 resource)\napps/b: production (2 resources), staging (2 resources)\n',
    );
  });

  it('finds an application whose waybill.yaml or only lock is misspelt', async () => {
    const cwd = createRepository({
      'apps/a/waybill.yml': config('  production: {}\n'),
      'apps/b/locks/production.yml': lock('production', 'ghcr.io/acme/b'),
      'apps/c/waybill.yaml': config('  production: {}\n'),
      'apps/c/base/a.yaml': pod('nginx'),
    });
    const { code, stderr } = await runCli(['validate', 'apps'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('apps/a/waybill.yml: error[config-file-name]');
    expect(stderr).toContain('apps/b/locks/production.yml: error[lock-environment]');
  });

  it('reports all mistakes of all applications, each once', async () => {
    const cwd = createRepository({
      'a/waybill.yaml': config('  staging: {}\n  production: {}\n'),
      'a/base/a.yaml': 'kind: [\n',
      'b/waybill.yaml': config('  staging: { nonsense: 1 }\n'),
      'c/waybill.yaml': config('  staging: {}\n'),
      'c/base/a.yaml': pod('nginx'),
      'c/locks/production.yaml': lock('production', 'nginx'),
    });
    const { code, stdout, stderr } = await runCli(['validate'], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.match(/^\S.*error\[[a-z-]+\]/gmu)).toEqual([
      expect.stringMatching(/^a\/base\/a\.yaml:\d+:\d+: error\[yaml-syntax\]$/u),
      'b/waybill.yaml:6:14: error[config-invalid]',
      'c/locks/production.yaml: error[lock-environment]',
    ]);
  });

  it('warns of images that are not reported, and of applications that report into each other', async () => {
    const cwd = createRepository({
      'a/waybill.yaml': config('  production: {}\n'),
      'a/base/a.yaml': pod('ghcr.io/acme/a'),
      'a/base/b.yaml': pod('nginx').replace('name: a', 'name: b'),
      'a/locks/production.yaml': lock('production', 'ghcr.io/acme/a'),
      'b/waybill.yaml': config('  production: {}\n'),
      'b/base/a.yaml': pod('ghcr.io/acme/b'),
      'b/locks/production.yaml': lock('production', 'ghcr.io/acme/b'),
    });
    const { code, stderr } = await runCli(['validate'], { cwd });
    expect(code).toBe(0);
    expect(stderr).toBe(`a/waybill.yaml: warning[image-unreported]: deployments of an image are not reported
  nginx (production)
  Their source commit is not known. CI's next waybill images set writes it; or declare sourceRepository and commitFromTag.
  Declare third-party images with thirdParty: true.

a/waybill.yaml: warning[environment-shared]: 2 applications report to the same environments of acme/mono (production)
  They are a, b.
  Their reports overwrite each other. Set reportAs: "{{ environment }}/{{ app.name }}" in each.
2 warnings
`);
    expect((await runCli(['validate', '--strict'], { cwd })).code).toBe(1);
    expect((await runCli(['validate', 'b', '--strict'], { cwd })).code).toBe(0);
  });

  it('tells one cause in nine renders once, counts, and says what renders', async () => {
    const overlay = '{ target: { kind: Service }, remove: true }';
    const environments = ['development', 'staging', 'production'];
    const broken = config(environments.map((one) => `  ${one}: { overlays: [${overlay}] }\n`).join(''));
    const application = (name: string) => ({
      [`${name}/waybill.yaml`]: broken,
      [`${name}/base/a.yaml`]: pod('ghcr.io/acme/a'),
    });
    const cwd = createRepository({
      ...application('a'),
      ...application('b'),
      ...application('c'),
      'd/waybill.yaml': config('  staging: {}\n'),
      'd/base/a.yaml': pod('ghcr.io/acme/a@sha256:'.concat('0'.repeat(64))),
    });
    const { code, stdout, stderr } = await runCli(['validate'], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.match(/error\[overlay-no-match\]/gu)).toHaveLength(1);
    expect(stderr).toContain('The same 8 times more: a/waybill.yaml:');
    expect(stderr).toMatch(/^9 errors of 1 cause(?:, 1 warning)?$/mu);
    expect(stderr).toMatch(/^renders: d: staging \(1 resource\)$/mu);
  });

  it('is green with --strict where images of third parties are declared as such', async () => {
    const cwd = createRepository({
      'a/waybill.yaml': `${config('  production: {}\n')}images: [{ name: nginx, thirdParty: true }]\n`,
      'a/base/a.yaml': pod('ghcr.io/acme/a'),
      'a/base/b.yaml': pod('nginx').replace('name: a', 'name: b'),
      'a/locks/production.yaml': lock('production', 'ghcr.io/acme/a'),
    });
    expect(await runCli(['validate', '--strict'], { cwd })).toMatchObject({ code: 0 });
  });
});
