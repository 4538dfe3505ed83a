/**
 * A temporary folder for one run of a program: its HOME, its caches, and files handed to it. Nothing is written
 * anywhere else, so the application's folder stays as it was received. Its name is random, and only its owner can
 * look into it.
 */
import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { temporaryFolder, temporaryRoot } from '../files/temporary.ts';

/** Absolute paths below the temporary folder. */
export interface Scratch {
  /** Empty; for what the caller writes. Free of symbolic links. */
  readonly files: string;
  /** HOME of the program; every cache and configuration folder is below it. */
  readonly home: string;
}

/** `waybill-<process>-<thread>-<random>`. */
const NAME = /^waybill-(\d+)-\d+-[A-Za-z0-9]{6}$/u;

/** What the names of the folders of a thread of this process begin with. */
const prefixOf = (thread: number): string => `waybill-${process.pid}-${thread}-`;

/** Milliseconds after which a folder of a process that is not seen is left over. Another container may share the folder, but not the processes. */
const LEFT_OVER = 10 * 60_000;

/** The same for a folder whose process seems to run: its number may long be that of another one. */
const ABANDONED = 24 * 60 * 60_000;

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Removes the folders of processes that were killed before they could. What cannot be removed stays. */
export function removeLeftOvers(folder: string, now = Date.now()): void {
  for (const name of readdirSync(folder)) {
    const pid = NAME.exec(name)?.[1];
    if (pid === undefined || Number(pid) === process.pid) continue;
    try {
      const path = join(folder, name);
      const { uid, mtimeMs } = lstatSync(path);
      const age = now - mtimeMs;
      if (uid !== process.getuid?.() || age < LEFT_OVER) continue;
      if (age > ABANDONED || !runs(Number(pid))) rmSync(path, { recursive: true, force: true });
    } catch {
      // Somebody else removed it, or it is none of ours.
    }
  }
}

/** Removes the folders of a worker thread that was ended before it could. What cannot be removed stays. */
export async function removeFoldersOf(thread: number): Promise<void> {
  const folder = temporaryRoot();
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefixOf(thread)));
  // Its programs were killed, and may write for another moment.
  const removing = names.map((name) => rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 }));
  await Promise.allSettled(removing);
}

/** Once for each process: one that renders many times leaves nothing behind. */
let lookedAfter = false;

/** Gives `work` a fresh folder and removes it afterwards, also when `work` throws. */
export async function withScratch<Result>(work: (scratch: Scratch) => Promise<Result>): Promise<Result> {
  const folder = temporaryFolder(prefixOf(threadId));
  if (!lookedAfter) removeLeftOvers(dirname(folder));
  lookedAfter = true;
  try {
    const scratch = { files: join(folder, 'files'), home: join(folder, 'home') };
    mkdirSync(scratch.files);
    mkdirSync(scratch.home);
    return await work(scratch);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
