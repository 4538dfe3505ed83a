/**
 * Where the printed resources go. The policy binds environments to namespaces, and a resource need not go to the
 * destination's: waybill.yaml's `namespace` and `metadata.namespace` say where, and a Namespace is a place itself.
 */
import { attemptAll } from '../diagnostics/failure.ts';
import { enforceNamespace } from '../policy/enforce.ts';
import type { Policy } from '../policy/policy.ts';
import { clusterScopeOf } from '../resources/cluster-scoped.ts';
import { identify, type Resource, shortName } from '../resources/resource.ts';

/** What the rule needs to know. */
export interface NamespaceContext {
  readonly policy: Policy;
  readonly environment: string | undefined;
  /** Where resources without a namespace go (Argo CD's destination), undefined when unknown. */
  readonly destinationNamespace: string | undefined;
}

/** Failure `policy-environment` for every namespace that the environment may not have, at the first resource in it. */
export function checkNamespaces(resources: readonly Resource[], context: NamespaceContext): void {
  const { policy, environment, destinationNamespace } = context;
  if (!policy.environments.some((rule) => rule.namespaces !== undefined)) return;
  // Only what Kubernetes itself defines: an author's CustomResourceDefinition could call Deployments cluster-scoped.
  const isClusterScoped = clusterScopeOf([]);
  const first = new Map<string | undefined, Resource>();
  for (const resource of resources) {
    const { group, kind, namespace, name } = identify(resource.body);
    const isNamespace = group === '' && kind === 'Namespace';
    if (isClusterScoped(resource.body) && !isNamespace) continue;
    const place = isNamespace ? name : namespace || destinationNamespace;
    if (!first.has(place)) first.set(place, resource);
  }
  attemptAll(first, ([namespace, { body, origin }]) => {
    const about = { resource: shortName(identify(body)), location: origin.location };
    enforceNamespace(policy, environment, namespace, about);
  });
}
