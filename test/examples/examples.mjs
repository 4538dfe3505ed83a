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
 * @property {readonly string[]} options what the command line needs besides: the pull request of a preview
 */

const pullRequest = ['number=12', 'branch=feature/ABC-123_Add', 'commit=8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706'];

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
      return Object.entries(config.environments ?? {}).map(([environment, written]) => ({
        group,
        directory,
        environment,
        options: written?.preview === undefined ? [] : pullRequest.flatMap((one) => ['--preview', one]),
        expected: join('examples', group, 'expected', basename(directory), `${environment}.yaml`),
      }));
    });
}
