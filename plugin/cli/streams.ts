/**
 * What a command may touch of the process, as a parameter, so that tests drive the CLI in-process.
 */
export interface Streams {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stdin?: AsyncIterable<unknown>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** Exit codes of every command (docs/cli.md). */
export const exitCodes = {
  done: 0,
  wrongInput: 1,
  usage: 2,
  different: 3,
  remoteRefused: 4,
  spooled: 5,
  timedOut: 6,
} as const;

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
