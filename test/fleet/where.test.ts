/**
 * `waybill where` over a repository with a history.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseQuery } from '../../plugin/fleet/where.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';
import { lockText, madeUpApplication, sourceCommit, writeRepository } from './made-up-repository.ts';

const temporary = temporaryFolders();
let cwd: string;
let staging: string;
let production: string;
let applications: string;

beforeAll(() => {
  cwd = createRepository({});
  const versions = writeRepository(cwd, { services: 2, environments: ['staging', 'production'], deployments: 9 });
  staging = sourceCommit('service-000', versions.get('service-000/staging') ?? -1);
  production = sourceCommit('service-000', versions.get('service-000/production') ?? -1);
  applications = join(cwd, '.git/applications.json');
  const items = [...versions].map(([key, version]) => {
    const [service = '', environment = ''] = key.split('/');
    return madeUpApplication(service, environment, version);
  });
  writeFileSync(applications, JSON.stringify({ items }));
});

async function where(...args: string[]): Promise<string> {
  const { stdout, code, stderr } = await runCli(['where', ...args, '--applications', applications], { cwd });
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

/** The same as JSON. */
async function json(what: string): Promise<{ images?: string[]; commits?: unknown[] }> {
  const value: unknown = JSON.parse(await where(what, '-o', 'json'));
  return typeof value === 'object' && value !== null ? value : {};
}

describe('waybill where', () => {
  it('says where a commit runs, since when and by whom, where not yet and what stands between', async () => {
    expect(staging).not.toBe(production);
    const text = await where(staging.slice(0, 10));
    expect(text).toContain(
      `  commit        https://github.com/acme/service-000/commit/${staging}  Change 4 of service-000 by Ada Lovelace`,
    );
    expect(text).toContain('  pull request  https://github.com/acme/service-000/pull/5\n');
    expect(text).toContain('  run           https://github.com/acme/service-000/actions/runs/104\n');
    expect(text).toMatch(/service-000 +staging +✓ healthy +\d+d CI Bot/u);
    expect(text).toMatch(
      /service-000 +production +not yet +- +now [0-9a-f]{8}; a promotion: waybill promote --from staging --to production -C apps\/service-000/u,
    );
    expect(text).not.toContain('service-001');
  });

  it('says where a commit ran before, and until when', async () => {
    const text = await where(sourceCommit('service-001', 2));
    expect(text).toMatch(/service-001 +staging +ran +\d+d CI Bot +now [0-9a-f]{8}; replaced \d+d ago/u);
    expect(text).toMatch(/service-001 +production +✓ healthy/u);
  });

  it('proposes no promotion from where another commit has taken its place', async () => {
    const texts: string[] = [];
    for (let version = 0; version < 8 && texts.length === 0; version += 1) {
      const result = await runCli(['where', sourceCommit('service-000', version)], { cwd });
      if (/ staging +ran .*\n.* production +not yet/u.test(result.stdout)) texts.push(result.stdout);
    }
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(text).not.toContain('a promotion');
  });

  it.each([
    ['a pull request', () => 'https://github.com/acme/service-000/pull/5'],
    ['the number of one', () => '#5'],
    ['a tag', () => `sha-${staging}`],
    ['an image', () => `ghcr.io/acme/service-000:sha-${staging}`],
    ['the page of a commit', () => `https://github.com/acme/service-000/commit/${staging}`],
  ])('finds by %s', async (_name, what) => {
    expect(await where(what())).toMatch(/service-000 +staging +✓ healthy/u);
  });

  it("answers a pod's question: a digest", async () => {
    const { images, commits } = await json(staging);
    const digest = images?.[0]?.split('@')[1] ?? '';
    expect(digest).toMatch(/^sha256:/u);
    const found = await json(`docker-pullable://ghcr.io/acme/service-000@${digest}`);
    expect(found).toMatchObject({
      query: { kind: 'digest' },
      commits,
      locations: [
        {
          environment: 'staging',
          is: 'runs',
          since: { author: 'CI Bot', run: 'https://github.com/acme/service-000/actions/runs/4' },
        },
        { is: 'not yet' },
      ],
    });
  });

  it('finds what every lock has forgotten, and says what it cannot find', async () => {
    const text = await where(sourceCommit('service-000', 0));
    expect(text).toMatch(/service-000 +production +ran/u);
    const { code, stderr, stdout } = await runCli(['where', 'f'.repeat(40)], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`no lock here names, or ever named, the commit ${'f'.repeat(40)}`);
  });
});

describe('a lock that the history does not have', () => {
  const found = async (folder: string, version: number): Promise<string> =>
    (await runCli(['where', sourceCommit('service-000', version)], { cwd: folder })).stdout;

  it('is found in a file that differs from HEAD, in one that git ignores, and below a root that is not the repository', async () => {
    const folder = createRepository({});
    writeRepository(folder, { services: 2, environments: ['staging', 'production'], deployments: 3 });
    writeFileSync(join(folder, 'apps/service-000/locks/production.yaml'), lockText('service-000', 'production', 77));
    mkdirSync(join(folder, 'local/service-000/locks'), { recursive: true });
    writeFileSync(join(folder, 'local/service-000/locks/staging.yaml'), lockText('service-000', 'staging', 78));
    writeFileSync(join(folder, '.git/info/exclude'), 'local\n');
    expect(await found(folder, 77)).toMatch(/apps\/service-000 +production +\? unknown/u);
    expect(await found(folder, 78)).toMatch(/local\/service-000 +staging +\? unknown/u);
    expect(await found(folder, 79)).toBe('');
    const { stdout } = await runCli(['where', sourceCommit('service-000', 0), '--root', '.'], {
      cwd: join(folder, 'apps'),
    });
    expect(stdout).toMatch(/service-000 +staging +(?:ran|\? unknown) +\d+d CI Bot/u);
  });

  it('is found where the clone has no blobs', async () => {
    const folder = createRepository({});
    writeRepository(folder, { services: 1, environments: ['staging'], deployments: 1 });
    const clone = join(createRepository({}), 'clone');
    execFileSync('git', ['-C', folder, 'config', 'uploadpack.allowFilter', 'true']);
    execFileSync('git', ['clone', '-q', '--filter=blob:none', `file://${folder}`, clone]);
    expect(await found(clone, 1)).toMatch(/service-000 +staging +\? unknown/u);
  });
});

describe('what cannot be told apart or known', () => {
  it('says which commits an abbreviation can mean', async () => {
    const folder = createRepository({});
    writeRepository(folder, { services: 2, environments: ['staging'], deployments: 1 });
    const commits = ['1', '2'].map((end) => `abcdef0${end.repeat(33)}`);
    for (const [index, commit] of commits.entries()) {
      const name = `service-00${index}`;
      const text = lockText(name, 'staging', 1).replaceAll(sourceCommit(name, 1), commit);
      writeFileSync(join(folder, `apps/${name}/locks/staging.yaml`), text);
    }
    const both = await runCli(['where', 'abcdef0'], { cwd: folder });
    expect(both.stderr).toContain(`2 commits begin with abcdef0: ${commits.join(', ')}`);
    const one = await runCli(['where', 'abcdef01'], { cwd: folder });
    expect(one.stderr).not.toContain('begin with');
    expect(one.stdout).toContain('service-000');
  });

  it('says that a directory is no repository, or that the clone is shallow', async () => {
    const folder = createRepository({});
    writeRepository(folder, { services: 1, environments: ['staging'], deployments: 2 });
    const clone = join(createRepository({}), 'clone');
    execFileSync('git', ['clone', '-q', '--depth=1', `file://${folder}`, clone]);
    const shallow = await runCli(['where', 'abcdef0'], { cwd: clone });
    expect(shallow.stderr).toContain('git fetch --unshallow');
    const plain = await runCli(['where', 'abcdef0'], { cwd: temporary({}) });
    expect(plain.stderr).toContain('there is no git repository');
    expect(plain.stderr).not.toContain('--unshallow');
    const status = await runCli(['status'], { cwd: temporary({}) });
    expect(status.stderr).toContain('there is no waybill.yaml and no lock: give the deployments repository');
  });
});

describe('parseQuery', () => {
  it.each([
    ['8f3c0e7', 'commit'],
    ['https://gitlab.com/acme/shop/web/-/merge_requests/12', 'pull request'],
    ['https://bitbucket.org/acme/web/pull-requests/12', 'pull request'],
    ['https://dev.azure.com/acme/shop/_git/web/pullrequest/12', 'pull request'],
    ['sha256:0123456789', 'digest'],
    ['nginx:1.27', 'image'],
    ['ghcr.io/acme/web', 'image'],
    ['v1.4.2', 'tag'],
  ])('%s is a %s', (text, kind) => {
    expect(parseQuery(text).kind).toBe(kind);
  });
});
