/**
 * Says which `imagePaths` found nothing: an image that stays unseen is neither locked nor judged by the policy.
 */
import type { ImagePath } from '../config/environment.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { findPaths, parseFieldPath } from '../resources/field-path.ts';
import { identify, type Resource } from '../resources/resource.ts';
import { matchesImagePath } from './find.ts';

/** One warning `image-path` for each entry whose kind no resource has, or whose path leads nowhere in all of them. */
export function unusedImagePaths(resources: readonly Resource[], imagePaths: readonly ImagePath[]): Diagnostic[] {
  return imagePaths.flatMap((entry): Diagnostic[] => {
    const meant = resources.filter(({ body }) => matchesImagePath(body, entry));
    const steps = parseFieldPath(entry.path);
    // What is no path is an error elsewhere.
    if (!steps || meant.some(({ body }) => findPaths(body, steps).length > 0)) return [];
    const message =
      meant.length === 0
        ? `imagePaths: no resource is of kind ${[entry.group, entry.version, entry.kind].filter(Boolean).join('/')}`
        : `imagePaths: ${entry.path} leads to nothing in any ${entry.kind}, so its images are neither locked nor checked`;
    const kinds = [...new Set(resources.map(({ body }) => identify(body).kind))];
    const near = meant.length === 0 ? suggest(entry.kind, kinds) : undefined;
    return [
      {
        severity: 'warning',
        code: 'image-path',
        message,
        location: entry.location,
        ...(near === undefined ? {} : { help: [`Did you mean ${near}?`] }),
      },
    ];
  });
}
