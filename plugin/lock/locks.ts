/**
 * The folder `locks/` of an application directory: which lock belongs to an environment, and which files in it would
 * be read by nobody. A lock with a misspelt name would otherwise deploy whatever the manifests say.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { listNames, notFoundHelp } from '../diagnostics/suggest.ts';
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import type { ImageLock } from './lock.ts';
import { readLock } from './read.ts';

/** Which lock is asked for. */
export interface LockRequest {
  /** Tree path of the application directory. */
  readonly directory: string;
  /** The environment that is rendered; undefined when the application has none. */
  readonly environment: string | undefined;
  /** The environments of waybill.yaml; undefined or empty when any name is accepted. */
  readonly environments: readonly string[] | undefined;
}

/** The tree path of an environment's lock, existing or not. */
export function lockPath(directory: string, environment: string): string {
  return joinPath(directory, `locks/${environment}.yaml`);
}

function checkFileName(name: string, { directory, environments }: LockRequest): void {
  const file = joinPath(directory, `locks/${name}`);
  const [, environment, extension] = /^([^.].*)\.(yaml|yml|json)$/u.exec(name) ?? [];
  // Anything else, such as a README, is no lock and never looks like one.
  if (environment === undefined) return;
  if (extension !== 'yaml') {
    throw failure('lock-environment', `${file} would not be read: a lock ends in .yaml`, {
      location: { file },
      help: [`Rename it to ${environment}.yaml.`],
    });
  }
  if (!/^[a-z0-9-]{1,63}$/u.test(environment)) {
    throw failure('lock-environment', `${file}: ${JSON.stringify(environment)} cannot be the name of an environment`, {
      location: { file },
      help: ['Expected: lower-case letters, digits and hyphens, at most 63 characters.'],
    });
  }
  if (environments?.length && !environments.includes(environment)) {
    throw failure('lock-environment', `${file} is for an environment that waybill.yaml does not have`, {
      location: { file },
      help: notFoundHelp('Environments here', environment, environments),
    });
  }
}

/** The environments that have a lock, sorted. @throws Failure `lock-environment` for files that nobody would read */
export function lockedEnvironments(tree: FileTree, request: Omit<LockRequest, 'environment'>): string[] {
  const folder = joinPath(request.directory, 'locks');
  if (tree.kind(folder) !== 'directory') return [];
  const names = tree.list(folder).filter((name) => tree.kind(joinPath(folder, name)) === 'file');
  attemptAll(names, (name) => checkFileName(name, { ...request, environment: undefined }));
  return names.flatMap((name) => (/^[^.].*\.yaml$/u.test(name) ? [name.replace(/\.yaml$/u, '')] : []));
}

/**
 * The lock of the environment that is rendered; undefined when it has none. The names of the other locks are checked,
 * not their contents: staging's broken lock is not production's error.
 * @throws Failure `lock-environment` also when there are locks and no environment was chosen; see readLock
 */
export function loadLock(tree: FileTree, request: LockRequest): ImageLock | undefined {
  const { directory, environment } = request;
  const locked = lockedEnvironments(tree, request);
  if (environment === undefined) {
    if (locked.length === 0) return undefined;
    throw failure('lock-environment', 'there are locks, and no environment was chosen', {
      location: { file: joinPath(directory, 'locks') },
      help: [`Locks here: ${listNames(locked)}. Choose one with -e.`],
    });
  }
  return locked.includes(environment) ? readLock(tree, lockPath(directory, environment)) : undefined;
}
