/**
 * `waybill init --all` where folders name the environment before the application.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRepository } from '../tools/repository.ts';
import { kustomizeBinary } from '../tools/renderers.mjs';
import { runCli } from '../tools/run-cli.ts';

const deployment = (name: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name} }\nspec: { template: { spec: { containers: [{ name: main, image: "ghcr.io/acme/${name}:1" }] } } }\n`;
const application = (name: string, path: string): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: ${name}, namespace: argocd }\nspec:\n  project: default\n  destination: { namespace: shop }\n  source: { repoURL: "https://github.com/acme/deployments", path: ${path} }\n`;

/** The files of two applications, plain or with kustomize, in two environments. */
function layout(at: (environment: string, name: string) => string, environments: readonly string[]) {
  const files: Record<string, string> = {};
  for (const environment of environments) {
    for (const name of ['web', 'api']) {
      files[`${at(environment, name)}/a.yaml`] = deployment(name);
      if (name === 'api') files[`${at(environment, name)}/kustomization.yaml`] = 'resources: [a.yaml]\n';
    }
  }
  return files;
}

async function init(files: Readonly<Record<string, string>>, ...args: string[]) {
  const cwd = createRepository(files);
  const env = { PATH: process.env['PATH'], WAYBILL_KUSTOMIZE: await kustomizeBinary() };
  const result = await runCli(['init', '--all', ...args], { cwd, env });
  return { ...result, cwd, env, files: result.stdout.match(/^# \S+waybill\.yaml$/gmu) };
}

describe('waybill init --all', () => {
  it.each<[string, string, (environment: string, name: string) => string]>([
    ['overlays/ENV/APP', '../../overlays', (environment, name) => `overlays/${environment}/${name}`],
    ['ENV/APP', '../..', (environment, name) => `${environment}/${name}`],
    ['environments/ENV/APP', '../../environments', (environment, name) => `environments/${environment}/${name}`],
    ['clusters/ENV/apps/APP', '../../clusters', (environment, name) => `clusters/${environment}/apps/${name}`],
  ])('finds the applications of %s with their environments', async (shape, up, at) => {
    const found = await init({ ...layout(at, ['prod', 'dev']), 'docs/readme.md': '' });
    expect({ code: found.code, stdout: found.stdout }).toEqual({ code: 0, stdout: '' });
    const middle = shape.includes('/apps/') ? 'apps/' : '';
    expect(readFileSync(join(found.cwd, 'waybill/web/waybill.yaml'), 'utf8')).toContain(
      `source:\n  manifests: "${up}/{{ environment }}/${middle}web"\n`,
    );
    expect(readFileSync(join(found.cwd, 'waybill/api/waybill.yaml'), 'utf8')).toContain(
      `source:\n  kustomize: "${up}/{{ environment }}/${middle}api"\n`,
    );
    expect(found.stderr).toContain('2 applications, 4 renders; 4 objects of 4 equal to what Argo CD renders today');
    expect(found.stderr).toContain('waybill/web/waybill.yaml is written: dev (1 object), prod (1 object), each equal');
    expect(await runCli(['validate'], { cwd: found.cwd, env: found.env })).toMatchObject({ code: 0 });
    const again = await runCli(['init', '--all'], { cwd: found.cwd, env: found.env });
    expect(again.stderr).toContain('left out: waybill/api, waybill/web (has a waybill.yaml)\n');
  });

  it('takes names and namespaces from Applications, and records go beside the manifests', async () => {
    const { stdout, stderr } = await init(
      {
        ...layout((environment, name) => `${environment}/${name}`, ['prod', 'dev']),
        'argocd/a.yaml': ['web', 'api']
          .flatMap((name) => ['dev', 'prod'].map((one) => application(`${one}-${name}`, `${one}/${name}`)))
          .join('---\n'),
      },
      '--native',
      '--print',
    );
    expect(stderr).not.toContain('record.application');
    expect(stdout).toContain('# Deployed by the Argo CD Applications dev-web, prod-web.\n');
    expect(stdout).toContain(
      'record:\n  file: "../../{{ environment }}/web/waybill-record.yaml"\n  application: "{{ environment }}-web"\n',
    );
    expect(stdout).toContain('namespace: shop\n');
  });

  it('leaves regions of one application, and environments that are deployed as a whole, as they are', async () => {
    const kustomization = 'resources: [a.yaml]\n';
    const regions = Object.fromEntries(
      ['dev/eu', 'dev/us', 'prod/eu', 'prod/us'].flatMap((path): [string, string][] => [
        [`overlays/${path}/kustomization.yaml`, kustomization],
        [`overlays/${path}/a.yaml`, deployment('web')],
      ]),
    );
    const one = await init(regions, '--print');
    expect(one.stdout).toContain('environments:\n  dev-eu: { reportAs: dev/eu');
    expect(one.stderr).toContain('1 application, 4 renders');
    const whole = {
      ...layout((environment, name) => `${environment}/${name}`, ['prod', 'dev']),
      'dev/kustomization.yaml': 'resources: [web/a.yaml, api]\n',
      'prod/kustomization.yaml': 'resources: [web/a.yaml, api]\n',
    };
    const { stdout } = await init(whole, '--print');
    expect(stdout).toContain('  kustomize: "{{ environment }}"\n');
  });

  it('does not take what environments build on for an application', async () => {
    const found = await init(
      {
        'base/web/kustomization.yaml': 'resources: [a.yaml]\n',
        'base/web/a.yaml': deployment('web'),
        'overlays/dev/web/kustomization.yaml': 'resources: [../../../base/web]\n',
        'overlays/prod/web/kustomization.yaml': 'resources: [../../../base/web]\n',
        'other/a.yaml': deployment('other'),
      },
      '--print',
    );
    expect(found.files).toEqual(['# waybill/web/waybill.yaml', '# other/waybill.yaml']);
  });
});
