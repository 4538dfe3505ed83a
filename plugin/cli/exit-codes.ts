/**
 * The exit codes of every command; docs/cli.md explains them. ended.ts chooses one for an error.
 */
export const exitCodes = {
  done: 0,
  wrongInput: 1,
  usage: 2,
  different: 3,
  remoteRefused: 4,
  spooled: 5,
  timedOut: 6,
  superseded: 7,
  internalError: 70,
} as const;

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
