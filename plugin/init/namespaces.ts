/**
 * The namespace of each environment: the destination of the Application that deploys it, or the one that every object of
 * it names. Where objects name none and no Application is known, Argo CD's destination decides, which is not known here.
 */
import { clusterScopeOf } from '../resources/cluster-scoped.ts';
import { identify } from '../resources/resource.ts';
import { deployedAs } from './deployed.ts';
import { commonText, type Layout } from './layout.ts';
import type { Proved } from './prove.ts';
import type { InitRequest } from './request.ts';

/** The namespace that all objects name which belong to one. */
function namedBy({ result: { resources } }: Proved): string | undefined {
  const bodies = resources.map(({ body }) => body);
  const isClusterScoped = clusterScopeOf(bodies);
  const names = new Set(bodies.filter((body) => !isClusterScoped(body)).map((body) => identify(body).namespace));
  const [only] = names;
  return names.size === 1 && only !== '' ? only : undefined;
}

/** `namespace` of waybill.yaml, and what environments have in `values.namespace` for it. */
export interface ProposedNamespace {
  /** Undefined when one of the environments has none. */
  readonly namespace: string | undefined;
  /** By environment; empty where `namespace` says it all. */
  readonly values: ReadonlyMap<string, string>;
}

/** What to write for the environments that were rendered. */
export function proposeNamespace(
  proved: readonly Proved[],
  layout: Layout,
  { deployed, directory }: Pick<InitRequest, 'deployed' | 'directory'>,
): ProposedNamespace {
  const known = proved.map((one) => {
    const application = deployedAs(deployed, layout, directory, one.environment);
    return [one.environment?.name ?? '', application?.namespace ?? namedBy(one)] as const;
  });
  const complete = known.flatMap(([name, namespace]) => (namespace === undefined ? [] : [[name, namespace] as const]));
  const none = new Map<string, string>();
  if (complete.length < known.length) return { namespace: undefined, values: none };
  const namespace = commonText(complete);
  if (namespace !== undefined) return { namespace, values: none };
  return { namespace: '{{ values.namespace }}', values: new Map(complete) };
}
