/**
 * Generated manifests and merges: the kinds, fields and values that people have, with few names, so that a merge often
 * speaks of what the manifest has.
 */
import fc from 'fast-check';
import { getKey, isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';
import { type Fields, manifestSide, type PatchOptions, patchSide, type Side } from './sides.ts';

const word = fc.constantFrom('a', 'b', 'c');
const text = fc.constantFrom('x', 'w', '1', 'true', '');
const texts = fc.array(text, { maxLength: 3 });
const port = fc.constantFrom(53, 80, 8080);

const strings = (side: Side): fc.Arbitrary<JsonObject> => side.map({ a: text, b: text, 'acme.dev/c': text });

function container(side: Side): fc.Arbitrary<JsonObject> {
  const quantities = side.map({ cpu: fc.constantFrom('50m', '1', '0.5'), memory: fc.constantFrom('128Mi', '1Gi') });
  const source = side.map({
    secretKeyRef: side.map({ name: word, key: word }),
    fieldRef: side.map({ fieldPath: text }),
  });
  const protocol = { protocol: fc.constantFrom('TCP', 'UDP') };
  return side.map(
    {
      image: fc.constantFrom('nginx', 'nginx:1.27', 'ghcr.io/acme/web@sha256:aa'),
      args: texts,
      command: texts,
      tty: fc.boolean(),
      env: side.keyed(side.map({ value: text, valueFrom: source }, { name: word }), ['name']),
      envFrom: fc.array(fc.record({ prefix: word }), { maxLength: 2 }),
      ports: side.keyed(
        side.map({ name: word, hostPort: port }, { containerPort: port, ...(side.composite ? protocol : {}) }),
        side.composite ? ['containerPort', 'protocol'] : ['containerPort'],
      ),
      resources: side.map({ requests: quantities, limits: quantities }),
      securityContext: side.map({ runAsUser: port, capabilities: side.map({ add: texts, drop: texts }) }),
      volumeMounts: side.keyed(
        side.map({ name: word, readOnly: fc.boolean() }, { mountPath: fc.constantFrom('/a', '/b', '/c') }),
        ['mountPath'],
      ),
      livenessProbe: side.map({ httpGet: side.map({ path: text, port }), periodSeconds: port }),
    },
    { name: word },
  );
}

function podSpec(side: Side): fc.Arbitrary<JsonObject> {
  const terms = fc.array(fc.record({ topologyKey: word }), { maxLength: 2 });
  const constraint = { topologyKey: fc.constantFrom('zone', 'host') };
  const whenUnsatisfiable = fc.constantFrom('DoNotSchedule', 'ScheduleAnyway');
  return side.map({
    containers: side.keyed(container(side), ['name']),
    initContainers: side.keyed(container(side), ['name']),
    volumes: side.keyed(
      side.map(
        { emptyDir: side.map({ medium: text }), configMap: side.map({ name: word, optional: fc.boolean() }) },
        { name: word },
      ),
      ['name'],
    ),
    imagePullSecrets: side.keyed(side.map({}, { name: word }), ['name']),
    hostAliases: side.keyed(side.map({ hostnames: texts }, { ip: fc.constantFrom('1.1.1.1', '2.2.2.2') }), ['ip']),
    topologySpreadConstraints: side.composite
      ? side.keyed(side.map({ maxSkew: port }, { ...constraint, whenUnsatisfiable }), [
          'topologyKey',
          'whenUnsatisfiable',
        ])
      : side.keyed(side.map({ maxSkew: port }, constraint), ['topologyKey']),
    nodeSelector: strings(side),
    tolerations: fc.array(fc.record({ key: word, operator: fc.constantFrom('Exists', 'Equal') }), { maxLength: 2 }),
    serviceAccountName: word,
    affinity: side.map({ podAffinity: side.map({ requiredDuringSchedulingIgnoredDuringExecution: terms }) }),
    terminationGracePeriodSeconds: port,
  });
}

/** A mapping that is neither null nor has a directive: it holds the identity. */
function outer(fields: Fields): fc.Arbitrary<JsonObject> {
  return fc.record(fields, { requiredKeys: [] });
}

function metadata(side: Side): fc.Arbitrary<JsonObject> {
  return outer({
    labels: side.field(strings(side)),
    annotations: side.field(strings(side)),
    finalizers: side.values(fc.constantFrom('f/a', 'f/b', 'f/c')),
  });
}

function template(side: Side): fc.Arbitrary<JsonObject> {
  return side.map({ metadata: side.map({ labels: strings(side) }), spec: podSpec(side) });
}

function servicePorts(side: Side): fc.Arbitrary<Json> {
  const protocol = { protocol: fc.constantFrom('TCP', 'UDP') };
  return side.keyed(
    side.map({ name: word, targetPort: port, nodePort: port }, { port, ...(side.composite ? protocol : {}) }),
    side.composite ? ['port', 'protocol'] : ['port'],
  );
}

/** The bodies of each kind, without identity. */
function bodies(side: Side): { readonly [kind: string]: fc.Arbitrary<JsonObject> } {
  const meta = metadata(side);
  const workload = side.map({
    replicas: port,
    template: template(side),
    selector: side.map({ matchLabels: strings(side) }),
  });
  return {
    'v1/Pod': outer({ metadata: meta, spec: podSpec(side) }),
    'apps/v1/Deployment': outer({ metadata: meta, spec: workload }),
    'apps/v1/StatefulSet': outer({ metadata: meta, spec: workload }),
    'batch/v1/CronJob': outer({
      metadata: meta,
      spec: side.map({ schedule: text, jobTemplate: side.map({ spec: side.map({ template: template(side) }) }) }),
    }),
    'v1/Service': outer({
      metadata: meta,
      spec: side.map({ type: word, ports: servicePorts(side), selector: strings(side), externalIPs: texts }),
    }),
    'v1/ServiceAccount': outer({
      metadata: meta,
      secrets: side.keyed(side.map({}, { name: word }), ['name']),
      imagePullSecrets: fc.array(fc.record({ name: word }), { maxLength: 2 }),
    }),
    'v1/ConfigMap': outer({ metadata: meta, data: strings(side) }),
    'networking.k8s.io/v1/Ingress': outer({
      metadata: meta,
      spec: side.map({
        ingressClassName: word,
        rules: fc.array(
          fc.record({ host: word, http: fc.record({ paths: fc.array(fc.record({ path: text }), { maxLength: 2 }) }) }),
          { maxLength: 2 },
        ),
        tls: fc.array(fc.record({ secretName: word, hosts: texts }), { maxLength: 2 }),
      }),
    }),
    'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration': outer({
      metadata: meta,
      webhooks: side.keyed(
        side.map(
          { sideEffects: word, rules: fc.array(fc.record({ operations: texts }), { maxLength: 2 }) },
          { name: word },
        ),
        ['name'],
      ),
    }),
    'acme.dev/v1/Runner': outer({ metadata: meta, spec: podSpec(side), status: side.map({ conditions: texts }) }),
  };
}

function identified(head: JsonObject, body: JsonObject): JsonObject {
  const metadata = getKey(body, 'metadata');
  return { ...head, ...body, metadata: { ...(isObject(metadata) ? metadata : {}), name: 'm' } };
}

/** One case of a merge: a manifest with its identity, and a patch without. */
export interface MergeCase {
  readonly manifest: JsonObject;
  readonly patch: JsonObject;
}

/** Cases over all kinds (or those that `includes` accepts). */
export function mergeCases(
  options: Omit<PatchOptions, 'composite'> & { readonly composite?: boolean },
  includes: (kind: string) => boolean = () => true,
): fc.Arbitrary<MergeCase> {
  const sides = options.composite === undefined ? fc.boolean() : fc.constant(options.composite);
  return sides.chain((composite) => {
    const manifests = bodies(manifestSide(composite));
    const patches = bodies(patchSide({ ...options, composite }));
    // The lists of a custom kind are replaced: directives have no meaning in them.
    const plain = bodies(patchSide({ ...options, composite, inItems: [], ofLists: [] }));
    const kinds = Object.keys(manifests).filter(includes);
    return fc.constantFrom(...kinds).chain((name) => {
      const slash = name.lastIndexOf('/');
      const head = { apiVersion: name.slice(0, slash), kind: name.slice(slash + 1) };
      return fc.record({
        manifest: (manifests[name] ?? fc.constant({})).map((body: JsonObject) => identified(head, body)),
        patch: (name.startsWith('acme.dev/') ? plain : patches)[name] ?? fc.constant({}),
      });
    });
  });
}
