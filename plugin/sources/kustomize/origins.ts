/**
 * Which file each resource of a kustomization came from. kustomize knows, and tells when it is asked with
 * `buildMetadata: [originAnnotations]`.
 */
import { join } from 'node:path';
import { getKey, isObject, type Json, type JsonObject } from '../../resources/json.ts';
import { valueAt } from '../../resources/pointer.ts';
import { identify } from '../../resources/resource.ts';
import { readYaml } from '../../yaml/read.ts';

const ANNOTATION = 'config.kubernetes.io/origin';

function keyOf(body: JsonObject): string {
  return JSON.stringify(Object.values(identify(body)));
}

/** The path in an origin annotation: the file of a resource, or the kustomization whose generator made it. */
function pathIn(annotation: Json | undefined): string | undefined {
  if (typeof annotation !== 'string') return undefined;
  const [origin] = readYaml(annotation, { file: ANNOTATION, duplicateKeys: 'last-wins' });
  if (!isObject(origin?.value)) return undefined;
  const path = getKey(origin.value, 'path') ?? getKey(origin.value, 'configuredIn');
  // A path in a remote repository is none of the tree.
  return typeof path === 'string' && getKey(origin.value, 'repo') === undefined ? path : undefined;
}

/**
 * A function from a resource to the tree path of its file; undefined for what kustomize does not tell. `text` is what
 * kustomize printed with origin annotations, whose paths are relative to `folder`; `root` is the tree's folder.
 */
export function originsIn(text: string, folder: string, root: string): (body: JsonObject) => string | undefined {
  const files = new Map<string, string>();
  for (const { value } of readYaml(text, { file: 'output of kustomize build', duplicateKeys: 'last-wins' })) {
    if (!isObject(value)) continue;
    const path = pathIn(valueAt(value, ['metadata', 'annotations', ANNOTATION]));
    const file = path === undefined ? undefined : join(folder, path);
    if (file?.startsWith(`${root}/`)) files.set(keyOf(value), file.slice(root.length + 1));
  }
  return (body) => files.get(keyOf(body));
}
