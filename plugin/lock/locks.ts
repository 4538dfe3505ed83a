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

/** The tree path of an environment's lock, existing or not. */
export function lockPath(directory: string, environment: string): string {
  return joinPath(directory, `locks/${environment}.yaml`);
}

function checkFileName(name: string, directory: string, environments: readonly string[]): void {
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
  if (environments.length > 0 && !environments.includes(environment)) {
    throw failure('lock-environment', `${file} is for an environment that waybill.yaml does not have`, {
      location: { file },
      help: notFoundHelp('Environments', environment, environments),
    });
  }
}

function namesIn(tree: FileTree, directory: string): readonly string[] {
  const folder = joinPath(directory, 'locks');
  if (tree.kind(folder) !== 'directory') return [];
  return tree.list(folder).filter((name) => tree.kind(joinPath(folder, name)) === 'file');
}

/** Refuses the locks in a folder where none is read, such as `lock/` or `locks/old/`. */
function checkNoLocks(tree: FileTree, folder: string, help: string): void {
  if (tree.kind(folder) !== 'directory') return;
  attemptAll(tree.list(folder), (name) => {
    const file = joinPath(folder, name);
    if (!/\.(?:ya?ml|json)$/u.test(name) || tree.kind(file) !== 'file') return;
    if (!/^\s*"?kind"?:\s*"?ImageLock\b/mu.test(tree.readText(file))) return;
    throw failure('lock-environment', `${file} would not be read: locks are in ${help}`, {
      location: { file },
      help: [`Move it to ${help}, or remove it.`],
    });
  });
}

/**
 * Passes when every lock of the application directory belongs to an environment; what is in them is checked when they
 * are read.
 * @param environments those of waybill.yaml; none when any name is accepted
 * @throws Failure `lock-environment`
 */
export function checkLockNames(tree: FileTree, directory: string, environments: readonly string[]): void {
  attemptAll(namesIn(tree, directory), (name) => checkFileName(name, directory, environments));
  const folder = joinPath(directory, 'locks');
  const help = `${folder}/`;
  checkNoLocks(tree, joinPath(directory, 'lock'), help);
  if (tree.kind(folder) !== 'directory') return;
  for (const name of tree.list(folder)) checkNoLocks(tree, joinPath(folder, name), help);
}

/** The environments that have a lock, sorted. */
export function lockedEnvironments(tree: FileTree, directory: string): string[] {
  return namesIn(tree, directory).flatMap((name) => /^([^.].*)\.yaml$/u.exec(name)?.[1] ?? []);
}

/**
 * The lock of the environment that is rendered; undefined when it has none. Other locks are not read: staging's broken
 * lock is not production's error.
 * @param environment undefined when the application has none
 * @throws Failure `lock-environment` also when there are locks and no environment was chosen; see readLock
 */
export function loadLock(tree: FileTree, directory: string, environment: string | undefined): ImageLock | undefined {
  const locked = lockedEnvironments(tree, directory);
  if (environment === undefined) {
    if (locked.length === 0) return undefined;
    throw failure('lock-environment', 'there are locks, and no environment was chosen', {
      location: { file: joinPath(directory, 'locks') },
      help: [`Locks here: ${listNames(locked)}. Choose one with -e.`],
    });
  }
  return locked.includes(environment) ? readLock(tree, lockPath(directory, environment)) : undefined;
}
