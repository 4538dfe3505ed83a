/**
 * Resources that Argo CD would not take as what they are. It takes apart whatever has a list `items`, whatever its kind
 * (sources/lists.ts), so an overlay that adds the key puts resources into the output that no stage has seen, and
 * `items: null` takes one away. A source's lists are taken apart before the first stage: here there must be none.
 */
import { attemptAll, Failure, failure } from '../diagnostics/failure.ts';
import { identify, type Resource, shortName } from '../resources/resource.ts';
import { takeApart } from '../sources/lists.ts';

/** What Argo CD would make of one printed resource; nothing where it would refuse it with an error of its own. */
function received({ body, origin }: Resource): readonly Resource[] {
  try {
    return takeApart(body, origin);
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

/** The resources that Argo CD reads in the output: for a list its items, so that they are judged too. */
export function receivedResources(resources: readonly Resource[]): readonly Resource[] {
  if (!resources.some(({ body }) => Object.hasOwn(body, 'items'))) return resources;
  return resources.flatMap(received);
}

/** Failure `resource-list` for every resource that Argo CD would take for a list. */
export function checkNoLists(resources: readonly Resource[]): void {
  attemptAll(resources, (resource) => {
    const { body, origin } = resource;
    if (!Object.hasOwn(body, 'items')) return;
    const [only, ...more] = received(resource);
    if (only?.body === body && more.length === 0) return;
    const name = shortName(identify(body));
    throw failure('resource-list', `${name} has got the key items, so Argo CD would take it for a list`, {
      location: origin.location,
      help: [
        body['items'] === null
          ? 'It would deploy nothing of it, and with prune on delete what is deployed.'
          : `It would deploy the items in its place, not ${name}.`,
        'An overlay cannot add resources. List files with manifests under resources of the environment.',
      ],
    });
  });
}
