/**
 * The environments of an application: those that waybill.yaml declares; where it declares none, every lock makes one.
 */
import type { Application } from '../config/application.ts';
import { loadApplication } from '../config/load.ts';
import { isPreview } from '../config/preview.ts';
import { Failure, failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import type { FileTree } from '../files/tree.ts';
import { lockedEnvironments } from '../lock/locks.ts';
import type { FoundApplications, LeftOut } from './find.ts';

/** Names in the order of waybill.yaml, or sorted; empty for an application that renders without an environment. */
export function environmentsOf({ tree, directory, environments }: Application): readonly string[] {
  return environments.length > 0 ? environments : lockedEnvironments(tree, directory);
}

/** {@link environmentsOf} for a directory; undefined for an application that cannot be read. */
export function environmentNames(tree: FileTree, directory: string): readonly string[] | undefined {
  try {
    return environmentsOf(loadApplication(tree, directory));
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** The environments that a command for all of them renders: previews need a pull request, so they are left out. */
export function withoutPreviews(
  tree: FileTree,
  directory: string,
  names: readonly string[],
): { readonly names: readonly string[]; readonly leftOut: readonly LeftOut[] } {
  if (names.length === 0) return { names, leftOut: [] };
  const application = loadApplication(tree, directory);
  const previews = names.filter((name) => application.environments.includes(name) && isPreview(application, name));
  return {
    names: names.filter((name) => !previews.includes(name)),
    leftOut: previews.map((name) => ({ directory, reason: `environment ${name} renders pull requests` })),
  };
}

/**
 * Those of many applications that have the environment, and those that cannot be read, whose error is reported later
 * with the others. The rest is left out.
 * @throws Failure `environment-unknown` when there is none
 */
export function withEnvironment(
  tree: FileTree,
  directories: readonly string[],
  environment: string,
): FoundApplications {
  const known = new Set<string>();
  const leftOut: LeftOut[] = [];
  const applications = directories.filter((directory) => {
    const environments = environmentNames(tree, directory);
    for (const one of environments ?? []) known.add(one);
    if (environments === undefined || environments.includes(environment)) return true;
    leftOut.push({ directory, reason: `has no environment ${environment}` });
    return false;
  });
  if (applications.length > 0) return { applications, leftOut };
  throw noEnvironment(environment, known);
}

/** Failure `environment-unknown`: none of many applications has it. */
export function noEnvironment(environment: string, known: Iterable<string>): Failure {
  return failure('environment-unknown', `no application here has an environment ${environment}`, {
    help: notFoundHelp('Environments', environment, [...known].sort()),
  });
}
