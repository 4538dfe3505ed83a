/**
 * An empty result. Argo CD takes it for success, and with prune on deletes everything the application has.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import type { Resource } from '../resources/resource.ts';

/** Failure `empty-result` when there is nothing to print and nobody said that this is meant. */
export function checkNotEmpty(
  resources: readonly Resource[],
  context: { readonly allowEmpty: boolean; readonly location: Location },
): void {
  if (resources.length > 0 || context.allowEmpty) return;
  throw failure('empty-result', 'the application renders no resource at all', {
    location: context.location,
    help: [
      'Argo CD with prune on would delete everything that is deployed.',
      'If this is intended, set allowEmpty: true in waybill.yaml.',
    ],
  });
}
