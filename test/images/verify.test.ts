/**
 * waybill images verify against the real registry server.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PushedImage, type RegistryServer, startRegistry } from '../registry/registry-server.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { runCli } from '../tools/run-cli.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const other = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567';
const absent = `sha256:${'0'.repeat(64)}`;
const source = `source: { repository: "https://github.com/acme/api", commit: "${commit}" }`;
const labels = {
  'org.opencontainers.image.revision': commit,
  'org.opencontainers.image.source': 'https://github.com/acme/api',
};

const folder = temporaryFolders();
let server: RegistryServer;
beforeAll(async () => {
  server = await startRegistry();
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.faults();
  await server.log();
});

function lock(environment: string, ...entries: string[]): string {
  const lines = entries.map((one) => `  - { ${one} }\n`).join('');
  return `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: ${environment}\nimages:\n${lines}`;
}

async function push(image: PushedImage): Promise<string> {
  const [digest = ''] = await server.push(image);
  return digest;
}

interface Given {
  readonly locks: Readonly<Record<string, string>>;
  readonly policy?: string;
}

async function verify({ locks, policy = '' }: Given, ...args: string[]) {
  const cwd = folder({ ...locks, 'policy.yaml': `apiVersion: waybill.dev/v1\nkind: Policy\n${policy}` });
  const env = { WAYBILL_REGISTRIES: server.hostsFile, WAYBILL_POLICY: join(cwd, 'policy.yaml') };
  const { code, stdout, stderr } = await runCli(['images', 'verify', ...args], { cwd, env });
  // The port is another one in each run.
  const shown = (text: string) => text.replaceAll(server.host, 'r.dev');
  return { code, stdout: shown(stdout), stderr: shown(stderr) };
}

/** What one entry in production's lock comes to. */
async function verifyEntry(entry: string, policy?: string) {
  const result = await verify(
    { locks: { 'locks/production.yaml': lock('production', entry) }, ...(policy === undefined ? {} : { policy }) },
    '-o',
    'json',
  );
  const row: unknown = JSON.parse(result.stdout);
  return { ...result, row };
}

describe('images verify', () => {
  it('passes what is as the lock says', async () => {
    const digest = await push({ repository: 'acme/api', tag: 'v1', labels });
    const entry = `name: ${server.host}/acme/api, tag: v1, digest: "${digest}", ${source}`;
    const { code, stdout, stderr } = await verify({ locks: { 'locks/production.yaml': lock('production', entry) } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/\.\s+production\s+r\.dev\/acme\/api\s+v1\s+ok\s+ok\s+ok\s+ok\s+-\n/u);
  });

  it.each<[string, Omit<PushedImage, 'repository'>]>([
    ['an index', { platforms: [{ os: 'linux', architecture: 'arm64' }], index: true, labels }],
    ['an index with attestations', { platforms: [{ os: 'linux', architecture: 'amd64' }], attestation: true, labels }],
    ['annotations', { annotations: labels }],
    ['annotations of the index', { index: true, indexAnnotations: labels }],
    ["Docker's manifest", { docker: true, labels }],
  ])('finds the source in %s', async (_name, image) => {
    const digest = await push({ repository: 'acme/forms', tag: 'v1', ...image });
    const right = await verifyEntry(`name: ${server.host}/acme/forms, digest: "${digest}", ${source}`);
    expect(right.row).toMatchObject({ checks: { exists: 'ok', source: 'ok' } });
    const wrong = await verifyEntry(
      `name: ${server.host}/acme/forms, digest: "${digest}", ${source.replace(commit, other)}`,
    );
    expect(wrong.row).toMatchObject({ findings: [{ check: 'source', code: 'image-source-differs', line: 5 }] });
  });

  it('names a moved tag with the old and the new digest', async () => {
    const old = await push({ repository: 'acme/moved', tag: 'v1', labels });
    const now = await push({ repository: 'acme/moved', tag: 'v1', labels: { ...labels, more: 'x' } });
    const { code, stderr, row } = await verifyEntry(
      `name: ${server.host}/acme/moved, tag: v1, digest: "${old}", ${source}`,
    );
    expect(code).toBe(1);
    expect(row).toMatchObject({ checks: { exists: 'ok', tag: 'wrong', source: 'ok' } });
    expect(stderr).toMatch(/^locks\/production\.yaml:5:\d+: error\[image-tag-moved\]: /u);
    expect(stderr).toContain(`the tag v1 of r.dev/acme/moved has moved: the lock has ${old}, the registry ${now}`);
  });

  it('says when the tag is gone and the digest is there', async () => {
    const digest = await push({ repository: 'acme/untagged', labels });
    const { row, stderr } = await verifyEntry(`name: ${server.host}/acme/untagged, tag: v1, digest: "${digest}"`);
    expect(row).toMatchObject({ checks: { exists: 'ok', tag: 'wrong', source: 'nothing' } });
    expect(stderr).toContain('image-tag-moved]: the tag v1 of r.dev/acme/untagged was deleted');
  });

  it.each([
    ['a digest', `tag: v1, digest: "${absent}"`],
    ['a tag', 'tag: v9'],
  ])('says that %s is not there', async (_name, which) => {
    await push({ repository: 'acme/there', tag: 'v1' });
    const { code, row } = await verifyEntry(`name: ${server.host}/acme/there, ${which}, ${source}`);
    expect(code).toBe(1);
    expect(row).toHaveProperty(
      'findings.0',
      expect.objectContaining({ check: 'exists', code: 'image-missing', line: 5 }),
    );
  });

  it('reports a source that the labels contradict, and a repository', async () => {
    const digest = await push({
      repository: 'acme/base',
      tag: 'v1',
      labels: {
        'org.opencontainers.image.revision': other,
        'org.opencontainers.image.source': 'https://github.com/vendor/base',
      },
    });
    const { stderr } = await verifyEntry(`name: ${server.host}/acme/base, digest: "${digest}", ${source}`);
    expect(stderr).toContain(`names the source commit ${other}; the lock names ${commit}`);
    expect(stderr).toContain('names the source https://github.com/vendor/base; the lock names');
    expect(stderr).toContain('A label may be inherited from the base image');
  });

  it('asks for the new name', async () => {
    const digest = await push({ repository: 'mirror/api', tag: 'v1', labels });
    const { code, row } = await verifyEntry(
      `name: quay.example/acme/api, newName: ${server.host}/mirror/api, tag: v1, digest: "${digest}", ${source}`,
    );
    expect(row).toMatchObject({ checks: { exists: 'ok', tag: 'ok', source: 'ok' } });
    expect(code).toBe(0);
  });

  it('does not take silence for yes', async () => {
    const digest = await push({ repository: 'acme/down', tag: 'v1' });
    await server.faults({ path: '.*', status: 403, body: 'no' });
    const refused = await verifyEntry(`name: ${server.host}/acme/down, tag: v1, digest: "${digest}"`);
    expect(refused.code).toBe(1);
    expect(refused.row).toMatchObject({ checks: { exists: 'not-verified', tag: 'not-verified' } });
    expect(refused.row).toMatchObject({ findings: [{ check: 'exists', code: 'image-not-verified', line: 5 }] });
    expect(refused.stderr).toContain('could not be verified: r.dev responded with 403');
    const alone = await verifyEntry(`name: api, newName: ${server.host}/acme/api`);
    expect(alone.row).toMatchObject({ findings: [{ code: 'image-not-verified' }] });
  });

  it('lets nobody write into the Markdown', async () => {
    await server.faults({ path: '.*', status: 403, body: '<img src=x> [a](https://evil.dev) `c`' });
    const entry = `name: ${server.host}/acme/down, tag: v1`;
    const { stdout } = await verify(
      { locks: { 'locks/production.yaml': lock('production', entry) } },
      '-o',
      'markdown',
    );
    expect(stdout).toContain('\\<img src=x\\> \\[a\\]\\(https://evil.dev\\) \\`c\\` (`image-not-verified`)');
    expect(stdout).toContain('| . | production | r.dev/acme/down | v1 | not verified |');
  });

  it('tells a tag that could not be asked from an image that is there', async () => {
    const digest = await push({ repository: 'acme/half', tag: 'v1' });
    await server.faults({ path: '/manifests/v1', status: 403, body: 'no' });
    const { row } = await verifyEntry(`name: ${server.host}/acme/half, tag: v1, digest: "${digest}"`);
    expect(row).toMatchObject({ checks: { exists: 'ok', tag: 'not-verified' } });
    expect(row).toMatchObject({ findings: [{ check: 'tag', code: 'image-not-verified' }] });
  });

  it('enforces the policy, and asks no registry that it does not allow', async () => {
    const digest = await push({ repository: 'acme/api', tag: 'latest' });
    const rules = 'environments: [{ names: [production], requireDigest: true, forbiddenTags: [latest] }]\n';
    const tagged = await verifyEntry(`name: ${server.host}/acme/api, tag: latest`, rules);
    expect(tagged.row).toMatchObject({ findings: [{ check: 'policy', code: 'policy-image', line: 5 }] });
    await server.log();
    const elsewhere = await verifyEntry(
      `name: ${server.host}/acme/api, digest: "${digest}"`,
      'registries: { images: [ghcr.io/acme] }\n',
    );
    expect(elsewhere.row).toMatchObject({ findings: [{ check: 'policy', code: 'policy-image' }] });
    expect(elsewhere.row).toMatchObject({ checks: { exists: 'not-verified' } });
    expect(await server.log()).toEqual([]);
  });

  it('finds everything in all locks at once, and asks each question once', async () => {
    const digest = await push({ repository: 'acme/many', tag: 'v1', labels });
    const entry = `name: ${server.host}/acme/many, tag: v1, digest: "${digest}", ${source}`;
    const locks = {
      'apps/a/locks/production.yaml': lock('production', entry),
      'apps/a/locks/staging.yaml': lock('staging', entry, `name: ${server.host}/acme/none, tag: v1`),
      'apps/b/locks/production.yaml': lock('production', entry),
      'apps/b/locks/staging.yaml': 'images: [',
      'apps/c/locks/production.yaml': lock('production', `name: ${server.host}/acme/none, tag: v1`),
    };
    await server.log();
    const all = await verify({ locks }, 'apps');
    expect(all.code).toBe(1);
    expect(all.stderr.match(/error\[[a-z-]+\]/gu)).toEqual([
      'error[yaml-syntax]',
      'error[image-missing]',
      'error[image-missing]',
    ]);
    const asked = (await server.log()).map(({ path }) => path);
    expect(asked.filter((path) => path.endsWith('/manifests/v1')).sort()).toEqual([
      '/v2/acme/many/manifests/v1',
      '/v2/acme/none/manifests/v1',
    ]);
    expect(asked.filter((path) => path === `/v2/acme/many/manifests/${digest}`)).toHaveLength(1);
    const some = await verify({ locks }, 'apps/a', 'apps/b', '--root', '.', '-e', 'production', '-o', 'markdown');
    expect(some).toMatchObject({ code: 0, stderr: '' });
    expect(some.stdout.split('\n')).toHaveLength(5);
  });

  it.each<[string, Given['locks'], string[], string]>([
    ['no lock at all', { 'a.yaml': '' }, [], 'error[lock-missing]'],
    [
      'an environment without lock',
      { 'locks/production.yaml': lock('production') },
      ['-e', 'prodution'],
      'error[environment-unknown]: no application here has an environment prodution\n  Environments: production. Did you mean production?',
    ],
  ])('does not pass for %s', async (_name, locks, args, message) => {
    const { code, stderr } = await verify({ locks }, ...args);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});
