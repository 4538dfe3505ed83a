/**
 * Writes to standard output without the stream that Node would make for it, which costs three milliseconds.
 */
import { writeSync } from 'node:fs';

const STDOUT = 1;
const PAUSE_MS = 5;

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Sleeps without giving up the thread: nothing else is to be done while a reader is slow. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}

/**
 * Writes all of `text` before it returns, however slow the reader is. A reader that has seen enough
 * (`waybill render | head`) is no error: the process then ends at once.
 */
export function writeStdout(text: string, done?: () => void): boolean {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(STDOUT, bytes, written);
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EPIPE') process.exit();
      if (code !== 'EAGAIN') throw error;
      pause();
    }
  }
  done?.();
  return true;
}
