/**
 * What the operating system refuses (a full disk, a missing folder, no permission, too many open files) as diagnostics.
 * Such an error is never an internal one, wherever it comes up: program.ts asks here before it calls an error internal.
 */
import type { Code } from './codes.ts';
import { type Failure, failure } from './failure.ts';

/** An error of Node that stands for a system call that failed: `code` is a name of errno(3), such as `ENOSPC`. */
export interface SystemError extends Error {
  readonly code: string;
  readonly syscall: string;
  readonly path?: unknown;
  /** Where a link, a copy or a new name was to be. */
  readonly dest?: unknown;
}

/** Whether `error` is a {@link SystemError}. Node's own mistakes have codes such as `ERR_INVALID_ARG_TYPE` and are none. */
export function isSystemError(error: unknown): error is SystemError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^E[A-Z0-9]+$/u.test(error.code) &&
    'syscall' in error &&
    typeof error.syscall === 'string'
  );
}

const diskFull = 'Make room on the disk, or raise the quota. What was to be written is not complete.';
const limit = 'Raise the limit (ulimit -n, the memory of the container), or run less at once.';

/** For each name of errno(3) that people meet: the code and what to do. Everything else is `system-error`. */
const kinds: Readonly<Record<string, { readonly code: Code; readonly help?: string }>> = {
  ENOENT: { code: 'file-missing', help: 'Make the file or folder, or correct the path.' },
  ENOTDIR: { code: 'file-missing', help: 'A part of the path is a file where a folder must be. Correct the path.' },
  EACCES: { code: 'file-permission', help: 'Check owner and permissions, of each folder of the path too.' },
  EPERM: { code: 'file-permission', help: 'Check owner and permissions, of each folder of the path too.' },
  EROFS: { code: 'file-read-only', help: 'Write elsewhere, or mount the file system for writing.' },
  ENAMETOOLONG: { code: 'file-name-too-long', help: 'Use a shorter name, or a folder nearer to the root.' },
  ELOOP: { code: 'file-link-loop', help: 'Remove one of the links.' },
  ENOSPC: { code: 'disk-full', help: diskFull },
  EDQUOT: { code: 'disk-full', help: diskFull },
  EFBIG: { code: 'disk-full', help: diskFull },
  EMFILE: { code: 'system-limit', help: limit },
  ENFILE: { code: 'system-limit', help: limit },
  ENOMEM: { code: 'system-limit', help: limit },
  EAGAIN: { code: 'system-limit', help: limit },
};

/** System calls as people call them. */
const verbs: Readonly<Record<string, string>> = {
  open: 'open',
  read: 'read',
  write: 'write',
  scandir: 'list',
  opendir: 'list',
  mkdir: 'make the folder',
  mkdtemp: 'make a folder at',
  rmdir: 'remove',
  rm: 'remove',
  unlink: 'remove',
  rename: 'rename',
  copyfile: 'copy',
  cp: 'copy',
  lstat: 'look at',
  stat: 'look at',
  realpath: 'follow',
  readlink: 'follow',
  chmod: 'change the mode of',
  fsync: 'write',
  symlink: 'make the link',
  link: 'make the link',
};

/** Calls whose `path` is what a link contains; what cannot be made is at `dest`. */
const linking: ReadonlySet<string> = new Set(['symlink', 'link']);

/** `no space left on device`, of "ENOSPC: no space left on device, write '/a'". */
function reason({ message, code }: SystemError): string {
  const [, words] = new RegExp(`${code}: (.+?)(?:, \\w|$)`, 'u').exec(message) ?? [];
  return words === undefined ? code : `${words} (${code})`;
}

/**
 * The Failure of a system error.
 * @param what the file or thing, where the error does not name it: `standard output`
 */
export function systemFailure(error: SystemError, what?: string): Failure {
  const { code, help } = kinds[error.code] ?? { code: 'system-error' };
  const [call = '', ...program] = error.syscall.split(' ');
  const path = linking.has(call) ? error.dest : error.path;
  const place = what ?? (typeof path === 'string' ? path : '');
  const done = call === 'spawn' ? `start ${program.join(' ')}` : `${verbs[call] ?? call} ${place}`;
  return failure(code, `the system refused to ${done.trim()}: ${reason(error)}`, { help: help ? [help] : [] });
}
