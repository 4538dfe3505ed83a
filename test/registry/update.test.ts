// waybill images update: strategies against a real registry, delivered with real git.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRegistry } from '../../plugin/registries/client.ts';
import type { RegistryOptions } from '../../plugin/registries/registry.ts';
import { type UpdateRequest, updateImages } from '../../plugin/updates/update.ts';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { inEnvironment } from '../tools/in-environment.ts';
import { runCli } from '../tools/run-cli.ts';
import { type RegistryServer, startRegistry } from './registry-server.ts';

const repositories = temporaryRepositories();
const { git } = repositories;
const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const sourceRepository = 'https://github.com/acme/api';
const lockFile = 'apps/api/locks/staging.yaml';
let server: RegistryServer;
const digests = new Map<string, string>();

beforeAll(async () => {
  server = await startRegistry({ pageSize: 300 });
  const versions = ['1.0.0', '1.1.0', '2.0.0'].map((tag) => ({ repository: 'acme/api', tag }));
  const labels = { 'org.opencontainers.image.revision': commit, 'org.opencontainers.image.source': sourceRepository };
  const images = [
    ...versions.map((image) => (image.tag === '1.1.0' ? { ...image, labels } : image)),
    { repository: 'acme/redis', tag: '7.4.0' },
    { repository: 'acme/redis', tag: '7.4.1' },
    ...Array.from({ length: 1000 }, (_none, index) => ({
      repository: 'acme/builds',
      tag: `build-${index}`,
      created: new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString(),
    })),
    ...Array.from({ length: 1000 }, (_none, index) => ({
      repository: 'acme/annotated',
      tag: `build-${index}`,
      annotations: {
        'org.opencontainers.image.created': new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString(),
      },
    })),
  ];
  const pushed = await server.push(...images);
  for (const [index, { repository, tag }] of images.entries())
    digests.set(`${repository.slice('acme/'.length)}:${tag}`, pushed[index] ?? '');
}, 60_000);
afterAll(() => server.close());
beforeEach(async () => {
  await server.faults();
  await server.log();
});

function application(...images: readonly string[]): string {
  const entries = images.map((image) => `  - { name: ${server.host}/acme/${image} }\n`).join('');
  return `apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { manifests: base }\nimages:\n${entries}environments: { staging: {}, production: {} }\n`;
}

function lock(name: string, rest: string): string {
  return `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: staging\nimages:\n  # pinned by hand\n  - name: ${server.host}/acme/${name}\n    ${rest}\n`;
}

const semver = 'strategy: semver, constraint: "^1"';
const patch = 'redis, strategy: semver, constraint: "~7.4"';

let made = 0;

/** A clone of a new repository, its bare origin, and the environment in which commands run there. */
function clone(content: Readonly<Record<string, string>>) {
  made += 1;
  const bare = repositories.bare(`update-${made}`, content);
  const folder = repositories.clone(bare);
  const env = { ...repositories.env, WAYBILL_REGISTRIES: server.hostsFile, WAYBILL_CACHE: join(folder, '.git/cache') };
  const update = async (...args: string[]) =>
    await runCli(['images', 'update', ...inEnvironment('staging', args)], { cwd: folder, env });
  return { bare, folder, env, update };
}

async function asked(): Promise<string[]> {
  return (await server.log()).map(({ method, path }) => `${method} ${path.split('?')[0]?.replace('/v2/acme/', '')}`);
}

describe('images update', () => {
  it('writes what the strategies choose, with digest and source, and says why', async () => {
    const { folder, update } = clone({
      'apps/api/waybill.yaml': application(`api, ${semver}, sourceRepository: "${sourceRepository}"`, patch),
      [lockFile]: lock('redis', 'tag: 7.4.0'),
    });
    const { host } = server;
    expect(await update('-C', 'apps/api')).toEqual({
      code: 0,
      stdout:
        `${host}/acme/api: 1.1.0@${digests.get('api:1.1.0')} (new): 1.1.0 is the greatest of 2 versions that satisfy "^1", of 3 tags in all\n` +
        `${host}/acme/redis: 7.4.0 -> 7.4.1@${digests.get('redis:7.4.1')}: 7.4.1 is the greatest of 2 versions that satisfy "~7.4", of 2 tags in all\n`,
      stderr: `wrote ${lockFile}\n`,
    });
    expect(readFileSync(join(folder, lockFile), 'utf8')).toBe(
      `${lock('redis', `tag: 7.4.1\n    digest: ${digests.get('redis:7.4.1')}`)}  - name: ${host}/acme/api
    tag: 1.1.0
    digest: ${digests.get('api:1.1.0')}
    source:
      repository: ${sourceRepository}
      commit: ${commit}
`,
    );
    await server.log();
    const again = await update('-C', 'apps/api');
    expect(again).toMatchObject({ code: 0, stderr: 'nothing to change\n' });
    expect(again.stdout).toContain(`api: 1.1.0@${digests.get('api:1.1.0')} (no change): 1.1.0 is the greatest of 2`);
    expect((await asked()).sort()).toEqual(['GET api/tags/list', 'GET redis/tags/list']);
  });

  it('leaves an image as it is while the lock holds back what the strategy finds, and goes on with the others', async () => {
    const held = `${lock('redis', 'tag: 7.4.0')}holds:\n  - { image: ${server.host}/acme/redis, tag: 7.4.1, reason: loses keys }\n`;
    const { folder, update } = clone({
      'apps/api/waybill.yaml': application(`api, ${semver}, sourceRepository: "${sourceRepository}"`, patch),
      [lockFile]: held,
    });
    const result = await update('-C', 'apps/api');
    expect(result).toMatchObject({ code: 0 });
    expect(result.stdout).toMatch(
      /redis: 7\.4\.0 stays: 7\.4\.1@sha256:\S+ is held back \(--allow-held to write it\): loses keys\n/u,
    );
    expect(readFileSync(join(folder, lockFile), 'utf8')).toContain('tag: 7.4.0');
    expect(readFileSync(join(folder, lockFile), 'utf8')).toContain('acme/api');
    expect(await update('-C', 'apps/api', '--allow-held')).toMatchObject({ code: 0 });
    const after = readFileSync(join(folder, lockFile), 'utf8');
    expect([after.includes('tag: 7.4.1'), after.includes('holds')]).toEqual([true, false]);
  });

  it('only prints with --dry-run', async () => {
    const { folder, update } = clone({ 'apps/api/waybill.yaml': application(patch) });
    const { code, stdout, stderr } = await update('-C', 'apps/api', '--dry-run', '-o', 'json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: `would write ${lockFile}\n` });
    expect(JSON.parse(stdout)).toMatchObject({ result: 'added', after: { tag: '7.4.1' } });
    expect(git(folder, 'status', '--porcelain', '-uall')).toBe('');
  });

  it('updates many applications in one commit, and asks each question once', async () => {
    const names = Array.from({ length: 20 }, (_none, index) => `app-${index}`);
    const { bare, folder, update } = clone({
      ...Object.fromEntries(names.map((name) => [`apps/${name}/waybill.yaml`, application(patch)])),
      'apps/other/waybill.yaml': 'apiVersion: waybill.dev/v1\nkind: Waybill\nenvironments: { preview: {} }\n',
    });
    const { code, stdout } = await update('-C', 'apps', '--all', '--push');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toHaveLength(21);
    expect(stdout).toContain(`apps/app-7: ${server.host}/acme/redis: 7.4.1@`);
    expect((await asked()).sort()).toEqual(['GET redis/tags/list', 'HEAD redis/manifests/7.4.1']);
    const files = git(bare, 'show', '--format=%s', '--name-only', 'main').split('\n');
    expect(files[0]).toBe('Update redis in staging');
    expect(files.filter((line) => line.endsWith('/locks/staging.yaml'))).toHaveLength(20);
    expect(git(folder, 'rev-parse', 'HEAD')).toBe(git(bare, 'rev-parse', 'main'));
  });

  it('updates the named applications and images alone', async () => {
    const both = application(patch, `api, ${semver}`);
    const { folder, update } = clone({
      'apps/one/waybill.yaml': both,
      'apps/two/waybill.yaml': both,
      'other/waybill.yaml': both,
    });
    const result = await update(`${server.host}/acme/redis`, '--application', 'apps/*', '--commit');
    expect(result.stderr).toMatch(/^committed [0-9a-f]{12}\n$/u);
    expect(git(folder, 'show', '--format=', '--name-only', 'HEAD').split('\n')).toEqual([
      'apps/one/locks/staging.yaml',
      'apps/two/locks/staging.yaml',
    ]);
    expect(readFileSync(join(folder, 'apps/one/locks/staging.yaml'), 'utf8')).not.toContain('acme/api');
    const unknown = await update(`${server.host}/acme/radis`, '-C', 'apps', '--all');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain(`error[image-unmatched]: staging has no image ${server.host}/acme/radis`);
    expect(unknown.stderr).toContain(`Did you mean ${server.host}/acme/redis?`);
    const missing = await update('--application', 'nowhere/*');
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('error[file-missing]: --application');
  });

  it('makes the change again on what others pushed, without asking again', async () => {
    const { bare, update } = clone({ 'apps/api/waybill.yaml': application(patch) });
    const other = repositories.clone(bare);
    git(other, 'commit', '-q', '--allow-empty', '-m', 'theirs');
    // The first push is overtaken: the hook lets the other one in while it runs.
    const hook = join(bare, 'hooks/update');
    const script = `#!/bin/sh\n[ -e "$GIT_DIR/raced" ] || { touch "$GIT_DIR/raced"; unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES; cd ${other} && env -u GIT_DIR git push -q origin main; }\n`;
    writeFileSync(hook, script);
    chmodSync(hook, 0o755);
    expect(await update('-C', 'apps/api', '--push')).toMatchObject({ code: 0 });
    expect(git(bare, 'log', '--format=%s', 'main').split('\n')).toEqual(['Update redis in staging', 'theirs', 'seed']);
    expect((await asked()).sort()).toEqual(['GET redis/tags/list', 'HEAD redis/manifests/7.4.1']);
  });

  it('pushes one branch for a pull request, whatever there is to update', async () => {
    const { bare, folder, update } = clone({ 'apps/api/waybill.yaml': application(patch) });
    expect(await update('-C', 'apps/api', '--pull-request-branch')).toMatchObject({ code: 0 });
    const [branch = ''] = git(bare, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/waybill').split('\n');
    expect(branch).toMatch(/^waybill\/staging\/update-[0-9a-f]{8}$/u);
    const second = await update('-C', 'apps/api', '--pull-request-branch');
    expect(second.stderr).toContain(`pushed ${git(bare, 'rev-parse', branch).slice(0, 12)} to origin/${branch}`);
    expect(git(folder, 'status', '--porcelain')).toBe('');
  });

  it('never goes back unless it is told to', async () => {
    const { folder, update } = clone({
      'apps/api/waybill.yaml': application(`api, ${semver}`),
      [lockFile]: lock('api', 'tag: 2.0.0'),
    });
    const refused = await update('-C', 'apps/api');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('error[strategy-downgrade]');
    expect(git(folder, 'status', '--porcelain', '-uall')).toBe('');
    const allowed = await update('-C', 'apps/api', '--allow-downgrade');
    expect(allowed.code).toBe(0);
    expect(allowed.stdout).toContain('2.0.0 -> 1.1.0@');
  });

  it('says when nothing has a strategy, and when a source commit is promised and not known', async () => {
    const { update } = clone({
      'apps/api/waybill.yaml': application('api'),
      'apps/told/waybill.yaml': application(
        `api, strategy: semver, constraint: "^2", sourceRepository: "${sourceRepository}"`,
      ),
    });
    expect(await update('-C', 'apps/api')).toEqual({
      code: 0,
      stdout: '',
      stderr:
        'no image of staging has a strategy in waybill.yaml (--all looks into the applications below)\nnothing to change\n',
    });
    const unknown = await update('-C', 'apps/told');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain(`apps/told/waybill.yaml:5:`);
    expect(unknown.stderr).toContain(`error[source-commit]: the source commit of ${server.host}/acme/api:2.0.0`);
  });
});

/** How many requests of each kind came since the last call. */
async function kinds(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const line of await asked()) {
    const kind = line.replace(/(manifests|blobs)\/.*/u, '$1');
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

describe('1,000 tags', () => {
  it('cost the pages of the list and the tags that are not known yet; then the pages', async () => {
    const { update } = clone({
      'apps/api/waybill.yaml': application('builds, strategy: newest-build'),
    });
    expect((await update('-C', 'apps/api', '--commit')).stdout).toContain('build-999@');
    // The time of a build is in the image's config: a tag that is not known costs two documents.
    expect(await kinds()).toEqual({
      'GET builds/tags/list': 4,
      'GET builds/manifests': 1000,
      'GET builds/blobs': 1000,
    });
    expect(await update('-C', 'apps/api', '--commit')).toMatchObject({ code: 0, stderr: 'nothing to change\n' });
    expect(await kinds()).toEqual({ 'GET builds/tags/list': 4 });
    const [digest] = await server.push({ repository: 'acme/builds', tag: 'new', created: '2026-11-21T00:00:00Z' });
    expect((await update('-C', 'apps/api', '--commit')).stdout).toContain(`-> new@${digest}`);
    expect(await kinds()).toEqual({ 'GET builds/tags/list': 4, 'GET builds/manifests': 1, 'GET builds/blobs': 1 });
  });

  it('cost one document each where the build annotates its manifests', async () => {
    const { update } = clone({ 'apps/api/waybill.yaml': application('annotated, strategy: newest-build') });
    expect((await update('-C', 'apps/api', '--commit')).stdout).toContain('build-999@');
    expect(await kinds()).toEqual({ 'GET annotated/tags/list': 4, 'GET annotated/manifests': 1000 });
    expect(await update('-C', 'apps/api', '--commit')).toMatchObject({ code: 0, stderr: 'nothing to change\n' });
    expect(await kinds()).toEqual({ 'GET annotated/tags/list': 4 });
  });

  it('cost the pages of the list and the one that is chosen, where tags say which is the newest', async () => {
    const { update } = clone({
      'apps/api/waybill.yaml': application('builds, strategy: alphabetical, allowTags: "^build-"'),
    });
    expect((await update('-C', 'apps/api', '--commit')).stdout).toContain('build-999@');
    expect((await asked()).sort()).toEqual([
      ...Array.from({ length: 4 }, () => 'GET builds/tags/list'),
      'HEAD builds/manifests/build-999',
    ]);
    expect(await update('-C', 'apps/api', '--commit')).toMatchObject({ code: 0, stderr: 'nothing to change\n' });
    expect(await asked()).toEqual(Array.from({ length: 4 }, () => 'GET builds/tags/list'));
  });
});

describe('a registry that fails', () => {
  const quick: Partial<RegistryOptions> = { retries: 1, backoffMs: 1, timeoutMs: 500, longestWaitMs: 10 };

  /** As the command does it, with shorter waits. */
  async function fails(folder: string, more: Partial<UpdateRequest> = {}): Promise<string> {
    const request: UpdateRequest = {
      environment: 'staging',
      images: [],
      all: true,
      applications: [],
      keepGoing: false,
      allowHeld: false,
      registry: createRegistry({ env: {}, hostsFile: server.hostsFile, ...quick }),
      checkouts: [],
      trigger: undefined,
      ...more,
    };
    const delivery = { directory: folder, env: repositories.env, to: 'commit' as const, note: () => undefined };
    return await updateImages(request, delivery).then(
      ({ result }) => `done, ${result.failures.map(({ code }) => code).join(' ')}`,
      (error: unknown) => (error instanceof Error ? error.message : 'nothing'),
    );
  }

  it.each([
    ['is rate limited', { status: 429, headers: { 'retry-after': '3600' } }, 'registry-rate-limited'],
    ['has an error', { status: 500 }, 'registry-unreachable'],
    ['wants a login', { status: 401 }, 'registry-unauthorised'],
    ['does not answer', { delayMilliseconds: 2000 }, 'registry-unreachable'],
    ['breaks off', { cutAfter: 10 }, 'registry-unreachable'],
    ['answers nonsense', { body: '<html>' }, 'registry-answer'],
  ])('and %s leaves everything as it is', async (_name, fault, code) => {
    const { folder } = clone({
      'apps/api/waybill.yaml': application(`api, ${semver}`),
      'apps/redis/waybill.yaml': application(patch),
    });
    const head = git(folder, 'rev-parse', 'HEAD');
    await server.faults({ path: '/acme/redis/', ...fault });
    expect(await fails(folder)).toContain(code);
    expect(git(folder, 'rev-parse', 'HEAD')).toBe(head);
    expect(git(folder, 'status', '--porcelain', '-uall')).toBe('');
  });

  it('lets the other applications go on with --keep-going, and the command still fails', async () => {
    const { folder, update } = clone({
      'apps/api/waybill.yaml': application(`api, ${semver}`),
      'apps/redis/waybill.yaml': application(patch, `api, ${semver}`),
    });
    await server.faults({ path: '/acme/redis/', status: 404 });
    const { code, stdout, stderr } = await update('--all', '--keep-going', '--commit');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^apps\/api: .* \(new\): .*\n$/u);
    expect(stderr).toContain('error[registry-not-found]');
    // An application is updated as a whole or not at all.
    expect(git(folder, 'show', '--format=', '--name-only', 'HEAD')).toBe(lockFile);
  });

  it('is left alone after three questions, and its errors are told once', async () => {
    const names = Array.from({ length: 60 }, (_none, index) => `app-${index}`);
    const { folder } = clone(
      Object.fromEntries(
        names.map((name) => [
          `${name}/waybill.yaml`,
          application(`${name}, strategy: semver`, `${name}-worker, strategy: semver`),
        ]),
      ),
    );
    await server.faults({ path: '/tags/list', status: 503 });
    const told = await fails(folder);
    expect(told.split('\n').filter((line) => line.includes('is not queried again'))).toHaveLength(1);
    // Eight questions are under way when the first fails; each is asked twice.
    expect((await server.log()).length).toBeLessThanOrEqual(2 * (8 + 3));
  });
});
