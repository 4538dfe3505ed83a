/**
 * Which files of a work tree differ from a revision, untracked ones included.
 */
import { failure } from '../diagnostics/failure.ts';
import { git } from './git.ts';
import type { Revision } from './revision-tree.ts';

/**
 * Paths relative to the root, of files that are new, gone or different. What .gitignore leaves out counts too: it is
 * rendered all the same.
 * @throws Failure `git-revision`
 */
export async function changedPaths({ root, revision, env }: Revision): Promise<ReadonlySet<string>> {
  const run = async (...args: string[]) => await git(['-c', 'core.quotePath=false', ...args], { cwd: root, env });
  const [tracked, untracked] = await Promise.all([
    run(
      'diff',
      '--name-only',
      '-z',
      '--no-renames',
      '--no-ext-diff',
      '--relative',
      '--end-of-options',
      revision,
      '--',
      '.',
    ),
    run('ls-files', '-z', '--others', '--', '.'),
  ]);
  const failed = [tracked, untracked].find(({ status }) => status !== 0);
  if (failed) throw failure('git-revision', `git cannot compare with ${revision}: ${failed.stderr.trim()}`);
  return new Set([tracked, untracked].flatMap(({ stdout }) => stdout.toString().split('\0').filter(Boolean)));
}
