import { describe, expect, it } from 'vitest';
import { apply, overlaysFrom, problems, resourcesFrom } from '../../test/tools/overlays.ts';
import type { Change } from '../provenance/change.ts';
import { formatPointer } from '../resources/pointer.ts';
import { identify, shortName } from '../resources/resource.ts';
import { applyOverlays } from './apply.ts';

const deployment = (name: string, more = ''): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name}${more} }\nspec: { replicas: 1 }\n`;
const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: ecotrack }\nspec: {}\n';
const role = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: web }\n';
const base = [
  deployment('web', ', labels: { app: web, tier: front }'),
  deployment('worker', ', annotations: { team: a }'),
  service,
  role,
].join('---\n');

/** The resources that an overlay with this target marks. */
async function matched(target: string): Promise<string[]> {
  const bodies = await apply(base, `- target: ${target}\n  set: { marked: true }\n  optional: true`);
  return bodies.filter(({ marked }) => marked === true).map((body) => shortName(identify(body)));
}

describe('targets', () => {
  it.each<[string, string[]]>([
    ['{ kind: Deployment }', ['Deployment/web', 'Deployment/worker']],
    ['{ kind: Deploy }', []],
    ['{ kind: Deploy.* }', ['Deployment/web', 'Deployment/worker']],
    ['{ kind: Service|ClusterRole }', ['Service/web', 'ClusterRole/web']],
    ['{ name: web }', ['Deployment/web', 'Service/web', 'ClusterRole/web']],
    ['{ name: "w[eo].+" }', ['Deployment/web', 'Deployment/worker', 'Service/web', 'ClusterRole/web']],
    ['{ name: "(?i)WEB" }', ['Deployment/web', 'Service/web', 'ClusterRole/web']],
    ['{ group: "" }', ['Service/web']],
    ['{ group: apps }', ['Deployment/web', 'Deployment/worker']],
    ['{ group: rbac.authorization.k8s.io }', ['ClusterRole/web']],
    ['{ version: v1, kind: Service }', ['Service/web']],
    ['{ namespace: ecotrack }', ['Service/web']],
    ['{ namespace: default }', ['Deployment/web', 'Deployment/worker']],
    ['{ labelSelector: "app=web,tier in (front,back)" }', ['Deployment/web']],
    ['{ labelSelector: "!app", kind: Deployment }', ['Deployment/worker']],
    ['{ annotationSelector: team }', ['Deployment/worker']],
    ['{}', ['Deployment/web', 'Deployment/worker', 'Service/web', 'ClusterRole/web']],
  ])('%s', async (target, expected) => expect(await matched(target)).toEqual(expected));

  it.each<[string, string]>([
    [
      '{ kind: Deployment, name: wep }',
      '1:3 overlay-no-match: overlay matches no resource | Deployments in this application: web, worker. Did you mean web?',
    ],
    [
      '{ kind: Deploymnt }',
      '1:3 overlay-no-match: overlay matches no resource | Kinds in this application: ClusterRole, Deployment, Service. Did you mean Deployment?',
    ],
    [
      '{ name: workr }',
      '1:3 overlay-no-match: overlay matches no resource | Resources in this application: ClusterRole/web, Deployment/web, Deployment/worker, Service/web. Did you mean worker?',
    ],
    [
      '{ kind: Service, namespace: default }',
      '1:3 overlay-no-match: overlay matches no resource | Services in this application: web. Without target.namespace it would match Service/web.',
    ],
    ['{ name: "" }', '1:19 overlay-target: target.name is empty | Leave it out to match every resource.'],
    [
      '{ kind: "Dep(" }',
      '1:19 overlay-target: target.kind is no regular expression: error parsing regexp: missing closing ): `^(?:Dep()$` | "Dep(" is read as Go (RE2) reads regular expressions, for the whole text.',
    ],
    [
      '{ name: "a(?=b)" }',
      '1:19 overlay-target: target.name is no regular expression: error parsing regexp: invalid or unsupported Perl syntax: `(?=` | "a(?=b)" is read as Go (RE2) reads regular expressions, for the whole text.',
    ],
    [
      '{ labelSelector: "a in b" }',
      '1:28 overlay-target: target.labelSelector is no selector: found "b", expected "(" | "a in b" must have Kubernetes\' selector syntax: app=web,tier in (a,b),!canary.',
    ],
  ])('%s is refused', async (target, expected) =>
    expect(await problems(apply(base, `- target: ${target}\n  remove: true`))).toEqual([expected]),
  );
});

describe('applyOverlays', () => {
  it('applies in order and removes', async () => {
    const bodies = await apply(
      base,
      `- target: { kind: Deployment }
  set: { spec.replicas: 2 }
- target: { name: worker }
  merge: { spec: { replicas: 3 } }
- target: { kind: ClusterRole|Service }
  remove: true
`,
    );
    expect(bodies).toMatchObject([{ spec: { replicas: 2 } }, { spec: { replicas: 3 } }]);
  });

  it('finds a renamed resource by both names', async () => {
    const bodies = await apply(
      deployment('web'),
      `- target: { name: web }
  set: { metadata.name: web-blue }
- target: { name: web }
  set: { a: 1 }
- target: { name: web-blue }
  set: { b: 1 }
`,
    );
    expect(bodies).toMatchObject([{ metadata: { name: 'web-blue' }, a: 1, b: 1 }]);
  });

  it('finds a resource by a kind that an overlay gave it', async () => {
    const overlays =
      '- target: { kind: Deployment }\n  set: { kind: StatefulSet }\n- target: { kind: StatefulSet }\n  set: { a: 1 }';
    expect(await apply(deployment('web'), overlays)).toMatchObject([{ kind: 'StatefulSet', a: 1 }]);
  });

  it('changes nothing in place and passes on what it does not change', async () => {
    const resources = resourcesFrom(base);
    const text = JSON.stringify(resources);
    const overlays = overlaysFrom(
      '- target: { name: worker }\n  merge: { spec: { replicas: 3 }, metadata: { annotations: { team: a } } }',
    );
    const after = await applyOverlays(resources, overlays, {});
    expect(JSON.stringify(resources)).toBe(text);
    expect(after[0]).toBe(resources[0]);
    expect(after[1]).not.toBe(resources[1]);
    expect(after[1]?.origin).toBe(resources[1]?.origin);
    expect(after[1]?.body['metadata']).toBe(resources[1]?.body['metadata']);
    const same = await applyOverlays(resources, overlaysFrom('- target: {}\n  merge: {}'), {});
    expect(same.every((resource, index) => resource === resources[index])).toBe(true);
  });

  it('reports independent mistakes together, one for each overlay, and half-applies nothing', async () => {
    const messages = await problems(
      apply(
        base,
        `- name: ports
  target: { kind: Deployment }
  patch:
    - { op: replace, path: /spec/replicas, value: 9 }
    - { op: remove, path: /spec/ports }
- target: { name: web, kind: Deployment }
  set: { spec.replicas.more: 1 }
- target: { kind: Ingress }
  remove: true
- target: { kind: Service }
  set: { spec.a.*: 1 }
`,
      ),
    );
    expect(messages).toEqual([
      '5:27 overlay-patch: overlay "ports" on Deployment/web: patch[1] (remove /spec/ports) fails: there is no /spec/ports | Keys there: replicas. It fails on 1 more: Deployment/worker.',
      '8:3 overlay-no-match: overlay matches no resource | Kinds in this application: ClusterRole, Deployment, Service.',
      '11:10 overlay-set: overlay on Service/web: cannot set spec.a.*: there is no list spec.a | `set` makes mappings that are missing, not items of lists.',
    ]);
  });

  it('names the environment in which nothing matches', async () => {
    const overlays = overlaysFrom('- target: { kind: Ingress }\n  remove: true');
    const [message] = await problems(applyOverlays([], overlays, { environment: 'production' }));
    expect(message).toContain('overlay matches no resource in environment production');
  });
});

describe('the recorder', () => {
  const pod = `apiVersion: v1
kind: Pod
metadata: { name: p }
spec:
  gone: { a: 1 }
  containers:
    - { name: a, image: x }
    - { name: b, image: v, args: [r] }
`;

  async function changes(overlays: string): Promise<string[]> {
    const heard: Change[] = [];
    const resources = resourcesFrom(pod);
    await applyOverlays(resources, overlaysFrom(overlays), { record: (change) => heard.push(change) });
    return heard.map(({ origin, path, before, after, cause }) => {
      expect(origin).toBe(resources[0]?.origin);
      const place = `${Number(cause.location?.line) - 3}:${cause.location?.column}`;
      return `${cause.label} ${place} ${formatPointer(path)} ${JSON.stringify(before)} -> ${JSON.stringify(after)}`;
    });
  }

  it.each<[string, string, string[]]>([
    [
      'merge: leaves, old fields where they were, new ones where they are',
      `- name: m
  target: {}
  merge:
    spec:
      gone: null
      new: { c: 1, d: [2] }
      containers:
        - { name: c, image: z }
        - { name: b, image: w, args: [r], tty: true }
`,
      [
        'overlay "m" 5:13 /spec/gone {"a":1} -> undefined',
        'overlay "m" 8:19 /spec/containers/0/name undefined -> "c"',
        'overlay "m" 8:29 /spec/containers/0/image undefined -> "z"',
        'overlay "m" 9:29 /spec/containers/1/image "v" -> "w"',
        'overlay "m" 9:48 /spec/containers/1/tty undefined -> true',
        'overlay "m" 6:17 /spec/new/c undefined -> 1',
        'overlay "m" 6:23 /spec/new/d undefined -> [2]',
      ],
    ],
    [
      'merge: directives',
      `- target: {}
  merge:
    $patch: replace
    spec:
      containers: [{ name: a, image: x }, { name: b, image: v, args: [r] }]
- target: {}
  merge:
    spec:
      $setElementOrder/containers: [{ name: b }, { name: a }]
`,
      [
        'overlay 5:7 /spec/gone {"a":1} -> undefined',
        'overlay 9:36 /spec/containers [{"name":"a","image":"x"},{"name":"b","image":"v","args":["r"]}] -> [{"name":"b","image":"v","args":["r"]},{"name":"a","image":"x"}]',
      ],
    ],
    [
      'merge of the same',
      '- target: {}\n  merge: { spec: { containers: [{ name: a, image: x }, { name: b, args: [r] }] } }\n',
      [],
    ],
    [
      'patch: one after the other',
      '- target: {}\n  patch:\n    - { op: remove, path: /spec/containers/0 }\n    - { op: add, path: /spec/containers/0/tty, value: true }\n',
      [
        'overlay 3:27 /spec/containers/0 {"name":"a","image":"x"} -> undefined',
        'overlay 4:55 /spec/containers/0/tty undefined -> true',
      ],
    ],
    [
      'set',
      '- target: {}\n  set:\n    spec.containers.*.image: z\n    spec.a.b: 1\n',
      [
        'overlay 3:30 /spec/containers/0/image "x" -> "z"',
        'overlay 3:30 /spec/containers/1/image "v" -> "z"',
        'overlay 4:15 /spec/a/b undefined -> 1',
      ],
    ],
    ['remove', '- target: {}\n  remove: true\n', [expect.stringContaining('overlay 2:11  {"apiVersion":"v1"')]],
  ])('%s', async (_, overlays, expected) => expect(await changes(overlays)).toEqual(expected));
});
