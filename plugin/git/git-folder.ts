/**
 * Where git keeps what belongs to a work tree, found without starting git: worktrees and submodules have a file `.git`
 * that says where (gitrepository-layout(5)).
 */
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';

/** The folders of one work tree; absolute. */
export interface GitFolder {
  /** Of this work tree alone: HEAD, index. */
  readonly own: string;
  /** What all work trees of the repository share: branches, objects, hooks. */
  readonly common: string;
}

/** The text of a file; undefined where there is none. What the system refuses is no "none". */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return undefined;
    }
    throw error;
  }
}

/** The folders of the work tree whose top is `top`; undefined where there is no `.git`, or none that can be read. */
export function gitFolderOf(top: string): GitFolder | undefined {
  const at = join(top, '.git');
  const stat = statSync(at, { throwIfNoEntry: false });
  const named = stat?.isFile() ? /^gitdir: (.+)$/mu.exec(textOf(at) ?? '')?.[1] : undefined;
  const own = stat?.isDirectory() ? at : named === undefined ? undefined : resolve(top, named);
  if (own === undefined) return undefined;
  const common = textOf(join(own, 'commondir'));
  return { own, common: common === undefined ? own : resolve(own, common) };
}

/** Hooks that look at a commit while it is made, or hear of it; the others git runs whatever makes the commit. */
const hooks = ['pre-commit', 'prepare-commit-msg', 'commit-msg', 'post-commit'];

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Whether the repository has hooks for commits.
 * @param hooksPath `core.hooksPath`; relative to the top of the work tree
 */
export function hasCommitHooks(top: string, folder: GitFolder, hooksPath: string | undefined): boolean {
  const at =
    hooksPath === undefined ? join(folder.common, 'hooks') : isAbsolute(hooksPath) ? hooksPath : join(top, hooksPath);
  return hooks.some((name) => isExecutable(join(at, name)));
}

/** What is under way in the work tree that a commit would get into: `a merge`; undefined when nothing is. */
export function underWay({ own }: GitFolder): string | undefined {
  const signs: Readonly<Record<string, string>> = {
    MERGE_HEAD: 'a merge',
    CHERRY_PICK_HEAD: 'a cherry-pick',
    REVERT_HEAD: 'a revert',
    'rebase-merge': 'a rebase',
    'rebase-apply': 'a rebase',
  };
  const sign = Object.keys(signs).find((name) => statSync(join(own, name), { throwIfNoEntry: false }) !== undefined);
  return sign === undefined ? undefined : signs[sign];
}
