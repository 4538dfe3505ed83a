import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RegistryServer, startRegistry } from '../registry/registry-server.ts';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

let server: RegistryServer;
beforeAll(async () => {
  server = await startRegistry();
});
afterAll(() => server.close());

const application = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop
  annotations:
    argocd-image-updater.argoproj.io/image-list: web=ghcr.io/acme/web:^1.2
    argocd-image-updater.argoproj.io/web.allow-tags: regexp:^v
    argocd-image-updater.argoproj.io/write-back-method: git
`;
const config = `apiVersion: waybill.dev/v1
kind: Waybill
# what runs
images:
  - name: ghcr.io/acme/web # the front
    sourceRepository: https://github.com/acme/web
environments: { staging: {} }
`;

it('prints what it found, and tells what it left out', async () => {
  const cwd = createRepository({ 'argocd/shop.yaml': application });
  const { stdout, stderr, code } = await runCli(['images', 'import', 'argocd/shop.yaml'], { cwd });
  expect(stdout).toBe('images:\n- name: ghcr.io/acme/web\n  strategy: semver\n  constraint: ^1.2\n  allowTags: ^v\n');
  expect(stderr).toContain('argocd/shop.yaml:8:');
  expect(stderr).toContain('warning[import-left-out]: write-back-method is not converted');
  expect(code).toBe(0);
});

it('reads standard input', async () => {
  const { stdout } = await runCli(['images', 'import', '-', '-e', 'staging'], { stdin: application });
  expect(stdout).toContain('environments:\n  staging:\n    images:\n    - name: ghcr.io/acme/web\n');
});

it('writes into waybill.yaml, which stays as it is otherwise, and can be rendered', async () => {
  const cwd = createRepository({
    'argocd/shop.yaml': application,
    'shop/waybill.yaml': config,
    'shop/pod.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: ghcr.io/acme/web }] }\n',
  });
  const write = (...more: string[]) =>
    runCli(['images', 'import', '-C', 'shop', '../argocd/shop.yaml', '--write', ...more], { cwd });
  const { stdout, stderr, code } = await write();
  expect({ stdout, code }).toEqual({ stdout: '', code: 0 });
  expect(stderr).toContain('waybill.yaml: 1 image written');
  const written = config.replace(
    'acme/web\nenv',
    'acme/web\n    strategy: semver\n    constraint: ^1.2\n    allowTags: ^v\nenv',
  );
  expect(readFileSync(join(cwd, 'shop/waybill.yaml'), 'utf8')).toBe(written);
  expect((await write()).stderr).toContain('waybill.yaml already contains all of it');
  const image = ['--image', 'ghcr.io/acme/web:1', '--no-stamp'];
  expect((await runCli(['render', 'shop', '-e', 'staging', ...image], { cwd })).code).toBe(0);
  const unknown = await write('-e', 'stagin');
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain('error[environment-unknown]');
  expect(readFileSync(join(cwd, 'shop/waybill.yaml'), 'utf8')).toBe(written);
});

it('writes nothing when something cannot be converted', async () => {
  const cwd = createRepository({
    'shop.yaml': application.replace('regexp:^v', 'regexp:('),
    'waybill.yaml': config,
  });
  const { stderr, code } = await runCli(['images', 'import', 'shop.yaml', '--write'], { cwd });
  expect(code).toBe(1);
  expect(stderr).toContain('shop.yaml:7:');
  expect(stderr).toContain('error[strategy-invalid]: allowTags: "(" is no regular expression (RE2)');
  expect(readFileSync(join(cwd, 'waybill.yaml'), 'utf8')).toBe(config);
});

it('is the way from Image Updater to a lock', async () => {
  const name = `${server.host}/acme/web`;
  const tags = ['v1.1.0', 'v1.2.0', 'v1.3.0-rc.1', '1.4.0', 'v2.0.0'];
  const digests = await server.push(...tags.map((tag) => ({ repository: 'acme/web', tag, labels: { tag } })));
  const cwd = createRepository({
    'shop.yaml': application.replaceAll('ghcr.io/acme/web', name),
    'shop/waybill.yaml': 'apiVersion: waybill.dev/v1\nkind: Waybill\nenvironments: { staging: {} }\n',
    'shop/pod.yaml': `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: "${name}" }] }\n`,
  });
  const env = { PATH: process.env['PATH'], HOME: cwd, WAYBILL_REGISTRIES: server.hostsFile };
  const waybill = (...args: string[]) => runCli(args, { cwd, env });
  await waybill('images', 'import', '-C', 'shop', '../shop.yaml', '--write');
  // The render does not ask: somebody has to write the lock first.
  expect((await waybill('render', 'shop', '-e', 'staging')).stderr).toContain('error[strategy-not-allowed]');
  const { stderr, code } = await waybill('images', 'update', '-e', 'staging', '-C', 'shop');
  expect({ stderr, code }).toMatchObject({ code: 0 });
  const { stdout } = await waybill('render', 'shop', '-e', 'staging');
  expect(stdout).toContain(`image: ${name}:v1.2.0@${digests[1]}`);
});
