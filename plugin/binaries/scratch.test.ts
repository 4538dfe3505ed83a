import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/tools/folder.ts';
import { removeFoldersOf, removeLeftOvers, withScratch } from './scratch.ts';

const folder = temporaryFolders();
const minute = 60_000;
/** The number of a process that has ended. */
const ended = spawnSync(process.execPath, ['-e', '']).pid;

function left(root: string, name: string, age: number): string {
  const path = join(root, name);
  mkdirSync(join(path, 'files'), { recursive: true });
  writeFileSync(join(path, 'files/a'), '');
  const then = new Date(Date.now() - age);
  utimesSync(path, then, then);
  return path;
}

describe('withScratch', () => {
  it('gives a folder of a random name that only its owner can enter, and removes it', async () => {
    const names: string[] = [];
    for (let count = 0; count < 2; count += 1) {
      const path = await withScratch(async ({ files }) => {
        expect(lstatSync(dirname(files)).mode & 0o777).toBe(0o700);
        expect(readdirSync(files)).toEqual([]);
        return dirname(files);
      });
      expect(existsSync(path)).toBe(false);
      names.push(basename(path));
    }
    expect(names[0]).toMatch(new RegExp(`^waybill-${process.pid}-0-\\w{6}$`, 'u'));
    expect(names[0]).not.toBe(names[1]);
  });

  it('removes it after a failure', async () => {
    let path = '';
    const work = withScratch(async ({ home }) => {
      path = home;
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(existsSync(dirname(path))).toBe(false);
  });
});

describe('removeLeftOvers', () => {
  it.each([
    ['of a process that was killed', `waybill-${ended}-0-abcdef`, 11 * minute, false],
    ['that is young: its process may run where it is not seen', `waybill-${ended}-0-abcdef`, 9 * minute, true],
    ['of a process that runs', 'waybill-1-0-abcdef', 60 * minute, true],
    ['of a number that is now that of another process', 'waybill-1-0-abcdef', 25 * 60 * minute, false],
    ['of this process', `waybill-${process.pid}-0-abcdef`, 25 * 60 * minute, true],
    ['of another name', `waybill-${ended}-0-abcdefg`, 25 * 60 * minute, true],
    ['of a test', 'waybill-test-abcdef', 25 * 60 * minute, true],
  ])('looks at a folder %s', (_name, name, age, stays) => {
    const root = folder({});
    const path = left(root, name, age);
    removeLeftOvers(root);
    expect(existsSync(path)).toBe(stays);
  });

  it('follows no link', () => {
    const root = folder({});
    const elsewhere = left(folder({}), 'elsewhere', 0);
    symlinkSync(elsewhere, join(root, `waybill-${ended}-0-abcdef`));
    removeLeftOvers(root, Date.now() + 25 * 60 * minute);
    expect(existsSync(join(elsewhere, 'files/a'))).toBe(true);
  });
});

it('removes the folders of one thread of this process, and no other', async () => {
  const names = ['7', '77', '8'].map((thread) => join(tmpdir(), `waybill-${process.pid}-${thread}-abcdef`));
  for (const name of names) mkdirSync(join(name, 'files'), { recursive: true });
  await removeFoldersOf(7);
  expect(names.map((name) => existsSync(name))).toEqual([false, true, true]);
  for (const name of names) rmSync(name, { recursive: true, force: true });
});
