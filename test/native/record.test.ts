import { describe, expect, it } from 'vitest';
import { kustomizeBinary } from '../tools/renderers.mjs';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const NAME = `waybill.acme.web.production.web.${commit}`;

const lock = `apiVersion: waybill.dev/v1
kind: ImageLock
environment: production
images:
  - name: ghcr.io/acme/web
    tag: 1.4.2
    source: { repository: https://github.com/acme/web, commit: ${commit}, run: https://ci.acme.dev/1 }
`;
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { spec: { containers: [{ name: main, image: "ghcr.io/acme/web:1.0.0" }] } } }
`;
const environments = 'environments: { production: }\n';
const HEAD = 'apiVersion: waybill.dev/v1\nkind: Waybill\n';
const kustomization = 'resources: [deployment.yaml]\nimages: [{ name: ghcr.io/acme/web, newTag: 1.4.2 }]\n';

function inFolder(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

const repository = createRepository({
  ...inFolder('sidecar/web', {
    'waybill.yaml': `${HEAD}source: { manifests: base }\n${environments}`,
    'base/deployment.yaml': deployment,
    'locks/production.yaml': lock,
  }),
  ...inFolder('native/web', {
    'waybill.yaml': `${HEAD}source: native\nrecord: "{{ environment }}-record.yaml"\n${environments}`,
    'kustomization.yaml': kustomization.replace(']', ', production-record.yaml]'),
    'deployment.yaml': deployment,
    'locks/production.yaml': lock,
  }),
  ...inFolder('external/web', {
    'waybill.yaml': `${HEAD}source: { external: {} }\nrecord: records/{{ environment }}.yaml\n${environments}`,
    'locks/production.yaml': lock,
  }),
  ...inFolder('unknown/web', {
    'waybill.yaml': `${HEAD}source: native\nrecord: r.yaml\n${environments}images: [{ name: ghcr.io/acme/web, sourceRepository: https://github.com/acme/web }]\n`,
    'kustomization.yaml': kustomization,
    'deployment.yaml': deployment,
  }),
});

async function run(...args: string[]) {
  return await runCli(args, { cwd: repository, env: { WAYBILL_KUSTOMIZE: await kustomizeBinary() } });
}

describe('waybill record', () => {
  it('prints the record that a render by the sidecar adds, byte for byte, in both formats', async () => {
    for (const [format, separator] of [
      ['yaml', '---\n'],
      ['json', '\n'],
    ] as const) {
      const options = ['-e', 'production', '--namespace', 'shop', '-o', format];
      const rendered = (await run('render', 'sidecar/web', ...options)).stdout;
      const parts = rendered.trimEnd().split(separator);
      const record = `${parts.at(-1)}\n`;
      expect(record).toContain(NAME);
      for (const app of ['sidecar/web', 'native/web', 'external/web'])
        expect(await run('record', '-C', app, ...options)).toEqual({ code: 0, stdout: record, stderr: '' });
    }
  });

  it('leaves the namespace to Argo CD where nobody names one', async () => {
    const { code, stdout } = await run('record', 'native/web', '-e', 'production');
    expect(code).toBe(0);
    expect(stdout).toContain(`  name: ${NAME}\n  labels:`);
    expect((await run('record', 'sidecar/web', '-e', 'production')).stderr).toContain('error[record-namespace]');
  });

  it('says why there is none', async () => {
    const { code, stdout, stderr } = await run('record', 'unknown/web', '-e', 'production');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('warning[record-commit-unknown]: the source commit of ghcr.io/acme/web:1.4.2');
    expect(stderr).toContain('there is no record: no image has a known source commit');
  });
});

describe('waybill render of a native source', () => {
  it('prints what Argo CD renders: no stamp, and the images of the files', async () => {
    const { code, stdout } = await run('render', 'unknown/web', '-e', 'production');
    expect(code).toBe(0);
    expect(stdout).toContain('image: ghcr.io/acme/web:1.4.2');
    expect(stdout).not.toContain('waybill');
  });

  it('is refused where the source is not here', async () => {
    const { code, stdout, stderr } = await run('render', 'external/web', '-e', 'production');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('external/web/waybill.yaml:3:11: error[source-external]');
  });
});
