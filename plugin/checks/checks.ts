/**
 * The last stage before output: what Argo CD would accept, and then do damage with or fail on without naming a file.
 * Nothing is changed here. Each rule says which behaviour of Argo CD or Kubernetes it stands for.
 */
import { attemptAll } from '../diagnostics/failure.ts';
import type { Location } from '../diagnostics/diagnostic.ts';
import type { Resource } from '../resources/resource.ts';
import { checkIdentities } from './identity.ts';
import { checkNotEmpty } from './empty.ts';
import { checkMetadata } from './metadata.ts';

/** What the checks need to know besides the resources. */
export interface CheckContext {
  /** waybill.yaml's `allowEmpty`. */
  readonly allowEmpty: boolean;
  /** Where resources without a namespace go (Argo CD's destination), undefined when unknown. */
  readonly destinationNamespace: string | undefined;
  /** Where an empty result is reported: waybill.yaml, or the directory. */
  readonly location: Location;
}

/** Passes when the resources may be printed; else a Failure with everything that is wrong. */
export function checkResources(resources: readonly Resource[], context: CheckContext): void {
  attemptAll(
    [
      () => checkNotEmpty(resources, context),
      () => checkMetadata(resources),
      () => checkIdentities(resources, context.destinationNamespace),
    ],
    (check) => check(),
  );
}
