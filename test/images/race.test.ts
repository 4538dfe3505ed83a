// Many pipelines that set images at once, against one real bare repository, over file and over http.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveGit, type GitServer } from '../tools/git-http.ts';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { runCli } from '../tools/run-cli.ts';

const repositories = temporaryRepositories();
const { git, env, folder } = repositories;
const token = 'hunter2-do-not-show';
const pushers = 20;

let server: GitServer;
beforeAll(async () => {
  server = await serveGit(folder, token);
});
afterAll(async () => await server.close());

/** Where pushers clone from, and what their clone needs to authenticate, as actions/checkout leaves it. */
const transports: [string, (bare: string) => string, (clone: string) => void][] = [
  ['file', (bare) => bare, () => undefined],
  [
    'http',
    (bare) => `${server.url}/${bare.slice(folder.length + 1)}`,
    (clone) =>
      git(clone, 'config', 'http.extraHeader', `Authorization: Basic ${Buffer.from(`ci:${token}`).toString('base64')}`),
  ],
];

/** A git on PATH that writes its arguments down. */
function watchedGit(name: string): { env: Readonly<Record<string, string | undefined>>; log: string } {
  const bin = join(folder, name);
  const log = join(bin, 'arguments');
  mkdirSync(bin);
  writeFileSync(log, '');
  writeFileSync(join(bin, 'git'), `#!/bin/sh\nPATH=${process.env['PATH']}\necho "$@" >> ${log}\nexec git "$@"\n`);
  chmodSync(join(bin, 'git'), 0o755);
  return { env: { ...env, PATH: `${bin}:${process.env['PATH']}` }, log };
}

describe.each(transports)('%s', (transport, urlOf, prepare) => {
  async function clones(bare: string): Promise<string[]> {
    return Array.from({ length: pushers }, () => {
      // Cloned from the folder, then pointed at the server: git clone has no way to keep the password to itself.
      const clone = repositories.clone(bare, '--depth=1');
      git(clone, 'remote', 'set-url', 'origin', urlOf(bare));
      prepare(clone);
      return clone;
    });
  }

  it('lets every pipeline win that sets an image of its own', async () => {
    const bare = repositories.bare(`own-${transport}`, { 'app/values.yaml': 'a: 1\n', 'other/a.yaml': 'a: 1\n' });
    const folders = await clones(bare);
    const watched = watchedGit(`bin-${transport}`);
    const results = await Promise.all(
      folders.map(
        async (cwd, index) =>
          await runCli(
            [
              'images',
              'set',
              `r.dev/image-${index}=:v${index}`,
              '-e',
              'production',
              '-C',
              'app',
              '--new',
              '--no-source',
              '--push',
            ],
            { cwd, env: watched.env },
          ),
      ),
    );
    expect(results.map(({ code, stdout }) => [code, stdout])).toEqual(
      results.map((_, index) => [0, `r.dev/image-${index}: v${index} (new)\n`]),
    );
    const lock = git(bare, 'show', 'main:app/locks/production.yaml');
    for (let index = 0; index < pushers; index += 1)
      expect(lock).toContain(`name: r.dev/image-${index}\n  tag: v${index}\n`.trimEnd());
    expect(git(bare, 'log', '--format=%s', '--first-parent', 'main').split('\n')).toHaveLength(pushers + 1);
    const said = results.map(({ stdout, stderr }) => stdout + stderr).join('') + readFileSync(watched.log, 'utf8');
    expect(said).toContain('push');
    expect(said).not.toContain(token);
    expect(said).not.toContain(Buffer.from(`ci:${token}`).toString('base64'));
  });

  it('ends with the newest source commit when pipelines set the same image, and never goes back', async () => {
    const bare = repositories.bare(`same-${transport}`, { 'app/values.yaml': 'a: 1\n' });
    const sources = repositories.bare(`sources-${transport}`, { 'a.txt': '0\n' });
    const work = repositories.clone(sources);
    const commits = Array.from({ length: pushers }, (_, index) => {
      git(work, 'commit', '-q', '--allow-empty', '-m', `change ${index}`);
      return git(work, 'rev-parse', 'HEAD');
    });
    git(work, 'push', '-q', 'origin', 'main');
    const folders = await clones(bare);
    // In no order: even ones first, backwards.
    const order = commits
      .map((commit, index) => ({ commit, index }))
      .sort((a, b) => (a.index % 2) - (b.index % 2) || b.index - a.index);
    const results = await Promise.all(
      order.map(async ({ commit }, index) => {
        const args = [
          'images',
          'set',
          'r.dev/image',
          '--tag',
          `sha-${commit}`,
          '-e',
          'production',
          '-C',
          'app',
          '--new',
          '--push',
        ];
        return await runCli([...args, '--source-repository', `file://${sources}`, '--source-commit', commit], {
          cwd: folders[index] ?? '',
          env,
        });
      }),
    );
    expect(results.map(({ code }) => code)).toEqual(results.map(() => 0));
    const newest = commits.at(-1) ?? '';
    expect(git(bare, 'show', 'main:app/locks/production.yaml')).toContain(`commit: ${newest}`);
    const history = git(bare, 'log', '--reverse', '--format=%H', 'main', '--', 'app/locks').split('\n');
    const deployed = history.map((one) =>
      commits.findIndex((commit) =>
        git(bare, 'show', `${one}:app/locks/production.yaml`).includes(`commit: ${commit}`),
      ),
    );
    expect(deployed).toEqual([...deployed].sort((a, b) => a - b));
    expect(deployed.at(-1)).toBe(pushers - 1);
    const kept = results.filter(({ stdout }) => stdout.includes('stays: it was built from a newer commit'));
    expect(kept).toHaveLength(pushers - deployed.length);
  });
});
