/**
 * What the references make of a merge, and what we make of it, as plain values to compare.
 */
import { applyOverlays } from '../../plugin/overlays/apply.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';
import type { Operation, Overlay, Target } from '../../plugin/resources/overlay.ts';
import { splitApiVersion } from '../../plugin/resources/resource.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import type { Oracle } from '../tools/oracle.ts';

/** An overlay that no file has. */
export function overlayOf(operation: Operation, target: Target = {}): Overlay {
  return { location: { file: 'x' }, target, optional: false, operation, locate: () => ({ file: 'x' }) };
}

/** The manifests after one of our overlays. Rejects as a render would. */
export async function waybill(manifests: readonly JsonObject[], overlay: Overlay): Promise<readonly JsonObject[]> {
  const resources = manifests.map((body) => ({ body, origin: { location: { file: 'm' } } }));
  return (await applyOverlays(resources, [overlay], {})).map(({ body }) => body);
}

/** The manifests that `kustomize build` prints, or its error's text. */
export async function kustomize(
  oracle: Oracle,
  manifests: readonly JsonObject[],
  kustomization: JsonObject,
  files: { readonly [path: string]: string } = {},
): Promise<readonly JsonObject[] | string> {
  const text = manifests.map((body) => JSON.stringify(body)).join('\n---\n');
  const request = {
    op: 'kustomize-build',
    files: {
      '/kustomization.yaml': JSON.stringify({ resources: ['m.yaml'], ...kustomization }),
      '/m.yaml': text,
      ...files,
    },
  };
  const { result, error } = await oracle.ask(request);
  return error ?? valueOf(result).map((one) => (isObject(one) ? withoutEmpty(one) : {}));
}

/** What `kustomize build` makes of a manifest and a strategic merge patch, for its kind and name or for a target. */
export async function kustomizeMerge(
  oracle: Oracle,
  manifest: JsonObject,
  patch: JsonObject,
  target?: Target,
): Promise<JsonObject | string> {
  const { apiVersion, kind, metadata } = manifest;
  const name = isObject(metadata) ? metadata['name'] : undefined;
  const given = isObject(patch['metadata']) ? patch['metadata'] : {};
  const text = JSON.stringify({ ...patch, apiVersion, kind, metadata: { ...given, name } });
  const built = await kustomize(
    oracle,
    [manifest],
    { patches: [{ path: 'p.yaml', ...(target ? { target: { ...target } } : {}) }] },
    { '/p.yaml': text },
  );
  return typeof built === 'string' ? built : (built[0] ?? 'nothing');
}

/** What the API server makes of a manifest and a strategic merge patch. */
export async function kubernetesMerge(
  oracle: Oracle,
  manifest: JsonObject,
  patch: JsonObject,
): Promise<JsonObject | string> {
  const { apiVersion, kind } = manifest;
  const names = { ...splitApiVersion(String(JSON.parse(JSON.stringify(apiVersion)))), kind };
  const { result, error } = await oracle.ask({ op: 'strategic-merge', original: manifest, patch, ...names });
  const [merged = null] = valueOf([result]);
  return error ?? (isObject(merged) ? withoutEmpty(merged) : 'nothing');
}

/** An answer of the oracle, read as values. */
function valueOf(result: unknown): readonly Json[] {
  const [document] = readYaml(JSON.stringify(result), { file: 'oracle', duplicateKeys: 'error' });
  return isArray(document?.value) ? document.value : [];
}

/** kustomize drops empty labels and annotations from whatever it builds, patched or not. */
export function withoutEmpty(body: JsonObject): JsonObject {
  const metadata = body['metadata'];
  if (!isObject(metadata)) return body;
  const kept = Object.entries(metadata).filter(
    ([key, value]) => !(isObject(value) && Object.keys(value).length === 0 && ['labels', 'annotations'].includes(key)),
  );
  return { ...body, metadata: Object.fromEntries(kept) };
}
