/**
 * What a command line says about the applications that it changes. A file of its own, so that a command for one
 * application loads no more than that.
 */

/** What a command line says about the applications. */
export interface Scope {
  /** Every application at and below the directory. */
  readonly all: boolean;
  /** Directories or globs of them, relative to the directory; none: the directory itself, unless `all`. */
  readonly applications: readonly string[];
}

/** Whether the command is for several applications, so that its words must name them. */
export function isWide({ all, applications }: Scope): boolean {
  return all || applications.length > 0;
}
