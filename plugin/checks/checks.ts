/**
 * The last stage before output, and the one judge of it: what the operator's policy forbids, and what Argo CD would
 * accept and then do damage with, or fail on without naming a file. It looks at the very resources that are printed,
 * as Argo CD will read them, so that no stage can add, change or rename something behind its back. Nothing is changed
 * here. Each rule says which behaviour of Argo CD or Kubernetes it stands for.
 */
import { attemptAll } from '../diagnostics/failure.ts';
import type { Location } from '../diagnostics/diagnostic.ts';
import { enforceResources } from '../policy/enforce.ts';
import type { Resource } from '../resources/resource.ts';
import { checkNotEmpty } from './empty.ts';
import { checkIdentities } from './identity.ts';
import { checkImages, type ImageContext } from './images.ts';
import { checkNoLists, receivedResources } from './lists.ts';
import { checkMetadata } from './metadata.ts';
import { checkNamespaces, type NamespaceContext } from './namespaces.ts';
import { checkSourceRepositories, type SpeakerContext } from './source-repositories.ts';

/** What the checks need to know besides the resources. */
export interface CheckContext extends NamespaceContext, ImageContext, SpeakerContext {
  /** waybill.yaml's `allowEmpty`. */
  readonly allowEmpty: boolean;
  /** Where an empty result is reported: waybill.yaml, or the directory. */
  readonly location: Location;
}

/** Passes when the resources may be printed; else a Failure with everything that is wrong. */
export function checkResources(resources: readonly Resource[], context: CheckContext): void {
  const received = receivedResources(resources);
  attemptAll(
    [
      () => checkNotEmpty(received, context),
      () => enforceResources(context.policy, received.length),
      () => checkNoLists(resources),
      () => checkMetadata(received),
      () => checkIdentities(received, context.destinationNamespace),
      () => checkNamespaces(received, context),
      () => checkImages(received, context),
      () => checkSourceRepositories(received, context),
    ],
    (check) => check(),
  );
}
