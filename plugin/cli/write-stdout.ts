/**
 * Writes to standard output without the stream that Node would make for it, which costs three milliseconds.
 */
import { writeSync } from 'node:fs';
import { failure } from '../diagnostics/failure.ts';
import { isSystemError, systemFailure } from '../diagnostics/system-error.ts';

const STDOUT = 1;
const PAUSE_MS = 5;

/** Sleeps without giving up the thread: nothing else is to be done while a reader is slow. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}

/**
 * Writes all of `text` before it returns, however slow the reader is.
 * @throws Failure `output-closed` when the reader went away: what it has is not complete, and must not pass for it.
 *   `disk-full` and such when standard output is a file that cannot be written
 */
export function writeStdout(text: string, done?: () => void): boolean {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(STDOUT, bytes, written);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (error.code === 'EPIPE') {
        throw failure('output-closed', 'the reader of standard output closed it before everything was written');
      }
      if (error.code !== 'EAGAIN') throw systemFailure(error, 'standard output');
      pause();
    }
  }
  done?.();
  return true;
}
