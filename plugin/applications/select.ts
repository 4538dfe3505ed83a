/**
 * Which applications a command is for: the one it is started in, those that are named, or all below.
 */
import { configFile } from '../config/file-names.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { listNames } from '../diagnostics/suggest.ts';
import { expandGlob } from '../files/glob.ts';
import { joinPath, resolvePath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { checkLockNames, lockedEnvironments } from '../lock/locks.ts';
import { environmentNames, noEnvironment } from './environments.ts';
import { findApplications, type FoundApplications } from './find.ts';
import { applicationAbove, isApplication, marks } from './marks.ts';
import type { Scope } from './scope.ts';

/**
 * Refuses a directory that is a part of an application, such as its `base`: a lock written there would be read by nobody.
 * @throws Failure `application-inside`
 */
export function refuseInside(tree: FileTree, directory: string): void {
  if (isApplication(tree, directory)) return;
  const above = applicationAbove(tree, directory);
  if (above === undefined) return;
  throw failure(
    'application-inside',
    `${directory} is inside the application ${above || 'at the top of the repository'}`,
    {
      location: { file: directory },
      help: [
        `It has no waybill.yaml and no locks of its own. Start in the application instead: -C ${above || '.'}, from the top of the repository.`,
        `If it is meant to be an application of its own, write ${joinPath(directory, configFile)} first.`,
      ],
    },
  );
}

function named(tree: FileTree, directory: string, pattern: string): string[] {
  const path = resolvePath(directory, pattern);
  if (tree.kind(path) === 'directory') {
    refuseInside(tree, path);
    return [path];
  }
  // Globs are over files: an application has one of these.
  const files = marks.flatMap((mark) => expandGlob(tree, joinPath(path, mark)));
  const found = files
    .map((file) => file.replace(/(?:\/locks)?\/[^/]+$/u, ''))
    .filter((one) => isApplication(tree, one));
  if (found.length > 0) return found;
  throw failure('file-missing', `--application ${pattern} names no application directory`, {
    help: [
      `It is relative to ${directory || 'the top of the repository'}; *, ** and {a,b} are understood.`,
      'A directory is an application when it has a waybill.yaml or a lock in locks/.',
    ],
  });
}

/**
 * The application directories of a scope, each once. A directory that is named without a glob needs no waybill.yaml
 * and no lock: its first lock may be about to be written.
 * @throws Failure `file-missing` for a name or glob without a directory, `application-inside`, `path-escapes`,
 *   `glob-invalid`
 */
export function applicationsOf(tree: FileTree, directory: string, scope: Scope): FoundApplications {
  if (scope.applications.length > 0) {
    const applications = attemptAll(scope.applications, (pattern) => named(tree, directory, pattern)).flat();
    return { applications: [...new Set(applications)], leftOut: [] };
  }
  if (scope.all) return findApplications(tree, directory);
  refuseInside(tree, directory);
  return { applications: [directory], leftOut: [] };
}

/**
 * The applications at and below the directories that have locks, each once. Left out are the others, and the
 * environments that have none.
 * @param chosen with a lock of one of these environments; none: of any
 * @throws Failure `lock-environment`; `environment-unknown` for one that no application has: a misspelt name must not come to nothing
 */
export function lockedApplications(
  tree: FileTree,
  directories: readonly string[],
  chosen: readonly string[] = [],
): FoundApplications {
  const found = directories.map((directory) => findApplications(tree, directory));
  const leftOut = found.flatMap((one) => one.leftOut);
  const applications: string[] = [];
  const known = new Set<string>();
  let areAllRead = true;
  for (const directory of new Set(found.flatMap((one) => one.applications))) {
    const locked = lockedEnvironments(tree, directory);
    const named = environmentNames(tree, directory);
    areAllRead &&= named !== undefined;
    for (const one of [...(named ?? []), ...locked]) known.add(one);
    const has = chosen.length === 0 ? locked.length > 0 : chosen.some((one) => locked.includes(one));
    const wanted = (named ?? locked).filter((one) => chosen.length === 0 || chosen.includes(one));
    const missing = wanted.filter((one) => !locked.includes(one));
    // A lock that is not read for its name is not a missing one.
    if (!has) checkLockNames(tree, directory, []);
    if (has) applications.push(directory);
    const reason = chosen.length === 0 ? 'has no lock' : `has no lock of ${listNames(chosen)}`;
    if (!has) leftOut.push({ directory, reason });
    else if (missing.length > 0) leftOut.push({ directory, reason: `no lock of ${listNames(missing)}` });
  }
  const unknown = chosen.find((one) => !known.has(one));
  if (unknown !== undefined && areAllRead && applications.length + leftOut.length > 0) {
    throw noEnvironment(unknown, known);
  }
  return { applications, leftOut };
}
