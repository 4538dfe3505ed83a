import { describe, expect, it } from 'vitest';
import { readYaml } from '../../yaml/read.ts';
import { apply, problems } from '../../../test/tools/overlays.ts';

function yaml(text: string): unknown {
  return readYaml(text, { file: 'x', duplicateKeys: 'error' })[0]?.value;
}

function indented(text: string, by: number): string {
  return text
    .trim()
    .split('\n')
    .map((line) => ' '.repeat(by) + line)
    .join('\n');
}

/** Pod specs in short: the spec of a Pod, and the `spec` of a merge. */
const pod = (spec: string): string => `apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec:\n${indented(spec, 2)}\n`;
const merge = (spec: string): string => `- target: { kind: Pod }\n  merge:\n    spec:\n${indented(spec, 6)}\n`;

async function merged(spec: string, patch: string): Promise<unknown> {
  return (await apply(pod(spec), merge(patch)))[0]?.['spec'];
}

describe('merge of a built-in kind', () => {
  it.each<[string, string, string, string]>([
    ['sets and adds fields', 'a: 1', 'a: 2\nb: { c: 1 }', 'a: 2\nb: { c: 1 }'],
    ['removes with null', 'a: 1\nb: 2', 'a: null\nc: null', 'b: 2'],
    ['drops nulls of what it adds', 'a: 1', 'b: { c: null, d: 1 }', 'a: 1\nb: { d: 1 }'],
    [
      'deletes values from a list that it leaves alone',
      'args: [a, b]',
      '$deleteFromPrimitiveList/args: [a]',
      'args: [b]',
    ],
    ['keeps integers beyond 2^53', 'a: 1', 'a: 12345678901234567890', 'a: 12345678901234567890'],
    [
      'merges items by key, the named ones first',
      'containers: [{ name: a, image: x }, { name: b, image: y }]',
      'containers: [{ name: new }, { name: b, args: [q] }]',
      'containers: [{ name: new }, { name: b, image: y, args: [q] }, { name: a, image: x }]',
    ],
    [
      'deletes an item',
      'containers: [{ name: a }, { name: b }]',
      'containers: [{ name: a, $patch: delete }]',
      'containers: [{ name: b }]',
    ],
    [
      'deletes nothing',
      'containers: [{ name: a }]',
      'containers: [{ name: z, $patch: delete }]',
      'containers: [{ name: a }]',
    ],
    [
      'replaces an item',
      'containers: [{ name: a, image: x }, { name: b }]',
      'containers: [{ name: a, args: [q], $patch: replace }]',
      'containers: [{ name: a, args: [q] }, { name: b }]',
    ],
    [
      'replaces a list',
      'containers: [{ name: a }, { name: b }]',
      'containers: [{ $patch: replace }, { name: c }]',
      'containers: [{ name: c }]',
    ],
    ['removes a list', 'containers: [{ name: a }]\nx: 1', 'containers: [{ $patch: delete }]', 'x: 1'],
    [
      'replaces a mapping',
      'nodeSelector: { a: "1" }',
      'nodeSelector: { b: "2", $patch: replace }',
      'nodeSelector: { b: "2" }',
    ],
    ['removes a mapping', 'nodeSelector: { a: "1" }\nx: 1', 'nodeSelector: { $patch: delete }', 'x: 1'],
    [
      'replaces a list without keys',
      'tolerations: [{ key: a }]',
      'tolerations: [{ key: b }]',
      'tolerations: [{ key: b }]',
    ],
    [
      'takes all keys of a composite key',
      'containers: [{ name: a, ports: [{ containerPort: 53, protocol: TCP }, { containerPort: 53, protocol: UDP }] }]',
      'containers: [{ name: a, ports: [{ containerPort: 53, protocol: UDP, name: dns }] }]',
      'containers: [{ name: a, ports: [{ containerPort: 53, protocol: TCP }, { containerPort: 53, protocol: UDP, name: dns }] }]',
    ],
    [
      'knows that a port without protocol is TCP',
      'containers: [{ name: a, ports: [{ containerPort: 53 }, { containerPort: 53, protocol: UDP }] }]',
      'containers: [{ name: a, ports: [{ containerPort: 53, protocol: TCP, name: dns }] }]',
      'containers: [{ name: a, ports: [{ containerPort: 53, name: dns, protocol: TCP }, { containerPort: 53, protocol: UDP }] }]',
    ],
    [
      'adds a port of another protocol',
      'containers: [{ name: a, ports: [{ containerPort: 53, name: dns }] }]',
      'containers: [{ name: a, ports: [{ containerPort: 53, protocol: UDP }] }]',
      'containers: [{ name: a, ports: [{ containerPort: 53, protocol: UDP }, { containerPort: 53, name: dns }] }]',
    ],
    [
      'takes the one item that agrees with half a key',
      'topologySpreadConstraints: [{ topologyKey: z, whenUnsatisfiable: DoNotSchedule, maxSkew: 1 }]',
      'topologySpreadConstraints: [{ topologyKey: z, maxSkew: 2 }]',
      'topologySpreadConstraints: [{ topologyKey: z, whenUnsatisfiable: DoNotSchedule, maxSkew: 2 }]',
    ],
    [
      'retains keys',
      'volumes: [{ name: v, emptyDir: {} }]',
      'volumes: [{ name: v, configMap: { name: x }, $retainKeys: [name, configMap] }]',
      'volumes: [{ name: v, configMap: { name: x } }]',
    ],
    [
      'orders items',
      'containers: [{ name: a }, { name: b }, { name: c }]',
      '$setElementOrder/containers: [{ name: c }, { name: b }]\ncontainers: [{ name: b, image: x }]',
      'containers: [{ name: a }, { name: c }, { name: b, image: x }]',
    ],
    [
      'keeps duplicates that the merge does not name',
      'containers: [{ name: a, env: [{ name: A, value: "1" }, { name: B }, { name: A, value: "2" }] }]',
      'containers: [{ name: a, env: [{ name: C }] }]',
      'containers: [{ name: a, env: [{ name: C }, { name: A, value: "1" }, { name: B }, { name: A, value: "2" }] }]',
    ],
  ])('%s', async (_, spec, patch, expected) => expect(await merged(spec, patch)).toEqual(yaml(expected)));

  it('merges single values, and deletes them from a list', async () => {
    const base = 'apiVersion: v1\nkind: Pod\nmetadata: { name: p, finalizers: [a, b, c] }\n';
    const [pod] = await apply(
      base,
      '- target: { kind: Pod }\n  merge: { metadata: { finalizers: [d, b], $deleteFromPrimitiveList/finalizers: [c] } }',
    );
    expect(pod?.['metadata']).toEqual({ name: 'p', finalizers: ['d', 'b', 'a'] });
  });

  it('removes the resource with $patch: delete', async () => {
    expect(await apply(pod('a: 1'), '- target: { kind: Pod }\n  merge: { $patch: delete }')).toEqual([]);
  });

  it('replaces the whole resource but for its identity', async () => {
    const [body] = await apply(pod('a: 1'), '- target: { kind: Pod }\n  merge: { $patch: replace, spec: { b: 1 } }');
    expect(body).toEqual({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { b: 1 } });
  });

  it.each<[string, string, string, string]>([
    [
      'a word that is no strategy',
      'k: { a: 1 }',
      'k: { $patch: remove }',
      '4:20 overlay-directive: overlay on Pod/p: $patch is "remove" | $patch is one of delete, replace, merge.',
    ],
    [
      'a misspelled directive',
      'k: { a: 1 }',
      'k: { $pathc: delete }',
      '4:12 overlay-directive: overlay on Pod/p: there is no directive $pathc | Directives: $patch, $retainKeys, $deleteFromPrimitiveList/<list>, $setElementOrder/<list>.',
    ],
    [
      'a directive in a list that is replaced',
      'n: 1',
      'tolerations: [{ key: a, $patch: delete }]',
      '4:31 overlay-directive: overlay on Pod/p: $patch has no meaning here | This list has no merge keys, so the merge replaces it as a whole, as kustomize does. Write the whole list, or change single items with `patch` or `set`.',
    ],
    [
      '$setElementOrder beside a list that is replaced',
      'tolerations: [{ key: a }]',
      'tolerations: [{ key: b }]\n$setElementOrder/tolerations: [{ key: b }]',
      '5:7 overlay-directive: overlay on Pod/p: $setElementOrder/tolerations has no meaning here | This list has no merge keys, so the merge replaces it as a whole, as kustomize does. Write the whole list, or change single items with `patch` or `set`.',
    ],
    [
      '$deleteFromPrimitiveList beside a list that is replaced',
      'args: [a]',
      'args: [b]\n$deleteFromPrimitiveList/args: [a]',
      '5:7 overlay-directive: overlay on Pod/p: $deleteFromPrimitiveList/args has no meaning here | This list has no merge keys, so the merge replaces it as a whole, as kustomize does. Write the whole list, or change single items with `patch` or `set`.',
    ],
    [
      'an integer for $patch',
      'x: { a: 1 }',
      'x: { $patch: 12345678901234567890 }',
      '4:20 overlay-directive: overlay on Pod/p: $patch is 12345678901234567890 | $patch is one of delete, replace, merge.',
    ],
    [
      'further items beside $patch: delete',
      'containers: [{ name: a }]',
      'containers: [{ $patch: delete }, { name: b }]',
      '4:20 overlay-directive: overlay on Pod/p: $patch: delete of a whole list has other items | To put other items in the place of all, use `- $patch: replace`.',
    ],
    [
      '$retainKeys without a key of the merge',
      'k: { a: 1 }',
      'k: { b: 1, $retainKeys: [a] }',
      '4:12 overlay-directive: overlay on Pod/p: $retainKeys does not have b, which the merge sets | $retainKeys lists every field that stays, those of the merge included.',
    ],
    [
      'an item without key',
      'containers: [{ name: a }]',
      'containers: [{ image: x }]',
      '4:20 overlay-merge-key: overlay on Pod/p: an item of spec.containers has no name | Items of this list are merged by name. To replace the list, begin it with `- $patch: replace`.',
    ],
    [
      'two items for one',
      'containers: [{ name: a }]',
      'containers: [{ name: a }, { name: a }]',
      '4:33 overlay-merge-key: overlay on Pod/p: the merge has two items for name a in spec.containers',
    ],
    [
      'an item that the manifest has twice',
      'containers: [{ name: a }, { name: a }]',
      'containers: [{ name: a, image: x }]',
      '4:20 overlay-merge-key: overlay on Pod/p: spec.containers has more than one item with name a | Change one of them with `patch`, by its index, or correct the manifest.',
    ],
    [
      'half a key that several items have',
      'topologySpreadConstraints: [{ topologyKey: z, whenUnsatisfiable: A }, { topologyKey: z, whenUnsatisfiable: B }]',
      'topologySpreadConstraints: [{ topologyKey: z, maxSkew: 2 }]',
      '4:35 overlay-merge-key: overlay on Pod/p: topologyKey z does not identify an item of spec.topologySpreadConstraints | The manifest has topologyKey z, whenUnsatisfiable A and topologyKey z, whenUnsatisfiable B. Items are merged by topologyKey and whenUnsatisfiable: give them all.',
    ],
    [
      'a port whose protocol only the manifest has',
      'containers: [{ name: a, ports: [{ containerPort: 53, protocol: UDP }] }]',
      'containers: [{ name: a, ports: [{ containerPort: 53, name: dns }] }]',
      '4:39 overlay-merge-key: overlay on Pod/p: containerPort 53 does not identify an item of spec.containers.0.ports | The manifest has containerPort 53, protocol UDP. Items are merged by containerPort and protocol: give them all.',
    ],
    [
      'a mapping for a list',
      'containers: [{ name: a }]',
      'containers: { name: a }',
      '4:19 overlay-type: overlay on Pod/p: spec.containers is a list, and the merge has a mapping | Write it as the manifest does. To replace it by something else, use `set`.',
    ],
    [
      'a single value for an item',
      'containers: [{ name: a }]',
      'containers: [a]',
      '4:20 overlay-type: overlay on Pod/p: the items of spec.containers are mappings',
    ],
  ])('refuses %s', async (_, spec, patch, expected) => expect(await problems(merged(spec, patch))).toEqual([expected]));
});

describe('merge and identity', () => {
  it.each<[string, string]>([
    [
      'metadata: { name: q }',
      '2:24 overlay-identity: overlay on Pod/p: a merge cannot change metadata.name from "p" to "q"',
    ],
    [
      'metadata: { namespace: other }',
      '2:24 overlay-identity: overlay on Pod/p: a merge cannot change metadata.namespace from nothing to "other"',
    ],
    ['kind: Job', '2:12 overlay-identity: overlay on Pod/p: a merge cannot change kind from "Pod" to "Job"'],
    [
      'metadata: null',
      '2:12 overlay-identity: overlay on Pod/p: a merge cannot change metadata.name from "p" to nothing',
    ],
  ])('refuses %s', async (patch, expected) => {
    const [first] = await problems(apply(pod('a: 1'), `- target: { kind: Pod }\n  merge: { ${patch} }`));
    expect(first).toBe(
      `${expected} | Omit it: the target selects the resources. To change it, use \`set\` or \`patch\`.`,
    );
  });

  it('takes the identity that the resource has', async () => {
    const patch =
      '- target: { kind: Pod }\n  merge: { apiVersion: v1, kind: Pod, metadata: { name: p, labels: { a: b } } }';
    expect((await apply(pod('a: 1'), patch))[0]?.['metadata']).toEqual({ name: 'p', labels: { a: 'b' } });
  });
});

describe('merge of a custom kind', () => {
  const custom = (spec: string): string =>
    `apiVersion: acme.dev/v1\nkind: Runner\nmetadata: { name: r }\nspec:\n${indented(spec, 2)}\n`;
  const apply1 = async (spec: string, patch: string): Promise<unknown> =>
    (await apply(custom(spec), merge(patch).replace('Pod', 'Runner')))[0]?.['spec'];

  it.each<[string, string, string, string]>([
    ['merges mappings', 'a: { b: 1 }', 'a: { c: 2 }', 'a: { b: 1, c: 2 }'],
    ['replaces lists', 'containers: [{ name: a }]', 'containers: [{ name: b }]', 'containers: [{ name: b }]'],
    ['removes with null', 'a: 1\nb: 1', 'a: null', 'b: 1'],
    ['keeps words that begin with a dollar', 'a: 1', '$ref: x', 'a: 1\n$ref: x'],
    [
      'leaves patches that are values',
      'a: 1',
      'rules: [{ mutate: { patch: { $patch: delete } } }]',
      'a: 1\nrules: [{ mutate: { patch: { $patch: delete } } }]',
    ],
    [
      'merges an embedded built-in kind by its keys',
      'manifest: { apiVersion: v1, kind: Pod, spec: { containers: [{ name: a, image: x }] } }',
      'manifest: { spec: { containers: [{ name: a, args: [q] }] } }',
      'manifest: { apiVersion: v1, kind: Pod, spec: { containers: [{ name: a, image: x, args: [q] }] } }',
    ],
  ])('%s', async (_, spec, patch, expected) => expect(await apply1(spec, patch)).toEqual(yaml(expected)));

  it('refuses a directive for an item of a list that is replaced', async () => {
    const [first] = await problems(apply1('list: [{ name: a }]', 'list: [{ name: a, $patch: delete }]'));
    expect(first).toContain('4:25 overlay-directive: overlay on Runner/r: $patch has no meaning here');
  });
});
