/**
 * Every place in a set of resources that names an image: the fields that Kubernetes' own kinds and Argo Rollouts
 * have, and those that waybill.yaml declares for other kinds (`imagePaths`).
 */
import type { ImagePath } from '../config/environment.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { fieldPathHelp } from '../resources/field-path-spelling.ts';
import { findPaths, parseFieldPath } from '../resources/field-path.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../resources/json.ts';
import { type Path, valueAt } from '../resources/pointer.ts';
import { identify, type Resource, shortName } from '../resources/resource.ts';
import { podSpecPath } from '../resources/workload.ts';

/** One field that holds an image reference. */
export interface ImageUse {
  readonly resource: Resource;
  /** The field with the text. */
  readonly path: Path;
  /** The reference as written; not always well-formed. */
  readonly text: string;
}

const containerLists = ['containers', 'initContainers', 'ephemeralContainers'] as const;

/** Paths below a pod spec: containers first, since the first container's image is the workload's. */
function* podImages(spec: JsonObject): Generator<Path> {
  for (const list of containerLists) {
    const containers = getKey(spec, list);
    if (!isArray(containers)) continue;
    for (const index of containers.keys()) yield [list, index, 'image'];
  }
  // Image volumes: https://kubernetes.io/docs/concepts/storage/volumes/#image
  const volumes = getKey(spec, 'volumes');
  if (!isArray(volumes)) return;
  for (const index of volumes.keys()) yield ['volumes', index, 'image', 'reference'];
}

function builtInPaths(body: JsonObject): Path[] {
  const base = podSpecPath(body);
  const spec = base && valueAt(body, base);
  // A Rollout with workloadRef has no template: its images are in the Deployment that it names.
  if (!base || !isObject(spec)) return [];
  return Array.from(podImages(spec), (path) => base.concat(path));
}

/** Whether an entry of `imagePaths` speaks of a manifest. */
export function matchesImagePath(body: JsonObject, imagePath: ImagePath): boolean {
  const { group, version, kind } = identify(body);
  return (
    kind === imagePath.kind &&
    (imagePath.group === undefined || group === imagePath.group) &&
    (imagePath.version === undefined || version === imagePath.version)
  );
}

function customPaths(resource: Resource, imagePath: ImagePath): readonly Path[] {
  const steps = parseFieldPath(imagePath.path);
  if (!steps) {
    throw failure('image-path', `imagePaths: ${JSON.stringify(imagePath.path)} is not a field path`, {
      location: imagePath.location,
      help: fieldPathHelp(imagePath.path),
    });
  }
  return findPaths(resource.body, steps).map((path) => checkText(resource, path, imagePath));
}

function checkText(resource: Resource, path: Path, imagePath: ImagePath): Path {
  const value: Json | undefined = valueAt(resource.body, path);
  if (typeof value === 'string') return path;
  const name = shortName(identify(resource.body));
  throw failure('image-path', `imagePaths: ${path.join('.')} of ${name} is not text, so it is not an image`, {
    location: imagePath.location,
    help: [
      `Found ${isObject(value) ? 'a mapping' : isArray(value) ? 'a list' : String(value)}. Name the field that holds the reference.`,
    ],
  });
}

/**
 * All image fields, resource by resource; within one, containers before init containers, ephemeral containers,
 * image volumes and `imagePaths`. Empty references are left out: Kubernetes has its own word for them.
 * @throws Failure `image-path` for a path that cannot be read or leads to something that is no text
 */
export function findImages(resources: readonly Resource[], imagePaths: readonly ImagePath[]): ImageUse[] {
  return attemptAll(resources, (resource) => {
    const custom = attemptAll(
      imagePaths.filter((imagePath) => matchesImagePath(resource.body, imagePath)),
      (imagePath) => customPaths(resource, imagePath),
    );
    const seen = new Set<string>();
    return [...builtInPaths(resource.body), ...custom.flat()].flatMap((path) => {
      const text = valueAt(resource.body, path);
      const key = path.join('\0');
      if (typeof text !== 'string' || text === '' || seen.has(key)) return [];
      seen.add(key);
      return [{ resource, path, text }];
    });
  }).flat();
}
