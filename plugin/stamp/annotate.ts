/**
 * Writing annotations into a resource, or into the metadata of the pod template inside it.
 */
import type { Recorder } from '../provenance/change.ts';
import { getKey, isObject, type JsonObject, type MutableJsonObject, setKey } from '../resources/json.ts';
import { type Path, valueAt } from '../resources/pointer.ts';
import type { Resource } from '../resources/resource.ts';
import { withValue } from '../resources/with-value.ts';

/** Annotations in the order in which they are written. */
export type Annotations = readonly (readonly [name: string, value: string])[];

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/**
 * `resource` with the annotations set in the `metadata` at `base` (the empty path is the resource's own). Existing
 * annotations of other names stay, in their order; a resource that has them all already is returned as it is.
 * Metadata or annotations that are no mapping are left alone: the checks before output report them.
 */
export function annotate(
  resource: Resource,
  base: Path,
  annotations: Annotations,
  record: Recorder | undefined,
): Resource {
  const owner = valueAt(resource.body, base);
  if (!isObject(owner)) return resource;
  const metadata = getKey(owner, 'metadata');
  const before = isObject(metadata) ? getKey(metadata, 'annotations') : undefined;
  if (!(isObject(metadata) || isAbsent(metadata)) || !(isObject(before) || isAbsent(before))) return resource;
  const made: MutableJsonObject = isObject(before) ? { ...before } : {};
  const changed = annotations.filter(([name, value]) => made[name] !== value);
  if (changed.length === 0) return resource;
  for (const [name, value] of changed) {
    record?.({
      origin: resource.origin,
      body: resource.body,
      path: [...base, 'metadata', 'annotations', name],
      before: isObject(before) ? getKey(before, name) : undefined,
      after: value,
      cause: { kind: 'stamp', label: 'stamp' },
    });
    setKey(made, name, value);
  }
  const written: JsonObject = { ...(isObject(metadata) ? metadata : {}), annotations: made };
  const body =
    base.length === 0
      ? { ...resource.body, metadata: written }
      : withValue(resource.body, [...base, 'metadata'], written);
  return { ...resource, body };
}
