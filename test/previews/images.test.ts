import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RegistryServer, startRegistry } from '../registry/registry-server.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { type CliResult, runCli } from '../tools/run-cli.ts';

// Previews where the operator lets a render ask the registry: a real one answers.
const folder = temporaryFolders();
const head = 'a'.repeat(40);
let server: RegistryServer;
let digest = '';

beforeAll(async () => {
  server = await startRegistry();
  const source = 'https://github.com/acme/web';
  [digest = ''] = await server.push(
    {
      repository: 'acme/web',
      tag: `sha-${head}`,
      labels: { 'org.opencontainers.image.revision': head, 'org.opencontainers.image.source': source },
    },
    {
      repository: 'acme/web',
      tag: `sha-${head.slice(0, 12)}`,
      labels: { 'org.opencontainers.image.revision': head, 'org.opencontainers.image.source': source },
    },
  );
});
afterAll(() => server.close());

/** Renders the preview of a pull request with this head commit. */
async function preview(
  commit: string,
  options: { readonly ask?: boolean; readonly more?: readonly string[]; readonly locked?: boolean } = {},
): Promise<CliResult> {
  const repository = folder({
    'policy.yaml': `apiVersion: waybill.dev/v1\nkind: Policy\nregistries: { ask: [${options.ask === false ? '' : `"${server.host}"`}] }\n`,
    'app/waybill.yaml': `apiVersion: waybill.dev/v1
kind: Waybill
namespace: web
images: [{ name: ${server.host}/acme/web, sourceRepository: https://github.com/acme/web, commitFromTag: "sha-{commit}" }]
environments: { preview: { preview: {} } }
`,
    ...(options.locked
      ? {
          'app/locks/preview.yaml': `apiVersion: waybill.dev/v1
kind: ImageLock
environment: preview
images:
  - name: ${server.host}/acme/web
    tag: old
`,
        }
      : {}),
    'app/pod.yaml': `apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, image: "${server.host}/acme/web" }] }\n`,
  });
  const pull = ['number=12', 'branch=x', `commit=${commit}`].flatMap((one) => ['--preview', one]);
  const env = {
    PATH: '/nowhere',
    WAYBILL_POLICY: join(repository, 'policy.yaml'),
    WAYBILL_REGISTRIES: server.hostsFile,
  };
  return await runCli(
    ['render', join(repository, 'app'), '-e', 'preview', '-o', 'json', ...pull, ...(options.more ?? [])],
    { env },
  );
}

it('run by digest when the registry may be asked', async () => {
  const { code, stdout, stderr } = await preview(head);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`"image":"${server.host}/acme/web:sha-${head}@${digest}"`);
  expect(stdout).toContain(`waybill.acme.web.preview.312.app.${head}`);
});

it('wait for CI: nothing is printed, and the message says what is missing', async () => {
  const missing = 'b'.repeat(40);
  const { code, stdout, stderr } = await preview(missing);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('error[preview-image]: the head commit of pull request 12 has no image yet');
  expect(stderr).toContain(`CI pushes ${server.host}/acme/web:sha-${missing}`);
});

it('run by tag when the registry may not be asked', async () => {
  const missing = 'b'.repeat(40);
  const { code, stdout } = await preview(missing, { ask: false });
  expect(code).toBe(0);
  expect(stdout).toContain(`"image":"${server.host}/acme/web:sha-${missing}"`);
});

it('give way to an image that somebody asks for', async () => {
  const { code, stdout } = await preview('b'.repeat(40), { more: ['--image', `${server.host}/acme/web:1.2.3`] });
  expect(code).toBe(0);
  expect(stdout).toContain(`"image":"${server.host}/acme/web:1.2.3"`);
});

it('of a shortened commit have the whole one from the label of the image', async () => {
  const { code, stdout } = await preview(head.slice(0, 12));
  expect(code).toBe(0);
  expect(stdout).toContain(`waybill.acme.web.preview.312.app.${head}`);
});

it('of a shortened commit are not reported when nobody knows the whole one', async () => {
  const { code, stdout, stderr } = await preview(head.slice(0, 12), { ask: false });
  expect(code).toBe(0);
  expect(stdout).not.toContain('waybill.acme.web');
  expect(stderr).toContain('warning[record-commit-unknown]');
});

it('warn of a lock entry that has no effect', async () => {
  const { code, stdout, stderr } = await preview(head, { ask: false, locked: true });
  expect(code).toBe(0);
  expect(stdout).toContain(`"image":"${server.host}/acme/web:sha-${head}"`);
  expect(stderr).toContain(
    `locks/preview.yaml:5:11: warning[preview-lock]: the entry for ${server.host}/acme/web has no effect`,
  );
});

it('are left out, and said to be, where everything is rendered', async () => {
  const env = { PATH: '/nowhere' };
  const { code, stdout, stderr } = await runCli(['render', 'examples/previews', '--all'], { env });
  expect(code).toBe(0);
  expect(stdout).toContain('user-service.staging.ecotrack.platform');
  expect(stdout).not.toContain('kind: Namespace');
  expect(stderr).toContain('left out: examples/previews/user-service (environment preview renders pull requests)');
});

it('say what the registry says when it gives no answer', async () => {
  await server.faults({ path: '/manifests/', status: 400 });
  const { code, stderr } = await preview(head);
  await server.faults();
  expect(code).toBe(1);
  expect(stderr).toContain('error[registry-');
  expect(stderr).not.toContain('preview-image');
});
