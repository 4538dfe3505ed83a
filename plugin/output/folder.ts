/**
 * A folder of files that belongs to Waybill: it knows what an earlier run wrote, removes nothing else, and is whole
 * again after a run that was killed.
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { failure } from '../diagnostics/failure.ts';

/** What is to be in the folder. */
export interface FolderFiles {
  /** Relative, with forward slashes; in the order in which they are written. */
  readonly names: readonly string[];
  /** Asked for one name after the other. */
  readonly textOf: (name: string) => string | Promise<string>;
  /** The names that this kind of folder can have: whatever a hand wrote into the list, no other file is removed. */
  readonly ours: RegExp;
}

/** The list of files that the last run wrote: only these are ever removed. */
const index = '.waybill-output';

function earlierFiles(directory: string, ours: RegExp): readonly string[] {
  const path = join(directory, index);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((name) => ours.test(name));
}

/** What a killed run may have left: half a file under a name of its own. */
const leftover = /^\.waybill-[0-9a-f-]{36}\.part$/u;

/** Writes through a new file, so that neither a reader sees half of it nor a link leads the write elsewhere. */
function writeWhole(directory: string, name: string, text: string): void {
  const partial = join(directory, `.waybill-${randomUUID()}.part`);
  const file = openSync(partial, 'wx', 0o644);
  try {
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
  const path = join(directory, name);
  mkdirSync(dirname(path), { recursive: true });
  const folder = relative(realpathSync(directory), realpathSync(dirname(path)));
  if (folder === '..' || folder.startsWith(`..${sep}`) || isAbsolute(folder)) {
    rmSync(partial);
    throw failure('output-directory', `${dirname(path)} is a link that leads out of ${directory}`);
  }
  renameSync(partial, path);
}

/**
 * Writes files into `directory`, which is made when it is missing, and removes what an earlier run wrote and this one
 * does not. Files of anybody else stay.
 * @throws Failure `output-directory` when the directory holds files and no earlier run wrote it, or it cannot be written
 */
export async function writeFolder(directory: string, { names, textOf, ours }: FolderFiles): Promise<void> {
  const wanted = new Set(names);
  try {
    mkdirSync(directory, { recursive: true });
    const earlier = earlierFiles(directory, ours);
    if (existsSync(join(directory, index))) {
      for (const name of readdirSync(directory))
        if (leftover.test(name)) rmSync(join(directory, name), { force: true });
    }
    if (!existsSync(join(directory, index)) && readdirSync(directory).length > 0) {
      throw failure('output-directory', `${directory} holds files that waybill did not write`, {
        help: ['Name an empty or a new directory, so that nothing of yours is overwritten.'],
      });
    }
    // The index first: a run that is interrupted leaves nothing behind that the next would not know.
    writeWhole(directory, index, `${[...new Set([...earlier, ...names])].sort().join('\n')}\n`);
    for (const name of names) writeWhole(directory, name, await textOf(name));
    for (const name of earlier) if (!wanted.has(name)) rmSync(join(directory, name), { force: true });
    writeWhole(directory, index, `${[...names].sort().join('\n')}\n`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('E')) {
      throw failure('output-directory', `${directory} cannot be written: ${error.message}`);
    }
    throw error;
  }
}
