// The examples: every application below examples/, its environments, and where its expected manifests are kept.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** The repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * One application for one environment.
 * @typedef {object} Example
 * @property {string} group what the example shows: the folder below examples/, the config repository of its Applications
 * @property {string} directory the application directory, relative to the repository
 * @property {string} environment
 * @property {string} expected the file with its manifests, relative to the repository
 */

/** Every example, in a fixed order. @returns {Example[]} */
export function listExamples() {
  const files = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => basename(file) === 'waybill.yaml')
    .sort()
    .flatMap((file) => {
      const directory = join('examples', dirname(file));
      const group = file.split('/')[0] ?? '';
      const config = parse(readFileSync(join(root, directory, 'waybill.yaml'), 'utf8'));
      return Object.keys(config.environments ?? {}).map((environment) => ({
        group,
        directory,
        environment,
        expected: join('examples', group, 'expected', basename(directory), `${environment}.yaml`),
      }));
    });
}
