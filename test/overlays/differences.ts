/**
 * Where a merge differs from kustomize or from the API server (kubectl), what each of the three makes of it. Everything
 * else is the same, which merge-kustomize.test.ts and merge-kubernetes.test.ts hold. docs/overlays.md tells users.
 */
interface Difference {
  readonly name: string;
  /** The spec of a Pod, and of its merge. */
  readonly manifest: string;
  readonly merge: string;
  /** The spec after it, or `error: ` and how the message begins (for us the code). */
  readonly waybill: string;
  readonly kustomize: string;
  readonly kubernetes: string;
}

/** One row for each difference, named as in the documentation. */
export const differences: readonly Difference[] = [
  {
    name: '`- $patch: replace` in a list that the manifest does not have',
    manifest: 'nodeName: h',
    merge: 'containers: [{ $patch: replace }, { name: a }]',
    waybill: '{ containers: [{ name: a }], nodeName: h }',
    kustomize: '{ containers: [{ $patch: replace }], nodeName: h }',
    kubernetes: '{ containers: [{ name: a }], nodeName: h }',
  },
  {
    name: '`- $patch: delete` in a list that the manifest does not have',
    manifest: 'nodeName: h',
    merge: 'containers: [{ $patch: delete }]',
    waybill: '{ nodeName: h }',
    kustomize: '{ containers: [{ $patch: delete }], nodeName: h }',
    kubernetes: '{ containers: [], nodeName: h }',
  },
  {
    name: '`$patch: replace` in an item',
    manifest: 'containers: [{ name: a, image: x }, { name: b }]',
    merge: 'containers: [{ name: a, tty: true, $patch: replace }]',
    waybill: '{ containers: [{ name: a, tty: true }, { name: b }] }',
    kustomize: '{ containers: [{ image: x, name: a }, { name: b }] }',
    kubernetes: '{ containers: [] }',
  },
  {
    name: '`$patch: merge` in an item',
    manifest: 'containers: [{ name: a, image: x }]',
    merge: 'containers: [{ name: a, tty: true, $patch: merge }]',
    waybill: '{ containers: [{ image: x, name: a, tty: true }] }',
    kustomize: '{ containers: [{ image: x, name: a, tty: true }] }',
    kubernetes: 'error: merging lists cannot yet be specified in the patch',
  },
  {
    name: '`- $patch: merge`',
    manifest: 'containers: [{ name: a, image: x }]',
    merge: 'containers: [{ $patch: merge }, { name: a, tty: true }]',
    waybill: '{ containers: [{ image: x, name: a, tty: true }] }',
    kustomize: '{ containers: [{ image: x, name: a, tty: true }] }',
    kubernetes: 'error: merging lists cannot yet be specified in the patch',
  },
  {
    name: '`- $patch: delete`',
    manifest: 'containers: [{ name: a, image: x }]',
    merge: 'containers: [{ $patch: delete }]',
    waybill: '{}',
    kustomize: '{}',
    kubernetes: 'error: map: map[$patch:delete] does not contain declared merge key: name',
  },
  {
    name: '`- $patch: delete` with items beside it',
    manifest: 'containers: [{ name: a, image: x }]',
    merge: 'containers: [{ $patch: delete }, { name: b }]',
    waybill: 'error: overlay-directive',
    kustomize: '{}',
    kubernetes: 'error: map: map[$patch:delete] does not contain declared merge key: name',
  },
  {
    name: '`$patch: delete` in a mapping',
    manifest: 'nodeSelector: { a: b }',
    merge: 'nodeSelector: { $patch: delete }',
    waybill: '{}',
    kustomize: '{}',
    kubernetes: '{ nodeSelector: {} }',
  },
  {
    name: '`$patch: merge` in a mapping',
    manifest: 'nodeSelector: { a: b }',
    merge: 'nodeSelector: { $patch: merge, c: d }',
    waybill: '{ nodeSelector: { a: b, c: d } }',
    kustomize: '{ nodeSelector: { a: b, c: d } }',
    kubernetes: 'error: unknown patch type: merge in map: map[$patch:merge c:d]',
  },
  {
    name: '`$patch: replace` in a mapping that the manifest does not have',
    manifest: 'nodeName: h',
    merge: 'nodeSelector: { $patch: replace, c: d }',
    waybill: '{ nodeName: h, nodeSelector: { c: d } }',
    kustomize: '{ nodeName: h, nodeSelector: { c: d } }',
    kubernetes: '{ nodeName: h }',
  },
  {
    name: 'another word for `$patch`',
    manifest: 'nodeSelector: { a: b }',
    merge: 'nodeSelector: { $patch: remove }',
    waybill: 'error: overlay-directive',
    kustomize: "error: unknown patch strategy 'remove'",
    kubernetes: 'error: unknown patch type: remove in map: map[$patch:remove]',
  },
  {
    name: 'another word for `$patch` in a mapping that the manifest does not have',
    manifest: 'nodeName: h',
    merge: 'nodeSelector: { $patch: remove }',
    waybill: 'error: overlay-directive',
    kustomize: '{ nodeName: h, nodeSelector: { $patch: remove } }',
    kubernetes: '{ nodeName: h }',
  },
  {
    name: '`$patch` in a list without merge keys',
    manifest: 'tolerations: [{ key: a }]',
    merge: 'tolerations: [{ key: a, $patch: delete }]',
    waybill: 'error: overlay-directive',
    kustomize: '{ tolerations: [{ $patch: delete, key: a }] }',
    kubernetes: '{ tolerations: [{ $patch: delete, key: a }] }',
  },
  {
    name: '`- $patch: replace` in a list without merge keys',
    manifest: 'tolerations: [{ key: a }]',
    merge: 'tolerations: [{ $patch: replace }, { key: b }]',
    waybill: 'error: overlay-directive',
    kustomize: '{ tolerations: [{ $patch: replace }, { key: b }] }',
    kubernetes: '{ tolerations: [{ $patch: replace }, { key: b }] }',
  },
  {
    name: 'the place of a changed item',
    manifest: 'containers: [{ name: a }, { name: b }]',
    merge: 'containers: [{ name: b, image: x }]',
    waybill: '{ containers: [{ image: x, name: b }, { name: a }] }',
    kustomize: '{ containers: [{ image: x, name: b }, { name: a }] }',
    kubernetes: '{ containers: [{ name: a }, { image: x, name: b }] }',
  },
  {
    name: 'an item without its key',
    manifest: 'containers: [{ name: a }]',
    merge: 'containers: [{ image: x }]',
    waybill: 'error: overlay-merge-key',
    kustomize: '{ containers: [] }',
    kubernetes: 'error: map: map[image:x] does not contain declared merge key: name',
  },
  {
    name: 'an item of the manifest without its key',
    manifest: 'containers: [{ image: x }, { name: a }]',
    merge: 'containers: [{ name: a, image: w }]',
    waybill: '{ containers: [{ image: w, name: a }, { image: x }] }',
    kustomize: '{ containers: [{ image: x }] }',
    kubernetes: 'error: map: map[image:x] does not contain declared merge key: name',
  },
  {
    name: 'items of one key, in a list that the merge does not mention',
    manifest: 'containers: [{ name: a, env: [{ name: A, value: p }, { name: A, value: q }] }]',
    merge: 'nodeName: h',
    waybill: '{ containers: [{ env: [{ name: A, value: p }, { name: A, value: q }], name: a }], nodeName: h }',
    kustomize: '{ containers: [{ env: [{ name: A, value: q }], name: a }], nodeName: h }',
    kubernetes: '{ containers: [{ env: [{ name: A, value: p }, { name: A, value: q }], name: a }], nodeName: h }',
  },
  {
    name: 'items of one key, the merge names another',
    manifest: 'containers: [{ name: a, env: [{ name: A, value: p }, { name: A, value: q }] }]',
    merge: 'containers: [{ name: a, env: [{ name: B }] }]',
    waybill: '{ containers: [{ env: [{ name: B }, { name: A, value: p }, { name: A, value: q }], name: a }] }',
    kustomize: '{ containers: [{ env: [{ name: B }, { name: A, value: q }], name: a }] }',
    kubernetes: '{ containers: [{ env: [{ name: B }, { name: A, value: p }, { name: A, value: q }], name: a }] }',
  },
  {
    name: 'items of one key, the merge names it',
    manifest: 'containers: [{ name: a, env: [{ name: A, value: p }, { name: A, value: q }] }]',
    merge: 'containers: [{ name: a, env: [{ name: A, value: z }] }]',
    waybill: 'error: overlay-merge-key',
    kustomize: '{ containers: [{ env: [{ name: A, value: q }], name: a }] }',
    kubernetes: '{ containers: [{ env: [{ name: A, value: z }, { name: A, value: q }], name: a }] }',
  },
  {
    name: 'a merge that names an item twice',
    manifest: 'containers: [{ name: a }]',
    merge: 'containers: [{ name: a, image: x }, { name: a, image: w }]',
    waybill: 'error: overlay-merge-key',
    kustomize: '{ containers: [{ image: x, name: a }] }',
    kubernetes: '{ containers: [{ image: w, name: a }] }',
  },
  {
    name: 'a port with `protocol` only in the merge',
    manifest: 'containers: [{ name: a, ports: [{ containerPort: 80, name: web }] }]',
    merge: 'containers: [{ name: a, ports: [{ containerPort: 80, protocol: TCP, hostPort: 1 }] }]',
    waybill: '{ containers: [{ name: a, ports: [{ containerPort: 80, hostPort: 1, name: web, protocol: TCP }] }] }',
    kustomize: '{ containers: [{ name: a, ports: [{ containerPort: 80, name: web }] }] }',
    kubernetes: '{ containers: [{ name: a, ports: [{ containerPort: 80, hostPort: 1, name: web, protocol: TCP }] }] }',
  },
  {
    name: 'a port with `protocol` only in the manifest',
    manifest: 'containers: [{ name: a, ports: [{ containerPort: 80, protocol: TCP }] }]',
    merge: 'containers: [{ name: a, ports: [{ containerPort: 80, hostPort: 1 }] }]',
    waybill: '{ containers: [{ name: a, ports: [{ containerPort: 80, hostPort: 1, protocol: TCP }] }] }',
    kustomize: '{ containers: [{ name: a, ports: [{ containerPort: 80, protocol: TCP }] }] }',
    kubernetes: '{ containers: [{ name: a, ports: [{ containerPort: 80, hostPort: 1, protocol: TCP }] }] }',
  },
  {
    name: 'a port of another protocol than the default',
    manifest: 'containers: [{ name: a, ports: [{ containerPort: 80 }] }]',
    merge: 'containers: [{ name: a, ports: [{ containerPort: 80, protocol: UDP }] }]',
    waybill: '{ containers: [{ name: a, ports: [{ containerPort: 80, protocol: UDP }, { containerPort: 80 }] }] }',
    kustomize: '{ containers: [{ name: a, ports: [{ containerPort: 80 }] }] }',
    kubernetes: '{ containers: [{ name: a, ports: [{ containerPort: 80, protocol: UDP }] }] }',
  },
  {
    name: 'two ports that only `protocol` tells apart',
    manifest:
      'containers: [{ name: a, ports: [{ containerPort: 53, protocol: TCP }, { containerPort: 53, protocol: UDP }] }]',
    merge: 'containers: [{ name: a, ports: [{ containerPort: 53, protocol: UDP, name: dns }] }]',
    waybill:
      '{ containers: [{ name: a, ports: [{ containerPort: 53, protocol: TCP }, { containerPort: 53, name: dns, protocol: UDP }] }] }',
    kustomize:
      '{ containers: [{ name: a, ports: [{ containerPort: 53, protocol: TCP }, { containerPort: 53, name: dns, protocol: UDP }] }] }',
    kubernetes:
      '{ containers: [{ name: a, ports: [{ containerPort: 53, name: dns, protocol: UDP }, { containerPort: 53, protocol: UDP }] }] }',
  },
  {
    name: 'half of a composite key',
    manifest: 'topologySpreadConstraints: [{ topologyKey: z, whenUnsatisfiable: A }]',
    merge: 'topologySpreadConstraints: [{ topologyKey: z, maxSkew: 2 }]',
    waybill: '{ topologySpreadConstraints: [{ maxSkew: 2, topologyKey: z, whenUnsatisfiable: A }] }',
    kustomize: '{ topologySpreadConstraints: [{ topologyKey: z, whenUnsatisfiable: A }] }',
    kubernetes: '{ topologySpreadConstraints: [{ maxSkew: 2, topologyKey: z, whenUnsatisfiable: A }] }',
  },
  {
    name: 'a composite key with another second half',
    manifest: 'topologySpreadConstraints: [{ topologyKey: z, whenUnsatisfiable: A }]',
    merge: 'topologySpreadConstraints: [{ topologyKey: z, whenUnsatisfiable: B }]',
    waybill:
      '{ topologySpreadConstraints: [{ topologyKey: z, whenUnsatisfiable: B }, { topologyKey: z, whenUnsatisfiable: A }] }',
    kustomize:
      '{ topologySpreadConstraints: [{ topologyKey: z, whenUnsatisfiable: B }, { topologyKey: z, whenUnsatisfiable: A }] }',
    kubernetes: '{ topologySpreadConstraints: [{ topologyKey: z, whenUnsatisfiable: B }] }',
  },
  {
    name: '`$retainKeys`',
    manifest: 'volumes: [{ name: v, emptyDir: {} }]',
    merge: 'volumes: [{ name: v, configMap: { name: x }, $retainKeys: [name, configMap] }]',
    waybill: '{ volumes: [{ configMap: { name: x }, name: v }] }',
    kustomize: '{ volumes: [{ $retainKeys: [name, configMap], configMap: { name: x }, emptyDir: {}, name: v }] }',
    kubernetes: '{ volumes: [{ configMap: { name: x }, name: v }] }',
  },
  {
    name: '`$setElementOrder`',
    manifest: 'containers: [{ name: a }, { name: b }]',
    merge: '$setElementOrder/containers: [{ name: b }, { name: a }]\ncontainers: [{ name: b, image: x }]',
    waybill: '{ containers: [{ image: x, name: b }, { name: a }] }',
    kustomize:
      '{ $setElementOrder/containers: [{ name: b }, { name: a }], containers: [{ image: x, name: b }, { name: a }] }',
    kubernetes: '{ containers: [{ image: x, name: b }, { name: a }] }',
  },
  {
    name: 'a mapping for a list',
    manifest: 'containers: [{ name: a }]',
    merge: 'containers: { name: a }',
    waybill: 'error: overlay-type',
    kustomize: 'error: wrong node kind: expected SequenceNode but got MappingNode: node conte',
    kubernetes: '{ containers: { name: a } }',
  },
  {
    name: 'a mapping for a single value',
    manifest: 'nodeName: h',
    merge: 'nodeName: { a: b }',
    waybill: 'error: overlay-type',
    kustomize: 'error: wrong node kind: expected ScalarNode but got MappingNode: node content',
    kubernetes: '{ nodeName: { a: b } }',
  },
  {
    name: 'null in an item that is added',
    manifest: 'containers: []',
    merge: 'containers: [{ name: a, image: null }]',
    waybill: '{ containers: [{ name: a }] }',
    kustomize: '{ containers: [{ name: a }] }',
    kubernetes: '{ containers: [{ image: null, name: a }] }',
  },
  {
    name: 'a number for a text',
    manifest: 'containers: [{ name: a, livenessProbe: { httpGet: { port: "80" } } }]',
    merge: 'containers: [{ name: a, livenessProbe: { httpGet: { port: 81 } } }]',
    waybill: '{ containers: [{ livenessProbe: { httpGet: { port: 81 } }, name: a }] }',
    kustomize: '{ containers: [{ livenessProbe: { httpGet: { port: "81" } }, name: a }] }',
    kubernetes: '{ containers: [{ livenessProbe: { httpGet: { port: 81 } }, name: a }] }',
  },
  {
    name: 'a list that Kubernetes merges since 1.26',
    manifest: 'schedulingGates: [{ name: a }]',
    merge: 'schedulingGates: [{ name: b }]',
    waybill: '{ schedulingGates: [{ name: b }] }',
    kustomize: '{ schedulingGates: [{ name: b }] }',
    kubernetes: '{ schedulingGates: [{ name: b }, { name: a }] }',
  },
];
