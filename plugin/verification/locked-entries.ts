/**
 * What is verified: every entry of every lock below the directories. A lock that cannot be read is a finding, and the
 * others are verified all the same.
 */
import type { LeftOut } from '../applications/find.ts';
import { lockedApplications } from '../applications/select.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import type { FileTree } from '../files/tree.ts';
import type { LockedImage } from '../lock/lock.ts';
import { lockedEnvironments, lockPath } from '../lock/locks.ts';
import { readLock } from '../lock/read.ts';
import { formatReference } from '../references/reference.ts';

/** One entry of one lock. */
export interface LockedEntry {
  /** Tree path of the application directory. */
  readonly application: string;
  readonly environment: string;
  readonly entry: LockedImage;
  /** Where the image is pulled from: `newName`, else the name. */
  readonly name: string;
  /** The name with the tag and digest of the lock. */
  readonly reference: string;
}

/** The entries, and what is wrong with locks as a whole. */
export interface LockedEntries {
  readonly subjects: readonly LockedEntry[];
  readonly diagnostics: readonly Diagnostic[];
  /** All environments that have a lock below the directories, chosen or not, sorted. */
  readonly environments: readonly string[];
  /** Applications without a lock, and what could not be searched. */
  readonly leftOut: readonly LeftOut[];
}

function subjectOf(application: string, environment: string, entry: LockedImage): LockedEntry {
  const { tag, digest } = entry;
  const name = entry.newName ?? entry.name;
  const reference = formatReference({
    written: name,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  });
  return { application, environment, entry, name, reference };
}

/**
 * The entries of the locks at and below the directories (tree paths), by application and environment.
 * @param chosen only these environments; none: all
 */
export function collectLockedEntries(
  tree: FileTree,
  directories: readonly string[],
  chosen: readonly string[],
): LockedEntries {
  const subjects: LockedEntry[] = [];
  const diagnostics: Diagnostic[] = [];
  const { applications, leftOut } = lockedApplications(tree, directories, chosen);
  const everywhere = chosen.length === 0 ? applications : lockedApplications(tree, directories, []).applications;
  const environments = new Set(everywhere.flatMap((application) => lockedEnvironments(tree, application)));
  for (const application of applications) {
    for (const environment of lockedEnvironments(tree, application)) {
      if (chosen.length > 0 && !chosen.includes(environment)) continue;
      try {
        const { images } = readLock(tree, lockPath(application, environment));
        subjects.push(...images.map((entry) => subjectOf(application, environment, entry)));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        diagnostics.push(...error.diagnostics);
      }
    }
  }
  return { subjects, diagnostics, environments: [...environments].sort(), leftOut };
}
