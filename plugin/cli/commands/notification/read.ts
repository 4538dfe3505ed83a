/**
 * Files that are named on the command line.
 */
import { readFileSync } from 'node:fs';
import { failure } from '../../../diagnostics/failure.ts';
import type { Session } from '../../session.ts';

/** The bytes of a file. Failure `file-missing`, `file-unreadable`. */
export function readInput(session: Session, file: string): Buffer {
  try {
    return readFileSync(session.path(file));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw error.code === 'ENOENT'
      ? failure('file-missing', `${file} does not exist`)
      : failure('file-unreadable', `${file} cannot be read: ${error.message}`);
  }
}
