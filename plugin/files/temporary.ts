/**
 * Folders below the system's temporary folder (TMPDIR), for the time of one piece of work.
 */
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure } from '../diagnostics/failure.ts';
import { isSystemError } from '../diagnostics/system-error.ts';

/** The folder that `temporaryFolder` makes folders in: an absolute path. */
export const temporaryRoot = (): string => tmpdir();

/**
 * Makes a new folder that only this user may enter, and gives its absolute path, free of symbolic links. The caller removes it.
 * @param prefix what its name begins with: `waybill-git-`
 * @throws Failure `temporary-folder` when the temporary folder does not exist or cannot be written
 */
export function temporaryFolder(prefix: string): string {
  const below = temporaryRoot();
  try {
    return mkdtempSync(join(realpathSync(below), prefix));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw failure('temporary-folder', `no temporary folder can be made in ${below} (${error.code})`, {
      help: ['Make that folder and let this user write to it, or name another one in TMPDIR.'],
    });
  }
}
