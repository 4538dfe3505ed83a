/**
 * What reading may cost. The operator's policy sets the numbers; every tree counts with one Budget, so that a
 * repository cannot make a render read more than it may, however its files refer to each other.
 */
import { failure } from '../diagnostics/failure.ts';
import { largeWork, SMALL } from '../limits/effort.ts';

/** Limits of one tree. Numbers are whole and positive. */
export interface FileLimits {
  /** Bytes of one file. */
  readonly fileBytes: number;
  /** Bytes of all files read from the tree. A file read twice counts twice. */
  readonly totalBytes: number;
  /** Files read, and (counted apart) names listed in directories. */
  readonly files: number;
}

/** What a laptop render uses when no policy says otherwise: far above real applications, far below trouble. */
export const defaultFileLimits: FileLimits = {
  fileBytes: 32 * 1024 * 1024,
  totalBytes: 256 * 1024 * 1024,
  files: 100_000,
};

/** Counts what a tree has read, and fails at the limit before the bytes are read. */
export class Budget {
  readonly #limits: FileLimits;
  #bytes = 0;
  #files = 0;
  #names = 0;

  constructor(limits: FileLimits) {
    this.#limits = limits;
  }

  /** Call before a file of `bytes` bytes is read. Failure `file-too-large`, `limit-bytes`, `limit-files`. */
  file(path: string, bytes: number): void {
    const { fileBytes, totalBytes, files } = this.#limits;
    if (bytes > fileBytes) {
      throw failure('file-too-large', `the file has ${bytes} bytes; at most ${fileBytes} are read`, {
        location: { file: path },
        help: ['Manifests are small: is this file in the right directory?'],
      });
    }
    this.#bytes += bytes;
    this.#files += 1;
    if (this.#bytes > SMALL.bytes || this.#files > SMALL.files) largeWork();
    if (this.#bytes > totalBytes) {
      throw failure('limit-bytes', `the files read so far have more than ${totalBytes} bytes together`, {
        location: { file: path },
      });
    }
    if (this.#files > files) {
      throw failure('limit-files', `more than ${files} files are read`, { location: { file: path } });
    }
  }

  /** Call with the number of names found in a directory. Failure `limit-files`. */
  names(path: string, count: number): void {
    this.#names += count;
    if (this.#names > SMALL.files) largeWork();
    if (this.#names > this.#limits.files) {
      throw failure('limit-files', `more than ${this.#limits.files} names are listed`, { location: { file: path } });
    }
  }
}
