/**
 * The names of lock files. What is in them is the lock room's matter.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import { joinPath } from '../files/path.ts';
import type { Application } from './application.ts';

/**
 * Fails for a lock that no environment reads (`lock-environment`): a misspelt name would otherwise leave an
 * environment without its images, silently. Where waybill.yaml names no environments any name may be one.
 */
export function checkLockNames(application: Application): void {
  const { tree, directory, environments } = application;
  const folder = joinPath(directory, 'locks');
  if (tree.kind(folder) !== 'directory') return;
  const locks = tree.list(folder).filter((name) => /\.ya?ml$/u.test(name) && !name.startsWith('.'));
  attemptAll(locks, (name) => {
    const location = { file: joinPath(folder, name) };
    const environment = name.replace(/\.ya?ml$/u, '');
    if (name.endsWith('.yml')) {
      throw failure('lock-environment', `locks/${name} is not read`, {
        location,
        help: [`Rename it to locks/${environment}.yaml.`],
      });
    }
    if (environments.length > 0 && !environments.includes(environment)) {
      throw failure('lock-environment', `locks/${name} is the lock of an environment that does not exist`, {
        location,
        help: notFoundHelp('Environments', environment, environments),
      });
    }
  });
}
