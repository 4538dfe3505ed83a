import { symlinkSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isSystemError, systemFailure } from './system-error.ts';

function failed(work: () => unknown): string {
  try {
    work();
    return 'did not fail';
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const [diagnostic] = systemFailure(error).diagnostics;
    return `${diagnostic?.code}: ${diagnostic?.message}`;
  }
}

it.each<[string, () => unknown, string]>([
  [
    'a file in no folder',
    () => writeFileSync('/nonexistent/a', ''),
    'file-missing: the system refused to open /nonexistent/a: no such file or directory (ENOENT)',
  ],
  [
    'a link, by its own name and not by what it would contain',
    () => symlinkSync('some content', '/nonexistent/lock'),
    'file-missing: the system refused to make the link /nonexistent/lock: no such file or directory (ENOENT)',
  ],
])('names what could not be made: %s', (_name, work, message) => expect(failed(work)).toBe(message));

it('leaves the mistakes of programs to be internal errors', () => {
  const mistake = Object.assign(new Error('x'), { code: 'ERR_INVALID_ARG_TYPE', syscall: 'open' });
  expect(isSystemError(mistake)).toBe(false);
});
