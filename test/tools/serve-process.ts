/**
 * `waybill serve` as a process of its own, as the sidecar runs it.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { builtProgram } from './program.mjs';

/** How to start it. */
export interface ServeProcessOptions {
  /** The program. @default the built one */
  readonly script?: string;
  /** Where the socket goes. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly args?: readonly string[];
}

/** A server that runs. */
export interface ServeProcess {
  readonly pid: number;
  readonly socket: string;
  /** The lines of its log so far. */
  readonly log: () => readonly Readonly<Record<string, unknown>>[];
  /** Sends a signal. */
  readonly signal: (name: 'SIGTERM' | 'SIGKILL') => void;
  /** Waits until it has ended: its exit code, null when it was killed. */
  readonly ended: Promise<number | null>;
  /** Asks it to end, and waits. */
  readonly stop: () => Promise<number | null>;
}

function parseLine(line: string): Readonly<Record<string, unknown>> {
  const parsed: unknown = JSON.parse(line);
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : { line };
}

/** Starts it and waits until it serves. An error when it ends before, with what it said. */
export async function startServe(options: ServeProcessOptions): Promise<ServeProcess> {
  const { script = await builtProgram(), folder, env, args = ['--metrics', 'none'] } = options;
  const child = spawn(process.execPath, [script, 'serve', '--socket-dir', folder, ...args], {
    env,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let text = '';
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const signal = (name: 'SIGTERM' | 'SIGKILL'): void => {
    child.kill(name);
  };
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (part: Buffer) => {
      text += part.toString();
      if (text.includes('"msg":"serving"')) resolve();
    });
    void ended.then((code) => reject(new Error(`waybill serve ended with ${code}: ${text}`)));
  });
  return {
    pid: child.pid ?? 0,
    socket: join(folder, 'waybill.sock'),
    log: () => text.split('\n').slice(0, -1).map(parseLine),
    signal,
    ended,
    stop: () => {
      signal('SIGTERM');
      return ended;
    },
  };
}
