/**
 * The images of the printed resources: hooks that Waybill adds included, and whatever a stage after the images stage may
 * come to add.
 */
import type { ImagePath } from '../config/environment.ts';
import { findImages, type ImageUse } from '../images/find.ts';
import { checkImagePolicy, hasImageRules } from '../images/policy.ts';
import type { ResolvedImage } from '../images/resolve.ts';
import type { Policy } from '../policy/policy.ts';
import type { Path } from '../resources/pointer.ts';
import type { Origin, Resource } from '../resources/resource.ts';

/** What the rule needs to know. */
export interface ImageContext {
  readonly policy: Policy;
  readonly environment: string | undefined;
  /** Image fields of custom kinds. */
  readonly imagePaths: readonly ImagePath[];
  /** What the images stage decided: where to point when an image is refused. */
  readonly resolved: readonly ResolvedImage[];
}

function keyOf(path: Path): string {
  return path.join('\0');
}

function byPlace(resolved: readonly ResolvedImage[]): ReadonlyMap<Origin, ReadonlyMap<string, ResolvedImage>> {
  const places = new Map<Origin, Map<string, ResolvedImage>>();
  for (const image of resolved) {
    const paths = places.get(image.origin);
    if (paths) paths.set(keyOf(image.path), image);
    else places.set(image.origin, new Map([[keyOf(image.path), image]]));
  }
  return places;
}

/** Failure `policy-image` for every printed image that the policy does not allow. */
export function checkImages(resources: readonly Resource[], context: ImageContext): void {
  const { policy, environment, imagePaths, resolved } = context;
  if (!hasImageRules(policy)) return;
  const places = byPlace(resolved);
  const printed = findImages(resources, imagePaths).map(({ resource, path, text }: ImageUse): ResolvedImage => {
    const { origin } = resource;
    const cause = places.get(origin)?.get(keyOf(path))?.cause;
    return { origin, path, written: text, reference: text, cause };
  });
  checkImagePolicy(printed, policy, environment);
}
