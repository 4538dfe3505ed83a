import { readFileSync } from 'node:fs';
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
      stderr: 'app/waybill.yaml is written. Next: waybill render app\n',
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
