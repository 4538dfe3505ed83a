/**
 * The options that say where a change of images goes, shared by the commands that write, and what their end looks like.
 */
import { inOneLine } from '../../../diagnostics/format.ts';
import { realpathSync } from 'node:fs';
import { type Command, Option } from '@commander-js/extra-typings';
import type { Scope } from '../../../applications/scope.ts';
import type { CiFacts } from '../../../ci/facts.ts';
import { createDirectoryTree } from '../../../files/directory.ts';
import { defaultFileLimits } from '../../../files/limits.ts';
import { findRoot } from '../../../files/root.ts';
import type { Delivered, Delivery } from '../../../updates/intent.ts';
import { type ImageOutcome, shortVersion } from '../../../updates/outcome.ts';
import { UsageError } from '../../command.ts';
import { readSourceOf } from '../../options/application-location.ts';
import type { Session } from '../../session.ts';

/** Values of the options below. */
export interface DeliveryOptions {
  readonly commit?: true | undefined;
  readonly push?: true | undefined;
  readonly pullRequestBranch?: true | undefined;
  readonly branch?: string | undefined;
  readonly remote?: string | undefined;
}

/** Adds --commit, --push, --pull-request-branch, --branch, --remote. */
export function withDelivery<Args extends unknown[], Options extends Record<string, unknown>>(
  command: Command<Args, Options>,
) {
  return command
    .option('--commit', 'commit only this change')
    .option(
      '--push',
      'push the commit to the remote branch; if another pipeline pushed first, repeat the change on its commit',
    )
    .option('--pull-request-branch', 'push to a separate branch for a pull request, or update the existing branch')
    .option('--branch <branch>', 'the branch to push to (default: the upstream of the current one)')
    .option('--remote <remote>', "the remote to push to (default: the upstream's, else origin)");
}

/** How to print what became of the images. */
export function outputOption() {
  return new Option('-o, --output <format>', 'output format')
    .choices(['text', 'json'] as const)
    .default('text' as const);
}

/** The delivery that the options ask for, from the directory of the session. */
export function deliveryOf(session: Session, options: DeliveryOptions): Delivery {
  const { commit, push, pullRequestBranch, branch, remote } = options;
  if (push && pullRequestBranch) throw new UsageError('--push and --pull-request-branch exclude each other');
  if (remote?.startsWith('-')) throw new UsageError(`--remote ${remote}: this is no remote`);
  return {
    directory: realpathSync(session.path('.')),
    env: session.env,
    to: pullRequestBranch ? 'pull-request' : push ? 'push' : commit ? 'commit' : 'work-tree',
    branch,
    remote,
    note: (line) => session.note(line),
  };
}

/** The applications that `--all` and `--application` mean. */
export function scopeOf(options: { readonly all?: true | undefined; readonly application: readonly string[] }): Scope {
  const { all = false, application } = options;
  if (all && application.length > 0) throw new UsageError('--all and --application exclude each other');
  return { all, applications: application };
}

function sentence({ application, name, before, after, result, why }: ImageOutcome): string {
  const [old, now] = [shortVersion(before), shortVersion(after)];
  const words: Readonly<Record<ImageOutcome['result'], string>> = {
    same: `${now} (no change)`,
    held: `${old} stays: ${now} is held back (--allow-held to write it)`,
    'kept-newer': `${old} stays: it was built from a newer commit than ${now} (--allow-older to go back)`,
    added: before === undefined ? `${now} (new)` : `${old} -> ${now} (new)`,
    removed: `${old} -> removed`,
    changed: `${old} -> ${now}`,
  };
  const because = why === undefined ? '' : `: ${why}`;
  return `${application === undefined ? '' : `${application || '.'}: `}${name}: ${words[result]}${because}`;
}

/**
 * Folders that may be checkouts of the source repository: the CI system's, and where the command was started. Each
 * repository once.
 */
export function checkoutsOf(session: Session, ci: CiFacts | undefined): string[] {
  const folders = [...(ci?.checkout === undefined ? [] : [ci.checkout]), session.startedIn, session.cwd];
  return [...new Set(folders.map(findRoot))];
}

/** Lines of the application's files under diagnostics. Files of another commit may differ; then the line is only near. */
export function showSourceLines(session: Session): void {
  session.readSource = readSourceOf(createDirectoryTree(findRoot(session.path('.')), defaultFileLimits));
}

/** Files, as long as somebody reads them. */
function written(files: readonly string[]): string {
  return files.length > 10 ? `${files.slice(0, 3).join(', ')} and ${files.length - 3} more` : files.join(', ');
}

/** Says where a change went. */
export function reportDelivery(
  session: Session,
  { changed, commit, pushedTo }: Omit<Delivered<unknown>, 'result'>,
  dryRun = false,
): void {
  if (changed.length === 0) session.note('nothing to change');
  else if (pushedTo !== undefined) session.note(`pushed ${commit?.slice(0, 12)} to ${pushedTo}`);
  else if (commit !== undefined) session.note(`committed ${commit.slice(0, 12)}`);
  else session.note(`${dryRun ? 'would write' : 'wrote'} ${written(changed)}`);
}

/** Prints what became of the images (unless the format is undefined) and says where it went; "nothing to change" is success and said so. */
export function report(
  session: Session,
  { result, changed, commit, pushedTo }: Delivered<readonly ImageOutcome[]>,
  format: 'text' | 'json' | undefined,
  dryRun = false,
): void {
  const outcomes = result;
  if (format === 'json') {
    for (const { application, name, before, after, result, why } of outcomes)
      session.print(`${JSON.stringify({ application, name, result, before, after, why, commit, pushedTo })}\n`);
  } else if (format === 'text') {
    for (const outcome of outcomes) session.show(`${inOneLine(sentence(outcome))}\n`);
  }
  reportDelivery(session, { changed, commit, pushedTo }, dryRun);
}
