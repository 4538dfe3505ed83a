/**
 * What every manifest must have. Argo CD's repo-server accepts a manifest without apiVersion or name, and an annotation
 * that is a number; both fail later, at the cluster, without a file name.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { getKey, isObject, type Json, type JsonObject } from '../resources/json.ts';
import { identify, type Resource, shortName } from '../resources/resource.ts';

function describe(body: JsonObject): string {
  const id = identify(body);
  if (id.kind === '') return id.name === '' ? 'a manifest' : `the manifest named ${id.name}`;
  return id.name === '' ? `a ${id.kind}` : shortName(id);
}

function typeName(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `the ${typeof value === 'boolean' ? 'boolean' : 'number'} ${value}`;
}

/** Whether there is nothing to say about a manifest, which holds for nearly all. */
function isComplete({ body }: Resource): boolean {
  const { kind, version, name } = identify(body);
  if (kind === '' || version === '' || name === '') return false;
  const metadata = getKey(body, 'metadata');
  return !isObject(metadata) || (hasTexts(getKey(metadata, 'labels')) && hasTexts(getKey(metadata, 'annotations')));
}

function hasTexts(map: Json | undefined): boolean {
  if (map === undefined || map === null) return true;
  if (!isObject(map)) return false;
  for (const key in map) if (typeof map[key] !== 'string') return false;
  return true;
}

/** One Failure for each value of the map `metadata.<field>` that is not a string. */
function checkStrings(resource: Resource, field: 'labels' | 'annotations'): void {
  const metadata = getKey(resource.body, 'metadata');
  const map = isObject(metadata) ? getKey(metadata, field) : undefined;
  if (map === undefined || map === null) return;
  const name = describe(resource.body);
  const { location } = resource.origin;
  if (!isObject(map)) throw failure('metadata-not-string', `${name}: metadata.${field} is not a mapping`, { location });
  attemptAll(Object.keys(map), (key) => {
    const value = getKey(map, key);
    if (value === undefined || typeof value === 'string') return;
    throw failure('metadata-not-string', `${name}: ${field.slice(0, -1)} ${key} is ${typeName(value)}`, {
      location,
      help: [`Kubernetes allows only strings in metadata.${field}: write it in quotes.`],
    });
  });
}

/** Where Waybill's own files belong. */
const homes: Readonly<Record<string, string>> = {
  ImageLock: 'A lock is locks/ENVIRONMENT.yaml in the directory of an application.',
  Waybill: 'It describes an application when it is named waybill.yaml.',
};

function ownFile(kind: string, location: Location): Error {
  return failure('manifest-own-file', `this is a file of Waybill (kind ${kind}), and no manifest`, {
    location,
    help: [homes[kind] ?? 'Keep it outside of the manifests, or exclude it (source.manifests.exclude).'],
  });
}

function checkOne(resource: Resource): void {
  if (isComplete(resource)) return;
  const { body, origin } = resource;
  const { location } = origin;
  const id = identify(body);
  const name = describe(body);
  if (id.group === 'waybill.dev') throw ownFile(id.kind, location);
  attemptAll(
    [
      () => {
        if (id.kind === '') throw failure('resource-no-kind', `${name} has no kind`, { location });
      },
      () => {
        if (id.version !== '') return;
        throw failure('resource-no-api-version', `${name} has no apiVersion`, { location });
      },
      () => {
        if (id.name !== '') return;
        throw failure('resource-no-name', `${name} has no metadata.name`, {
          location,
          help: ['metadata.generateName would do as well.'],
        });
      },
      () => checkStrings(resource, 'labels'),
      () => checkStrings(resource, 'annotations'),
    ],
    (check) => check(),
  );
}

/** Failure for every manifest without kind, apiVersion or name, and for labels and annotations that are not strings. */
export function checkMetadata(resources: readonly Resource[]): void {
  attemptAll(resources, checkOne);
}
