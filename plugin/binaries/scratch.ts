/**
 * A temporary folder for one run of a program: its HOME, its caches, and files handed to it. Nothing is written
 * anywhere else, so the application's folder stays as it was received.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Absolute paths below the temporary folder. */
export interface Scratch {
  /** Empty; for what the caller writes. Free of symbolic links. */
  readonly files: string;
  /** HOME of the program; every cache and configuration folder is below it. */
  readonly home: string;
}

/** Gives `work` a fresh folder and removes it afterwards, also when `work` throws. */
export async function withScratch<Result>(work: (scratch: Scratch) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'waybill-'));
  try {
    const scratch = { files: join(folder, 'files'), home: join(folder, 'home') };
    mkdirSync(scratch.files);
    mkdirSync(scratch.home);
    return await work(scratch);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
