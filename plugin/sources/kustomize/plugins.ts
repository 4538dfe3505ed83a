/**
 * The configuration of generators, transformers and validators: documents that kustomize takes from files, from
 * directories, or from the kustomization itself, and that name files and charts of their own.
 */
import type { Location } from '../../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../../diagnostics/failure.ts';
import { listNames } from '../../diagnostics/suggest.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import type { YamlDocument } from '../../yaml/document.ts';
import { readYaml } from '../../yaml/read.ts';
import { writeJson } from '../../yaml/write-json.ts';
import { type Around, pluginFiles, takeFiles } from './files.ts';
import { takeChart } from './helm-charts.ts';
import { pluginShapes } from './keys.generated.ts';
import { checkKeys } from './keys.ts';

/** The fields of a kustomization whose entries configure plugins. */
export const PLUGIN_FIELDS = ['generators', 'transformers', 'validators'] as const;

/** A list stands for its items, as kustomize takes every kind that ends in `List`. */
function itemsOf(value: Json): readonly Json[] {
  if (!isObject(value)) return [value];
  const [kind, items] = [getKey(value, 'kind'), getKey(value, 'items')];
  return typeof kind === 'string' && kind.endsWith('List') && isArray(items) ? items.flatMap(itemsOf) : [value];
}

/** The documents of a configuration. Undefined for a text that is none, and so is a path. */
export function parseConfiguration(text: string, file: string): readonly YamlDocument[] | undefined {
  const read = (): YamlDocument[] => readYaml(text, { file, duplicateKeys: 'error' });
  // Every path is a plain text on one line; only where it could be more, what is wrong with it may be told.
  if (!/[\n{]/u.test(text)) {
    try {
      const documents = read();
      return documents.every(({ value }) => isObject(value)) ? documents : undefined;
    } catch {
      return undefined;
    }
  }
  return read();
}

/** Where the value at a path of a configuration stands. */
type Locate = (path: Path) => Location;

function judge(value: Json, directory: string, locate: Locate, around: Around): JsonObject {
  const location = locate([]);
  if (!isObject(value)) throw failure('kustomize-plugin', 'the configuration of a plugin is a mapping', { location });
  const [apiVersion, kind] = [getKey(value, 'apiVersion'), getKey(value, 'kind')];
  const shape = typeof kind === 'string' && Object.hasOwn(pluginShapes, kind) ? pluginShapes[kind] : undefined;
  if (apiVersion !== 'builtin' || typeof kind !== 'string' || shape === undefined) {
    const name = [apiVersion, kind].filter((one) => typeof one === 'string').join(' ');
    throw failure('kustomize-plugin', `${name || 'a plugin without a kind'} is not built into kustomize`, {
      location,
      help: [
        'Functions, containers and programs are not run as plugins, and no policy allows them.',
        `With apiVersion builtin, kind may be: ${listNames(Object.keys(pluginShapes))}.`,
      ],
    });
  }
  checkKeys(value, shape, 'ignored', locate);
  takeFiles(value, pluginFiles[kind] ?? [], directory, ({ path }) => locate(path), around);
  if (kind === 'HelmChartInflationGenerator') takeChart(value, value, directory, locate, around);
  return value;
}

/**
 * Judges the documents of a configuration whose paths are relative to `directory`, and returns them as one text that
 * kustomize reads as they were judged. `place` is where it stands when that is not in a file of its own. Failure
 * `kustomize-plugin`, `kustomize-key`, `kustomize-helm`, `helm-argument`, and as `takeFiles`.
 */
export function judgeConfiguration(
  documents: readonly YamlDocument[],
  directory: string,
  place: Location | undefined,
  around: Around,
): string {
  const judged = attemptAll(documents, (document) => {
    const items = itemsOf(document.value);
    return attemptAll(items, (value) => {
      const locate: Locate = (path) => place ?? document.locate(value === document.value ? path : []);
      return writeJson(judge(value, directory, locate, around));
    });
  });
  return judged.flat().join('\n---\n');
}
