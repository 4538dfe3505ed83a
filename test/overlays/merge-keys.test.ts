import { afterAll, beforeAll, expect, it } from 'vitest';
import { mergeKeys } from '../../plugin/overlays/merge-keys.generated.ts';
import { type Oracle, startOracle } from '../tools/oracle.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

async function texts(request: { op: string; group?: string; version?: string; kind?: string }): Promise<string[]> {
  const { result } = await oracle.ask(request);
  if (!Array.isArray(result)) throw new Error('the oracle gave no list');
  return result.map(String);
}

/** The lists that the table merges below a type, as the oracle writes them: `spec.containers[name]`. */
function mergedLists(type: string | undefined, path = ''): string[] {
  return Object.entries((type && mergeKeys.types[type]) || {}).flatMap(([name, field]) => [
    ...(field.merged === true ? [`${path}${name}[${(field.keys ?? []).join('+')}]`] : []),
    ...mergedLists(field.of, `${path}${name}.`),
  ]);
}

/** Pods are in many kinds: where does not matter. */
function inPod(rule: string): string {
  return rule.replace(
    /^(?:.*template\.)?spec\.(?=(?:init|ephemeral)?[cC]ontainers|resource|scheduling|topology)/u,
    '(pod) ',
  );
}

// docs/overlays.md tells users of these.
it('differs from the merge keys of Kubernetes 1.36 in these lists, since kustomize has the schema of 1.21', async () => {
  const onlyKubernetes = new Set<string>();
  const onlyHere = new Set<string>();
  const unknown: string[] = [];
  for (const name of await texts({ op: 'kinds' })) {
    const [apiVersion = '', kind = ''] = name.split(' ');
    const slash = apiVersion.indexOf('/');
    const request = { group: apiVersion.slice(0, Math.max(0, slash)), version: apiVersion.slice(slash + 1), kind };
    // What a cluster writes into status is no concern of a manifest.
    const theirs = (await texts({ op: 'merge-rules', ...request })).filter((rule) => !rule.startsWith('status.'));
    const type = mergeKeys.kinds[apiVersion]?.[kind];
    if (type === undefined) {
      const ofKind = theirs.filter((rule) => !rule.startsWith('metadata.'));
      if (ofKind.length > 0) unknown.push(name);
      continue;
    }
    const ours = mergedLists(type).filter((rule) => !rule.startsWith('status.'));
    for (const rule of theirs) if (!ours.includes(rule)) onlyKubernetes.add(inPod(rule));
    for (const rule of ours) if (!theirs.includes(rule)) onlyHere.add(inPod(rule));
  }
  expect([...onlyKubernetes].sort()).toEqual([
    '(pod) containers.ports[containerPort]',
    '(pod) ephemeralContainers.ports[containerPort]',
    '(pod) initContainers.ports[containerPort]',
    '(pod) resourceClaims[name]',
    '(pod) schedulingGates[name]',
    '(pod) topologySpreadConstraints[topologyKey]',
    'spec.ports[port]',
    'webhooks.matchConditions[name]',
  ]);
  expect([...onlyHere].sort()).toEqual([
    '(pod) containers.ports[containerPort+protocol]',
    '(pod) initContainers.ports[containerPort+protocol]',
    '(pod) topologySpreadConstraints[topologyKey+whenUnsatisfiable]',
    'spec.ports[port+protocol]',
  ]);
  // Versions that no cluster serves any more are left out.
  const groups = unknown.filter((name) => !/^(?:apps\/v1beta|extensions\/)/u.test(name));
  expect([...new Set(groups.map((name) => name.replace(/\/\S+/u, '')))]).toEqual([
    'admissionregistration.k8s.io MutatingAdmissionPolicy',
    'admissionregistration.k8s.io ValidatingAdmissionPolicy',
    'resource.k8s.io ResourceClaimTemplate',
    'scheduling.k8s.io PodGroup',
  ]);
});
