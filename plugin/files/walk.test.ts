import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createDirectoryTree } from './directory.ts';
import { defaultFileLimits } from './limits.ts';
import { walkTree, type WalkOptions } from './walk.ts';

const root = mkdtempSync(join(tmpdir(), 'waybill-walk-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
for (const folder of ['app/base', 'app/locks', 'app/node_modules', 'app/.git', 'shared'])
  mkdirSync(join(root, folder), { recursive: true });
for (const file of ['app/a.yaml', 'app/base/b.yaml', 'app/locks/c.yaml', 'app/node_modules/d.yaml', 'shared/e.yaml'])
  writeFileSync(join(root, file), 'a: 1\n');
symlinkSync('../shared', join(root, 'app/linked'));
symlinkSync('.', join(root, 'app/loop'));
symlinkSync('../shared/e.yaml', join(root, 'app/linked.yaml'));
symlinkSync('/etc', join(root, 'app/outside'));
symlinkSync('nowhere', join(root, 'app/broken'));

const own = ['app/a.yaml', 'app/base', 'app/base/b.yaml'];

describe('walkTree', () => {
  it.each<[WalkOptions['links'], readonly string[]]>([
    ['skip', own],
    ['files', [...own, 'app/linked.yaml']],
    ['all', [...own, 'app/linked', 'app/linked/e.yaml', 'app/linked.yaml']],
  ])('lists what is below a directory, with links: %s', (links, expected) => {
    const entries = Array.from(
      walkTree(createDirectoryTree(root, defaultFileLimits), 'app', { skip: ['locks'], links }),
    );
    expect(entries.map(({ path }) => path)).toEqual(expected);
  });

  it('fails for a directory that is missing', () => {
    expect(() =>
      Array.from(walkTree(createDirectoryTree(root, defaultFileLimits), 'nowhere', { links: 'skip' })),
    ).toThrow('nowhere');
  });
});
