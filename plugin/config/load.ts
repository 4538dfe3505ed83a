/**
 * Reads an application directory's waybill.yaml and checks what can be checked before an environment is chosen.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { checkLockNames } from '../lock/locks.ts';
import type { Config } from '../schemas/config.generated.ts';
import { validate } from '../schemas/config.validate.generated.js';
import { check } from '../schemas/problems.ts';
import type { Application } from './application.ts';
import { type AuthoredDocument, readAuthored, type YamlLimits } from './document.ts';
import { configFile, mistakenConfigFiles } from './file-names.ts';
import { checkGateTimes } from './gate-windows.ts';
import { checkInheritance } from './inheritance.ts';
import { checkNative } from './native.ts';

const NONE: Config = { apiVersion: 'waybill.dev/v1', kind: 'Waybill' };

function findConfig(tree: FileTree, directory: string): string | undefined {
  if (tree.kind(directory) !== 'directory') {
    throw failure('file-missing', `the application directory ${directory || '.'} does not exist`);
  }
  const file = joinPath(directory, configFile);
  if (tree.kind(file) !== undefined) return file;
  for (const name of mistakenConfigFiles) {
    const near = joinPath(directory, name);
    if (tree.kind(near) === 'file') {
      throw failure('config-file-name', `${name} is not read`, {
        location: { file: near },
        help: [`Rename it to ${configFile}.`],
      });
    }
  }
  return undefined;
}

function readConfig(
  tree: FileTree,
  file: string,
  limits: YamlLimits | undefined,
): { document: AuthoredDocument; config: Config } {
  const documents = readAuthored(tree, file, limits);
  const [document, second] = documents;
  if (!document) {
    throw failure('config-invalid', `${configFile} is empty`, {
      location: { file },
      help: ['It begins with apiVersion: waybill.dev/v1 and kind: Waybill. Or remove it.'],
    });
  }
  if (second) {
    throw failure('config-invalid', `${configFile} has ${documents.length} documents; one is read`, {
      location: second.locate([]),
    });
  }
  return { document, config: check<Config>(validate, document.value, document.locate, 'config-invalid') };
}

/**
 * Reads and checks the waybill.yaml of the application directory `directory` (a tree path). Without one, everything
 * has its default. Failures: `config-invalid` (every mistake), `config-file-name`, `extends-unknown`,
 * `extends-cycle`, `lock-environment`, and those of reading.
 */
export function loadApplication(tree: FileTree, directory: string, limits?: YamlLimits): Application {
  const file = findConfig(tree, directory);
  if (file === undefined) {
    const location = { file: directory };
    checkLockNames(tree, directory, []);
    const document = { value: {}, locate: () => location, where: () => () => location };
    return { tree, directory, file, config: NONE, document, environments: [], limits };
  }
  const { document, config } = readConfig(tree, file, limits);
  const environments = Object.keys(config.environments ?? {});
  const application = { tree, directory, file, config, document, environments, limits };
  attemptAll(
    [
      () => checkInheritance(application),
      () => checkNative(application),
      () => checkLockNames(tree, directory, environments),
      () => checkGateTimes(application),
    ],
    (work) => work(),
  );
  return application;
}
