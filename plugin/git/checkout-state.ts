/**
 * What git says about a checkout: where HEAD is, and which files are not as it has them.
 */

/** HEAD and what differs from it. */
export interface CheckoutState {
  /** Undefined on a branch without commits. */
  readonly head: string | undefined;
  /** Undefined with a detached HEAD. */
  readonly branch: string | undefined;
  /** Paths that are not as HEAD has them in the index or on disk, untracked ones included. */
  readonly uncommitted: ReadonlySet<string>;
}

/** What `git status --porcelain=v2 --branch -z --no-renames` printed. */
export function parseStatus(stdout: Buffer): CheckoutState {
  const lines = stdout.toString().split('\0');
  const header = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`# ${name} `))?.slice(name.length + 3);
  const [oid, branch] = [header('branch.oid'), header('branch.head')];
  const paths = lines.flatMap((line) => {
    const path = /^(?:1 (?:\S+ ){7}|u (?:\S+ ){9}|[?!] )(.+)$/su.exec(line)?.[1];
    return path === undefined ? [] : [path];
  });
  return {
    head: oid === undefined || oid === '(initial)' ? undefined : oid,
    branch: branch === undefined || branch === '(detached)' ? undefined : branch,
    uncommitted: new Set(paths),
  };
}
