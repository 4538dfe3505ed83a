/**
 * The long-running programs of the environment. Their output goes to a file each; the process namespace of the run
 * ends those that are still there.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What started programs share. */
export interface Processes {
  /** Starts `command` under a name; a program of that name that still runs is an error. */
  start(name: string, command: string, args: readonly string[], env?: NodeJS.ProcessEnv): void;
  /** Ends the program of that name and waits until it is gone. */
  stop(name: string): Promise<void>;
  /** Ends all, the newest first. */
  stopAll(): Promise<void>;
}

/** Programs that write their output below `folder`, as `NAME.log`. */
export function startProcesses(folder: string): Processes {
  const running = new Map<string, ChildProcess>();
  const processes: Processes = {
    start(name, command, args, env = process.env) {
      if (running.has(name)) throw new Error(`${name} runs already`);
      const log = openSync(join(folder, `${name}.log`), 'a');
      running.set(name, spawn(command, args, { stdio: ['ignore', log, log], env }));
    },
    async stop(name) {
      const child = running.get(name);
      running.delete(name);
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => {
        child.once('exit', resolve);
      });
      child.kill();
      const late = setTimeout(() => child.kill('SIGKILL'), 5000);
      await gone;
      clearTimeout(late);
    },
    async stopAll() {
      for (const name of [...running.keys()].toReversed()) await processes.stop(name);
    },
  };
  return processes;
}

/** `--name=value` for each entry. */
export function flags(values: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}

/** Runs a program to its end. Rejects with what it wrote. @returns its standard output */
export async function execute(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const { stdout } = await run(command, args, { maxBuffer: 1 << 26, ...options });
  return stdout;
}

/** Asks again every half second until `check` resolves to a value other than false. Rejects after `seconds`. */
export async function eventually(what: string, seconds: number, check: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + seconds * 1000;
  let reason = '';
  while (Date.now() < end) {
    try {
      if ((await check()) !== false) return;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    await sleep(500);
  }
  throw new Error(`gave up after ${seconds} s waiting for ${what}: ${reason}`);
}
