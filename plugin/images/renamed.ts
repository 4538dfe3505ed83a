/**
 * Native sources have the new names already: a kustomization's `newName`, a chart's repository. What the lock and
 * waybill.yaml say about an image is found there by the name that comes out.
 */
import type { DeclaredImage, ImagePath } from '../config/environment.ts';
import type { ImageLock, LockedImage } from '../lock/lock.ts';
import { nameKey, splitReference } from '../references/reference.ts';
import type { Resource } from '../resources/resource.ts';
import { findImages } from './find.ts';

/** What is said about images, by name. */
interface Said {
  readonly lock: ImageLock | undefined;
  readonly declared: readonly DeclaredImage[];
}

/** The same under the names that the resources have, where the lock's `newName` is one of them and the name is not. */
export function underNewNames(
  resources: readonly Resource[],
  imagePaths: readonly ImagePath[],
  { lock, declared }: Said,
): Said {
  const found = new Set(findImages(resources, imagePaths).map(({ text }) => nameKey(splitReference(text).name)));
  const newNames = new Map<string, string>();
  for (const { name, newName } of lock?.images ?? [])
    if (newName !== undefined && !found.has(nameKey(name)) && found.has(nameKey(newName)))
      newNames.set(nameKey(name), newName);
  if (!lock || newNames.size === 0) return { lock, declared };
  const images = lock.images.map((entry): LockedImage => {
    const name = newNames.get(nameKey(entry.name));
    if (name === undefined) return entry;
    const { newName: _, ...rest } = entry;
    return { ...rest, name };
  });
  return {
    lock: { ...lock, images },
    declared: declared.map((image) => {
      const name = newNames.get(nameKey(image.name));
      return name === undefined ? image : Object.assign({}, image, { name });
    }),
  };
}
