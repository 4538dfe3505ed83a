/**
 * A repository in a temporary folder, for tests that need files on disk. Removed when the test file is done.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const made: string[] = [];

/** Called by test/setup.ts at the end of each test file: test files share this module. */
export function removeRepositories(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Writes files (path to content) below `folder`, making directories. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

/** A new folder with these files, and with an empty `.git` so that it is the root of what is read. Absolute path, without links. */
export function createRepository(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'waybill-test-')));
  made.push(folder);
  mkdirSync(join(folder, '.git'));
  writeFiles(folder, files);
  return folder;
}
