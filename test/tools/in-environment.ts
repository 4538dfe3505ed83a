/**
 * Command lines of tests that are for one environment unless they say otherwise: an option that is given twice is
 * refused.
 */

/** `args` with `-e environment` where they have none. */
export function inEnvironment(environment: string, args: readonly string[]): string[] {
  return args.includes('-e') ? [...args] : ['-e', environment, ...args];
}
