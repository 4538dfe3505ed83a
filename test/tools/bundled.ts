/**
 * Runs the built program as a process of its own: to kill it, to limit it, or to have several at once.
 */
import { spawn } from 'node:child_process';
import { expect } from 'vitest';
import { builtProgram } from './program.mjs';

/** How to run it. */
export interface BundledOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Kill it, and everything that it started, after so many milliseconds. */
  readonly killAfter?: number;
  /** Commands of a shell before, such as `ulimit -f 0`. */
  readonly shell?: string;
}

/** What it came to; `code` null when it was killed. */
export interface BundledResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `waybill ARGS`. */
export async function runBundled(args: readonly string[], options: BundledOptions): Promise<BundledResult> {
  const { cwd, env, killAfter, shell } = options;
  const line = [process.execPath, await builtProgram(), ...args];
  const [program = '', ...rest] = shell === undefined ? line : ['sh', '-c', `${shell}\nexec "$@"`, 'sh', ...line];
  const child = spawn(program, rest, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (part: Buffer) => (said.stdout += part.toString()));
  child.stderr.on('data', (part: Buffer) => (said.stderr += part.toString()));
  const timer =
    killAfter === undefined
      ? undefined
      : setTimeout(() => {
          if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        }, killAfter);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  return { code, ...said };
}

/** How long a run takes until it ends well, in milliseconds: kills are spread over it. */
export async function timeOf(args: readonly string[], options: BundledOptions): Promise<number> {
  const begun = performance.now();
  expect(await runBundled(args, options)).toMatchObject({ code: 0 });
  return performance.now() - begun;
}
