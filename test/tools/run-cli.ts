/**
 * Runs the CLI in this process, with its streams captured.
 */
import { run } from '../../plugin/cli/program.ts';
import type { ExitCode } from '../../plugin/cli/exit-codes.ts';
import { builtProgram } from './program.mjs';

/** Worker threads of commands run the built program. */
const script = await builtProgram();

/** What a command line came to. */
export interface CliResult {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and how to run it. */
export interface CliOptions {
  /** @default the repository */
  readonly cwd?: string;
  /** The whole environment. @default PATH and HOME of this process */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Text on standard input. */
  readonly stdin?: string;
  /** For commands that run until they are stopped. */
  readonly untilAskedToStop?: () => Promise<string>;
  /** Does everything in this thread; else many renders share worker threads of the built program. */
  readonly oneThread?: boolean;
  /** Whether stderr is a terminal. */
  readonly isTTY?: boolean;
  /** Hears what is written on stderr at once. */
  readonly onStderr?: (text: string) => void;
}

/** `await runCli(['render', 'examples/…', '-e', 'production'])`. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const written = { stdout: '', stderr: '' };
  const capture = (stream: 'stdout' | 'stderr') => ({
    write: (text: string, done?: () => void) => {
      written[stream] += text;
      if (stream === 'stderr') options.onStderr?.(text);
      done?.();
      return true;
    },
  });
  const { PATH, HOME } = process.env;
  const code = await run(args, {
    stdout: capture('stdout'),
    stderr: { ...capture('stderr'), ...(options.isTTY ? { isTTY: true } : {}) },
    stdin: (async function* () {
      if (options.stdin !== undefined) yield Buffer.from(options.stdin);
    })(),
    env: options.env ?? { PATH, HOME },
    cwd: options.cwd ?? process.cwd(),
    ...(options.oneThread
      ? {}
      : {
          host: {
            script,
            untilAskedToStop: options.untilAskedToStop ?? (() => new Promise(() => undefined)),
          },
        }),
  });
  return { code, ...written };
}
