/**
 * A change of files as an intent: a function from the files as they are. When another pipeline is first, it is asked
 * again on the new files, so that neither's change is lost and no outdated text is pushed.
 */
import type { FileTree } from '../files/tree.ts';
import type { WorkTree } from '../git/work-tree.ts';

/** What is to change. */
export interface Intent<Result> {
  /** New texts by tree path; none when there is nothing to do. */
  readonly files: ReadonlyMap<string, string>;
  /** Tree paths of the files that would change, were they not as they should be already: `files` has some or all. */
  readonly targets: readonly string[];
  /** Asked for only when there are files. */
  readonly message: () => Promise<string>;
  /** The name of the branch for a pull request; the same for the same subject, so that an open one is updated. */
  readonly branch: string;
  readonly result: Result;
}

/** The state of the files that an intent is asked about. */
export interface Snapshot {
  readonly tree: FileTree;
  /** Tree path of the application directory. */
  readonly directory: string;
  /** The repository and the commit that the files are of, or are based on; undefined without git or without a commit. */
  readonly past: { readonly repository: WorkTree; readonly commit: string } | undefined;
}

/** Asked once for each state of the files. */
export type PlanChange<Result> = (snapshot: Snapshot) => Promise<Intent<Result>>;

/** Where the change goes. */
export interface Delivery {
  /** The application directory, absolute. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `nowhere`: only what would be done is found out. */
  readonly to: 'nowhere' | 'work-tree' | 'commit' | 'push' | 'pull-request';
  /** The branch to push to, or that the pull request is for. @default the upstream of the current branch */
  readonly branch?: string | undefined;
  /** @default the upstream's remote, else origin */
  readonly remote?: string | undefined;
  /** Whether the intent looks at the history. @default false */
  readonly needsPast?: boolean;
  /** Hears what a person should know besides. */
  readonly note: (line: string) => void;
}

/** What became of it. */
export interface Delivered<Result> {
  readonly result: Result;
  /** Paths of the files that changed, from the top of the repository. */
  readonly changed: readonly string[];
  readonly commit?: string | undefined;
  /** Where it was pushed: `origin/main`. */
  readonly pushedTo?: string | undefined;
}
