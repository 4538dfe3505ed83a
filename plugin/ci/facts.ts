/**
 * What a CI system's variables say about the build that runs.
 */

/** The environment of a process. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Gives the text of a file that a variable names, or undefined when it cannot be read. */
export type ReadFile = (path: string) => string | undefined;

/** The facts of one build. Everything may be missing: flags fill the gaps. */
export interface CiFacts {
  /** The source repository's URL, without credentials. */
  readonly repository?: string | undefined;
  /** The full commit that people know: for a pull request its head, never the provider's temporary merge commit. */
  readonly commit?: string | undefined;
  /** `refs/heads/main`, `refs/tags/v1`. */
  readonly ref?: string | undefined;
  readonly pullRequest?: number | undefined;
  /** The page of the run. */
  readonly run?: string | undefined;
  /** Where the source repository is checked out. */
  readonly checkout?: string | undefined;
}

/** One CI system: its file in this folder exports it. */
export interface CiSystem {
  readonly name: string;
  /** True when the variables are those of this system. */
  detect(variables: Variables): boolean;
  facts(variables: Variables, readFile: ReadFile): CiFacts;
}

/** A variable's value; empty counts as not set, as CI systems set variables that do not apply. */
export function valueOf(variables: Variables, name: string): string | undefined {
  const value = variables[name]?.trim();
  return value === undefined || value === '' ? undefined : value;
}

/** A pull request's number out of a number or the end of its URL. */
export function pullRequestNumber(text: string | undefined): number | undefined {
  const digits = /(?:^|\/)(\d+)\/?$/u.exec(text ?? '')?.[1];
  const number = digits === undefined ? 0 : Number(digits);
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

/** The full ref of a tag or branch, whichever is set. */
export function refOf(tag: string | undefined, branch: string | undefined): string | undefined {
  if (tag !== undefined) return `refs/tags/${tag}`;
  return branch === undefined ? undefined : `refs/heads/${branch}`;
}
