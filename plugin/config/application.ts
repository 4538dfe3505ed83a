/**
 * An application directory's waybill.yaml, parsed and checked, before an environment is chosen.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import type { Config } from '../schemas/config.generated.ts';
import { validate } from '../schemas/config.validate.generated.js';
import { check } from '../schemas/problems.ts';
import { type AuthoredDocument, readAuthored, type YamlLimits } from './document.ts';
import { checkInheritance } from './inheritance.ts';
import { checkLockNames } from './locks.ts';

/** An application directory as its author wrote it. */
export interface Application {
  readonly tree: FileTree;
  /** Tree path of the application directory; '' for the root. */
  readonly directory: string;
  /** Tree path of waybill.yaml; undefined when there is none, and everything has its default. */
  readonly file: string | undefined;
  readonly config: Config;
  readonly document: AuthoredDocument;
  /** Names of the environments, in the order of the file; empty when there are none. */
  readonly environments: readonly string[];
  /** For the files that are read when an environment is resolved. */
  readonly limits: YamlLimits | undefined;
}

/** What is known about the deployment when templates are expanded. */
export interface AppContext {
  /** `ARGOCD_APP_NAME` without the `<namespace>_` prefix; `--app`; the directory's base name. */
  readonly name: string;
  /** The raw `ARGOCD_APP_NAME`; the same as `name` on a laptop. */
  readonly instance: string;
  /** The destination's namespace; `--namespace`. Undefined when nobody said: using it is then an error. */
  readonly namespace?: string | undefined;
  /** The AppProject; `--project`. */
  readonly project?: string | undefined;
}

/** The second input of an environment, besides the files. */
export interface ResolveContext {
  readonly app: AppContext;
  /** `--value k=v` or the plugin parameter `values`: text that takes the declared default's type. */
  readonly values: Readonly<Record<string, string>>;
}

const CONFIG_FILE = 'waybill.yaml';
const NONE: Config = { apiVersion: 'waybill.dev/v1', kind: 'Waybill' };

function findConfig(tree: FileTree, directory: string): string | undefined {
  if (tree.kind(directory) !== 'directory') {
    throw failure('file-missing', `the application directory ${directory || '.'} does not exist`);
  }
  const file = joinPath(directory, CONFIG_FILE);
  if (tree.kind(file) !== undefined) return file;
  // Rendering without it, as if nothing had been said, would be the worst reading of a slip.
  for (const name of ['waybill.yml', 'Waybill.yaml', 'waybill.json']) {
    const near = joinPath(directory, name);
    if (tree.kind(near) === 'file') {
      throw failure('config-file-name', `${name} is not read`, {
        location: { file: near },
        help: [`Rename it to ${CONFIG_FILE}.`],
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
    throw failure('config-invalid', `${CONFIG_FILE} is empty`, {
      location: { file },
      help: ['It begins with apiVersion: waybill.dev/v1 and kind: Waybill. Or remove it.'],
    });
  }
  if (second) {
    throw failure('config-invalid', `${CONFIG_FILE} has ${documents.length} documents; one is read`, {
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
    const document = { value: {}, locate: () => location, where: () => () => location };
    return { tree, directory, file, config: NONE, document, environments: [], limits };
  }
  const { document, config } = readConfig(tree, file, limits);
  const environments = Object.keys(config.environments ?? {});
  const application = { tree, directory, file, config, document, environments, limits };
  attemptAll([checkInheritance, checkLockNames], (work) => work(application));
  return application;
}
