/**
 * Finds Applications, ApplicationSets and ImageUpdaters in files, or in what `kubectl get -o yaml` prints.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../resources/json.ts';
import { type Path, valueAt } from '../resources/pointer.ts';
import { identify } from '../resources/resource.ts';
import { readYaml } from '../yaml/read.ts';

const kinds: ReadonlyMap<string, 'Application' | 'ApplicationSet' | 'ImageUpdater'> = new Map([
  ['argoproj.io/Application', 'Application'],
  ['argoproj.io/ApplicationSet', 'ApplicationSet'],
  ['argocd-image-updater.argoproj.io/ImageUpdater', 'ImageUpdater'],
]);

/** A text that was given, and its name for messages. */
export interface InputFile {
  readonly file: string;
  readonly text: string;
}

/** One resource. */
export interface Manifest {
  readonly kind: 'Application' | 'ApplicationSet' | 'ImageUpdater';
  readonly name: string;
  /** The value at a path of the resource. */
  at(path: Path): Json | undefined;
  locate(path: Path): Location;
}

function kindOf(body: JsonObject): Manifest['kind'] | undefined {
  const { group, kind } = identify(body);
  return kinds.get(`${group}/${kind}`);
}

function* manifestsIn(value: Json, path: Path, locate: (path: Path) => Location): Generator<Manifest> {
  if (!isObject(value)) return;
  const items = getKey(value, 'items');
  if (isArray(items)) {
    for (const [index, item] of items.entries()) yield* manifestsIn(item, [...path, 'items', index], locate);
    return;
  }
  const kind = kindOf(value);
  if (kind === undefined) return;
  const name = valueAt(value, ['metadata', 'name']);
  yield {
    kind,
    name: typeof name === 'string' ? name : '',
    at: (inner) => valueAt(value, inner),
    locate: (inner) => locate([...path, ...inner]),
  };
}

/**
 * The resources in the files, in order; other kinds are passed over.
 * @throws Failure of reading YAML; `import-nothing` when there is none
 */
export function findManifests(files: readonly InputFile[]): readonly Manifest[] {
  const found: Manifest[] = [];
  for (const { file, text } of files) {
    for (const document of readYaml(text, { file, duplicateKeys: 'error' })) {
      found.push(...manifestsIn(document.value, [], (path) => document.locate(path)));
    }
  }
  if (found.length > 0) return found;
  throw failure('import-nothing', 'there is no Application, ApplicationSet or ImageUpdater to import from', {
    ...(files[0] ? { location: { file: files[0].file } } : {}),
    help: ['Give the file of one, or: kubectl get application NAME -n argocd -o yaml | waybill images import -.'],
  });
}
