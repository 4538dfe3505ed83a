// What commands over several applications leave out, they say: one line for each reason, on stderr.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { runCli } from '../tools/run-cli.ts';

const repositories = temporaryRepositories();
const { env } = repositories;

const waybill = (environments: string): string =>
  `apiVersion: waybill.dev/v1\nkind: Waybill\nimages: [{ name: r.dev/api }]\nenvironments: { ${environments} }\n`;
const lock = (environment: string): string =>
  `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: ${environment}\nimages:\n  - { name: r.dev/api, tag: v1 }\n`;
const content = {
  // Both environments, one of them locked.
  'apps/a/waybill.yaml': waybill('staging: {}, production: {}'),
  'apps/a/locks/staging.yaml': lock('staging'),
  // Locks alone.
  'apps/b/locks/staging.yaml': lock('staging'),
  'apps/b/locks/production.yaml': lock('production'),
  // No lock at all.
  'apps/c/waybill.yaml': waybill('production: {}'),
  'apps/d': { link: 'a' },
};

let count = 0;
async function run(...args: string[]) {
  count += 1;
  const folder = repositories.clone(repositories.bare(`left-out-${count}`, content));
  return await runCli(args, { cwd: join(folder, 'apps'), env });
}

describe('applications that are left out', () => {
  it('are named by images list: those without a lock, environments without one, links', async () => {
    const { code, stderr } = await run('images', 'list');
    expect(code).toBe(0);
    expect(stderr).toBe(
      'left out: apps/d (is a link to apps/a)\nleft out: apps/a (no lock of production)\nleft out: apps/c (has no lock)\n',
    );
    const production = await run('images', 'list', '-e', 'production');
    expect(production.stdout).toMatch(/apps\/b +production/u);
    expect(production.stdout).not.toContain('apps/a');
    expect(production.stderr).toContain('left out: apps/a, apps/c (has no lock of production)\n');
  });

  it('are named by images set --all', async () => {
    const { code, stdout, stderr } = await run(
      'images',
      'set',
      '--no-source',
      '-e',
      'staging',
      '--all',
      'r.dev/api=:v2',
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'apps/a: r.dev/api: v1 -> v2\napps/b: r.dev/api: v1 -> v2\n' });
    expect(stderr).toBe(
      'left out: apps/d (is a link to apps/a)\nleft out: apps/c (has no environment staging)\nwrote apps/a/locks/staging.yaml, apps/b/locks/staging.yaml\n',
    );
  });

  it('are named by promote --all', async () => {
    const { code, stderr } = await run('promote', '--from', 'production', '--to', 'staging', '--all');
    expect(code).toBe(0);
    expect(stderr).toContain('left out: apps/a, apps/c (has no lock of production)\n');
  });

  it('are named by images verify', async () => {
    const { stderr } = await run('images', 'verify', '.', '-e', 'production');
    expect(stderr).toContain('left out: apps/a, apps/c (has no lock of production)\n');
  });
});
