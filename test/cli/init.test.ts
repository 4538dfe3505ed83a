import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

const deployment = (image: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec: { template: { spec: { containers: [{ name: main, image: "${image}" }] } } }\n`;

describe('waybill init', () => {
  it('writes a file that renders, with the images it found', async () => {
    const cwd = createRepository({
      'app/base/a.yaml': deployment('ghcr.io/acme/a/worker:1'),
      'app/base/b.yaml': deployment('nginx').replaceAll('name: a', 'name: b'),
    });
    const { code, stdout, stderr } = await runCli(['init', 'app'], { cwd });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr:
        'app/waybill.yaml is written: 2 objects, each equal to what Argo CD renders today\nNext: waybill render app\n',
    });
    expect(readFileSync(join(cwd, 'app/waybill.yaml'), 'utf8')).toContain(`source:
  manifests: base
images:
  - name: ghcr.io/acme/a/worker
    # sourceRepository: https://github.com/acme/a   #`);
    expect((await runCli(['render', 'app'], { cwd })).code).toBe(0);
  });

  it('takes the environments from the locks of a plain application', async () => {
    const cwd = createRepository({
      'a.yaml': deployment('ghcr.io/acme/a:1'),
      'locks/production.yaml': `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: production\nimages: [{ name: ghcr.io/acme/a, tag: "2" }]\n`,
    });
    const { stdout } = await runCli(['init', '--print'], { cwd });
    expect(stdout).toContain('source:\n  manifests: .\n');
    expect(stdout).toContain('environments:\n  production: {}\n');
  });

  it('needs no namespace where the lock names a source commit', async () => {
    const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
    const source = `source: { repository: "https://github.com/acme/a", commit: ${commit} }`;
    const cwd = createRepository({
      'a.yaml': deployment('ghcr.io/acme/a:1'),
      'locks/production.yaml': `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: production\nimages: [{ name: ghcr.io/acme/a, tag: "2", ${source} }]\n`,
    });
    expect(await runCli(['init'], { cwd })).toMatchObject({ code: 0 });
    expect((await runCli(['render', '-e', 'production', '--namespace', 'acme'], { cwd })).code).toBe(0);
  });

  it('knows the usual layouts of kustomize and helm repositories', async () => {
    const env = {
      PATH: process.env['PATH'],
      WAYBILL_HELM: await helm4Binary(),
      WAYBILL_KUSTOMIZE: await kustomizeBinary(),
    };
    const overlay = 'resources: [../../base]\n';
    const kustomize = createRepository({
      'base/kustomization.yaml': 'resources: [a.yaml]\n',
      'base/a.yaml': deployment('ghcr.io/acme/a:1'),
      'overlays/staging/kustomization.yaml': overlay,
      'overlays/production/kustomization.yaml': overlay,
    });
    expect((await runCli(['init', '--print'], { cwd: kustomize, env })).stdout).toContain(
      'source:\n  kustomize: "overlays/{{ environment }}"\n',
    );
    const helm = createRepository({
      'chart/Chart.yaml': 'apiVersion: v2\nname: a\nversion: 1.0.0\n',
      'chart/templates/a.yaml': deployment('{{ .Values.image }}'),
      'values.yaml': 'image: ghcr.io/acme/a:1\n',
      'values-production.yaml': 'image: ghcr.io/acme/a:2\n',
    });
    const { stdout, stderr } = await runCli(['init', '--print'], { cwd: helm, env });
    expect(stderr).toBe('');
    expect(stdout).toContain('    chart: chart\n    valueFiles: [values.yaml, "values-{{ environment }}.yaml"]\n');
    expect(stdout).toContain('environments:\n  production: {}\n');
  });

  it('never touches a file that is there, and writes nothing that does not render', async () => {
    const there = createRepository({ 'waybill.yaml': '# mine\n', 'a.yaml': deployment('a:1') });
    const { code, stderr } = await runCli(['init'], { cwd: there });
    expect(code).toBe(1);
    expect(stderr).toContain('error[init-exists]');
    expect(readFileSync(join(there, 'waybill.yaml'), 'utf8')).toBe('# mine\n');
    const empty = createRepository({ 'notes.txt': '' });
    expect(await runCli(['init', '--print'], { cwd: empty })).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('waybill init, where names are not those of environments', () => {
  const env = async () => ({
    PATH: process.env['PATH'],
    WAYBILL_HELM: await helm4Binary(),
    WAYBILL_KUSTOMIZE: await kustomizeBinary(),
  });
  const overlay = 'resources: [../../base]\n';
  const base = { 'base/kustomization.yaml': 'resources: [a.yaml]\n', 'base/a.yaml': deployment('ghcr.io/acme/a:1') };

  it('maps them, reports them by the name that people know, and renders what the overlay renders', async () => {
    const cwd = createRepository({
      ...base,
      'overlays/Prod_EU/kustomization.yaml': `${overlay}nameSuffix: -eu\n`,
      'overlays/stable-v1.1/kustomization.yaml': overlay,
      'overlays/staging/kustomization.yaml': overlay,
      'overlays/parts/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n',
      'overlays/---/kustomization.yaml': overlay,
      'overlays/prod-eu-/kustomization.yaml': overlay,
    });
    const { code, stderr } = await runCli(['init'], { cwd, env: await env() });
    expect({ code, stderr: stderr.split('\n') }).toEqual({
      code: 0,
      stderr: [
        'left out: overlays/parts (is a component)',
        'left out: overlays/--- (its name can be no environment)',
        'left out: overlays/prod-eu- (would be the environment prod-eu, as overlays/Prod_EU)',
        'waybill.yaml is written: staging (1 object), prod-eu (overlays/Prod_EU: 1 object), stable-v1-1 (overlays/stable-v1.1: 1 object), each equal to what Argo CD renders today',
        'locks/staging.yaml, locks/prod-eu.yaml, locks/stable-v1-1.yaml are written: ghcr.io/acme/a',
        'Next: waybill render . -e staging',
        '',
      ],
    });
    expect(readFileSync(join(cwd, 'waybill.yaml'), 'utf8')).toContain(
      'environments:\n  staging: {}\n  prod-eu: { reportAs: prod_eu, values: { folder: Prod_EU } }\n  stable-v1-1: { reportAs: stable-v1.1, values: { folder: stable-v1.1 } }\n',
    );
    const rendered = await runCli(['render', '-e', 'prod-eu', '--no-stamp'], { cwd, env: await env() });
    expect(rendered.stdout).toContain('name: a-eu\n');
    expect((await runCli(['validate'], { cwd, env: await env() })).code).toBe(0);
  });

  it('writes nothing when an object is not what it is today, and says which', async () => {
    const cwd = createRepository({ ...base, 'overlays/staging/kustomization.yaml': overlay });
    // A kustomize that makes something else each time, as plugins with random passwords do.
    const restless = join(cwd, 'kustomize.sh');
    const real = (await env()).WAYBILL_KUSTOMIZE;
    writeFileSync(restless, `#!/bin/sh\n${real} "$@" | /bin/sed "s,acme/a:1,acme/a:$$,"\n`, { mode: 0o755 });
    const { code, stdout, stderr } = await runCli(['init'], {
      cwd,
      env: { ...(await env()), WAYBILL_KUSTOMIZE: restless },
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('error[init-different]: staging would not render what overlays/staging renders');
    expect(stderr).toContain('Different: Deployment');
    expect(existsSync(join(cwd, 'waybill.yaml'))).toBe(false);
  });

  it('leaves out, with the reason, what does not render, and writes the rest', async () => {
    const cwd = createRepository({
      ...base,
      'overlays/production/kustomization.yaml': overlay,
      'overlays/staging/kustomization.yaml': 'resources: [../../base, missing.yaml]\n',
    });
    const { code, stderr } = await runCli(['init'], { cwd, env: await env() });
    expect(code).toBe(0);
    expect(stderr).toContain('left out: overlays/staging (does not render: ');
    expect(readFileSync(join(cwd, 'waybill.yaml'), 'utf8')).toContain('environments:\n  production: {}\n');
  });

  it('takes values files of either order, and says which it did not take', async () => {
    const cwd = createRepository({
      'Chart.yaml': 'apiVersion: v2\nname: a\nversion: 1.0.0\n',
      'templates/a.yaml': deployment('{{ .Values.image }}'),
      'values.yaml': 'image: ghcr.io/acme/a:1\n',
      'prod-values.yaml': 'image: ghcr.io/acme/a:2\n',
      'dev-values.yaml': 'image: ghcr.io/acme/a:3\n',
      'values-extra.yaml': 'image: ghcr.io/acme/a:4\n',
    });
    const { stdout, stderr } = await runCli(['init', '--print'], { cwd, env: await env() });
    expect(stdout).toContain('    valueFiles: ["{{ environment }}-values.yaml"]\n');
    expect(stdout).toContain('environments:\n  dev: {}\n  prod: {}\n');
    expect(stderr).toBe('left out: values-extra.yaml (another pattern than ENVIRONMENT-values.yaml)\n');
  });

  it('says in a few words that a directory holds several applications, or none', async () => {
    const cwd = createRepository({
      'apps/a/d.yaml': deployment('ghcr.io/acme/a:1'),
      'apps/b/d.yaml': deployment('ghcr.io/acme/b:1'),
      'apps/package.json': '{ "name": "x" }',
      'docs/readme.md': '',
    });
    const several = await runCli(['init', 'apps'], { cwd });
    expect(several).toMatchObject({ code: 1, stdout: '' });
    expect(several.stderr).toBe(
      'error[init-several]: apps is no application, but 2 below it look like one\n  They are apps/a, apps/b.\n  Start waybill init in one of them, or write all: waybill init --all apps\n',
    );
    expect((await runCli(['init', 'docs'], { cwd })).stderr).toContain(
      'error[init-nothing]: docs has nothing to render',
    );
  });
});

describe('waybill init --all', () => {
  const content = {
    'package.json': '{ "kind": "x" }',
    'apps/a/d.yaml': deployment('ghcr.io/acme/a:1'),
    'apps/b/production/d.yaml': deployment('ghcr.io/acme/b:2'),
    'apps/b/staging/d.yaml': deployment('ghcr.io/acme/b:1'),
    'apps/c/waybill.yaml': 'apiVersion: waybill.dev/v1\nkind: Waybill\n',
    'apps/d/d.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n',
    'apps/nested/e/d.yaml': deployment('ghcr.io/acme/e:1'),
  };

  it('writes all that render, and says why the others are left out', async () => {
    const cwd = createRepository(content);
    const { code, stdout, stderr } = await runCli(['init', '--all'], { cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain(
      'apps/a/waybill.yaml is written: 1 object, each equal to what Argo CD renders today\n' +
        'apps/b/waybill.yaml is written: staging (1 object), production (1 object), each equal to what Argo CD renders today\n',
    );
    expect(stderr).toMatch(/apps\/d\/d\.yaml:\d+: warning\[[a-z-]+\]/u);
    expect(stderr).toContain('left out: apps/c (has a waybill.yaml)\nleft out: apps/d (does not render)\n');
    expect(stderr).toContain(
      '3 applications, 4 renders; 4 objects of 4 equal to what Argo CD renders today, no pod restarts\n',
    );
    expect(existsSync(join(cwd, 'apps/d/waybill.yaml'))).toBe(false);
    expect(readFileSync(join(cwd, 'apps/b/waybill.yaml'), 'utf8')).toContain('manifests: "{{ environment }}"');
    const again = await runCli(['init', '--all'], { cwd });
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('left out: apps/a, apps/b, apps/c, apps/nested/e (has a waybill.yaml)\n');
  });

  it('finds applications beside the environments, and beside the chart, of another', async () => {
    const cwd = createRepository({
      'one/dev/d.yaml': deployment('ghcr.io/acme/a:1'),
      'one/prod/d.yaml': deployment('ghcr.io/acme/a:1'),
      'one/monitoring/d.yaml': deployment('ghcr.io/acme/b:1'),
      'two/chart/Chart.yaml': 'apiVersion: v2\nname: a\nversion: 1.0.0\n',
      'two/other/d.yaml': deployment('ghcr.io/acme/b:1'),
    });
    const { stdout, stderr } = await runCli(['init', '--all', '--print'], { cwd });
    expect(stdout.match(/^# .*\/waybill.yaml$/gmu)).toEqual([
      '# one/waybill.yaml',
      '# one/monitoring/waybill.yaml',
      '# two/other/waybill.yaml',
    ]);
    expect(stderr).not.toContain('one/monitoring');
  });

  it('tells a warning of several applications and renders once', async () => {
    const kustomization = 'commonLabels: { app: a }\nresources: [d.yaml]\n';
    const cwd = createRepository({
      'apps/a/kustomization.yaml': kustomization,
      'apps/a/d.yaml': deployment('ghcr.io/acme/a:1'),
      'apps/b/kustomization.yaml': kustomization,
      'apps/b/d.yaml': deployment('ghcr.io/acme/a:1'),
    });
    const env = { PATH: process.env['PATH'], WAYBILL_KUSTOMIZE: await kustomizeBinary() };
    const { stderr } = await runCli(['init', '--all'], { cwd, env });
    expect(stderr.match(/warning\[binary-warning\]/gu)).toHaveLength(1);
    expect(stderr).toContain('  The same once more: apps/b/waybill.yaml:4.\n');
  });

  it('prints instead, and fails where nothing is found', async () => {
    const cwd = createRepository(content);
    const { stdout } = await runCli(['init', '--all', '--print', 'apps'], { cwd });
    expect(stdout.match(/^# apps\/.*$/gmu)).toEqual([
      '# apps/a/waybill.yaml',
      '# apps/b/waybill.yaml',
      '# apps/b/locks/staging.yaml',
      '# apps/b/locks/production.yaml',
      '# apps/nested/e/waybill.yaml',
    ]);
    expect(existsSync(join(cwd, 'apps/a/waybill.yaml'))).toBe(false);
    const empty = createRepository({ 'readme.md': '' });
    expect((await runCli(['init', '--all'], { cwd: empty })).stderr).toContain('error[init-nothing]');
    expect((await runCli(['init', '--all', '--app', 'x'], { cwd: empty })).code).toBe(2);
  });
});
