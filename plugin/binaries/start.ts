/**
 * One thing about Node's `spawn` that each caller would have to know: when no more files can be opened it answers with
 * a child that has no pipes, and the event `error` comes too late for whoever reads from them at once.
 */
import type { ChildProcess } from 'node:child_process';
import { failure } from '../diagnostics/failure.ts';

/** Failure `system-limit` for a child, spawned with stdout as a pipe, that Node could make no pipes for. */
export function expectPipes(child: ChildProcess, program: string): void {
  const stdout: unknown = child.stdout;
  if (stdout !== undefined) return;
  child.on('error', () => undefined);
  throw failure('system-limit', `${program} could not be started: too many open files`, {
    help: ['Raise the limit (ulimit -n), or run less at once.'],
  });
}
