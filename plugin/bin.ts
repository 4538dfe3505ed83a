/**
 * The executable. Everything is in cli/program.ts; only this file touches the process.
 */
import { endWith } from './cli/ended.ts';
import { run } from './cli/program.ts';
import { Session } from './cli/session.ts';
import type { Streams } from './cli/streams.ts';
import { writeStdout } from './cli/write-stdout.ts';
import { WORKER_ARGUMENT } from './workers/messages.ts';

let stderr: NodeJS.WriteStream | undefined;

/** Opens stderr. That nobody reads it any more must not change what the command does or how it ends. */
function openStderr(): NodeJS.WriteStream {
  return process.stderr.on('error', () => undefined);
}

// Streams are opened when they are used, since opening one costs more than rendering a small application.
const streams: Streams = {
  stdout: {
    write: writeStdout,
    get isTTY() {
      return process.stdout.isTTY;
    },
  },
  get stderr() {
    stderr ??= openStderr();
    return stderr;
  },
  get stdin() {
    return process.stdin;
  },
  env: process.env,
  cwd: process.cwd(),
  host: {
    script: process.argv[1] ?? '',
    untilAskedToStop: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
      }),
  },
};

/** Ends the process for an error that no command waits for, such as one in the callback of a stream. */
function crash(error: unknown): void {
  process.exit(endWith(error, new Session(streams)));
}

function stopped(): void {
  crash(new Error('the command stopped before it was done'));
}

/** A worker thread of this program, which answers its main thread until that one ends it. */
async function work(task: string): Promise<void> {
  const { runWorker } = await import('./cli/worker.ts');
  await runWorker(task, process.env);
}

function command(): void {
  process.on('uncaughtException', crash);
  // A command that waits for something that never comes lets Node end, and Node would call that success.
  process.once('beforeExit', stopped);

  // Not awaited at top level: the bundle is a script, which starts faster than a module.
  void run(process.argv.slice(2), streams).then((exitCode) => {
    process.off('beforeExit', stopped);
    process.exitCode = exitCode;
    // Everything is written: taking the heap apart would only take time. (On Windows, stderr may still be on its way.)
    if (process.platform !== 'win32') process.exit();
  });
}

if (process.argv[2] === WORKER_ARGUMENT) void work(process.argv[3] ?? '');
else command();
