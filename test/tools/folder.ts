/**
 * Folders on disk for tests, made from a table of files and removed at the end of the test file.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

/** Path to content; `{ link }` is a symbolic link. */
export type FolderContent = Readonly<Record<string, string | { readonly link: string }>>;

/** Writes files into `root`, making the folders above them. */
export function writeFolder(root: string, content: FolderContent): void {
  for (const [path, value] of Object.entries(content)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (typeof value === 'string') writeFileSync(join(root, path), value);
    else symlinkSync(value.link, join(root, path));
  }
}

/** A function that makes folders, each new, with an absolute path free of links. Call at the top of a test file. */
export function temporaryFolders(): (content: FolderContent) => string {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'waybill-test-')));
  afterAll(() => rmSync(base, { recursive: true, force: true }));
  let count = 0;
  return (content) => {
    count += 1;
    const root = join(base, String(count), 'repository');
    mkdirSync(root, { recursive: true });
    writeFolder(root, content);
    return root;
  };
}

/** Every file below `root` and its text, to see that nothing was written. */
export function contentOf(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(root.length + 1), readFileSync(path, 'latin1')]));
}
