/**
 * Writing several files of a checkout: all of them or none, as far as a disk that is full can be known before.
 */
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a process that was killed while it wrote left in the folder. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder))
    if (/^\.waybill-\d+-\d+\.part$/u.test(name)) rmSync(join(folder, name), { force: true });
}

/**
 * Half a file is never seen: each text goes to a new file first, which then takes the name and the mode of the old. No
 * name is taken before all texts are on disk.
 * @param root the folder that the paths are below, absolute
 * @param alone whether no other command writes there now, so that what is left of others can go
 */
export function writeFiles(root: string, files: ReadonlyMap<string, string | Uint8Array>, alone: boolean): void {
  const parts: { readonly partial: string; readonly path: string }[] = [];
  try {
    const folders = new Set(Array.from(files.keys(), (file) => dirname(join(root, file))));
    for (const folder of folders) {
      mkdirSync(folder, { recursive: true });
      if (alone) sweep(folder);
    }
    for (const [file, text] of files) {
      const path = join(root, file);
      const partial = join(dirname(path), `.waybill-${process.pid}-${parts.length}.part`);
      parts.push({ partial, path });
      const mode = statSync(path, { throwIfNoEntry: false })?.mode;
      writeFileSync(partial, text, { flag: 'wx' });
      if (mode !== undefined) chmodSync(partial, mode);
    }
    for (const { partial, path } of parts) renameSync(partial, path);
  } finally {
    for (const { partial } of parts) rmSync(partial, { force: true });
  }
}
