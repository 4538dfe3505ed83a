/**
 * Generated kustomizations: the manifests and fields that people have, with few names, so that transformers, patches and
 * references meet, and with scalars of all kinds, also those that readers of YAML disagree on.
 */
import fc from 'fast-check';

/** Files by path; `app` is what is built. */
export type Files = Readonly<Record<string, string>>;

/** Scalars as they stand in a file. Those of the second row have been read in two ways by some program. */
const scalar = fc.oneof(
  { weight: 70, arbitrary: fc.constantFrom('a', 'web-1', '"1"', "'true'", '100m', '128Mi', '10s', '1.2.3', '""') },
  {
    weight: 40,
    arbitrary: fc.constantFrom(
      '1',
      '0',
      '-7',
      '8080',
      'true',
      'false',
      'null',
      '',
      '"yes"',
      "'0x1F'",
      '--port=80',
      '$(HOME)/x',
      '/a/b',
      '"2020-01-01"',
      '"="',
      "'<<'",
      '"a: b # c"',
      "'it''s'",
      '"\\n\\t\\\\"',
      'a b  c',
      'é',
      '"👍"',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'yes',
      'Off',
      'n',
      '1.0',
      '1e3',
      '010',
      '0x1F',
      '0o7',
      '1_000',
      '1:30',
      '2020-01-01',
      '.5',
      '~',
      '12345678901234567890',
      '!!str 1',
      '.inf',
      '=',
      '"\\u2028"',
      '-0',
      '+1',
      '1e3m',
      '0b11',
      '1.',
      '99999999999999999',
    ),
  },
);
const name = fc.constantFrom('web', 'db', 'default', 'web.v1', 'a-1');
const namespace = fc.constantFrom('', '  namespace: shop\n', '  namespace: other\n', '  namespace: default\n');
const image = fc.constantFrom(
  'nginx',
  'nginx:1.27',
  'ghcr.io/acme/web:a',
  'ghcr.io/acme/web',
  'a/nginx@sha256:aa',
  'localhost:5000/x:1',
  'nginx:1@sha256:b',
);
const comment = fc.constantFrom('', '', '', ' # a note', ' # "x": [');

/** A mapping of texts at an indent, or nothing, or what is written in its place. */
const entries = (key: string, indent: string): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .uniqueArray(fc.tuple(fc.constantFrom('app', 'a.b/c', 'tier', '"x y"', 'a10', 'a9', 'A'), scalar, comment), {
          minLength: 1,
          maxLength: 3,
          selector: ([one]) => one,
        })
        .map(
          (pairs) =>
            `${indent}${key}:\n${pairs.map(([one, value, note]) => `${indent}  ${one}: ${value}${note}\n`).join('')}`,
        ),
    },
    { weight: 6, arbitrary: fc.constant('') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        `${indent}${key}: {}\n`,
        `${indent}${key}:\n`,
        `${indent}${key}: { app: x, tier: "1" }\n`,
      ),
    },
  );
/** The same with values that kustomize takes as they are. */
const texts = (key: string, indent: string): fc.Arbitrary<string> =>
  fc.constantFrom('', `${indent}${key}:\n${indent}  app: "1"\n${indent}  note: x\n`, `${indent}${key}: {}\n`);

const metadata = (indent = ''): fc.Arbitrary<string> =>
  fc
    .tuple(
      name,
      namespace,
      entries('labels', '  '),
      fc.oneof(
        { weight: 9, arbitrary: texts('annotations', '  ') },
        { weight: 1, arbitrary: entries('annotations', '  ') },
      ),
    )
    .map(
      ([one, space, labels, annotations]) =>
        `${indent}metadata:\n${`  name: ${one}\n${space}${labels}${annotations}`.replaceAll(/^/gmu, indent).trimEnd()}\n`,
    );

const literal = fc
  .constantFrom('|\n', '|-\n', '|+\n', '>\n', '>-\n', '|2\n')
  .chain((head) =>
    fc
      .array(fc.constantFrom('one', '  two', 'three # x', '', 'a: b', '---'), { minLength: 1, maxLength: 4 })
      .map((lines) => head + lines.map((line) => (line === '' ? '' : `    ${line}`)).join('\n')),
  );

const container = fc.tuple(image, scalar, scalar, fc.constantFrom('', 'null'), comment).map(
  ([one, value, other, empty, note]) => `- name: main${note}
  image: ${one}
  args: [--x, "y"]
  env:
  - name: A
    value: ${value}
  - { name: B, valueFrom: { configMapKeyRef: { name: web, key: a } } }
  resources:
    limits:
      cpu: ${other}
  # about the next
  tty: ${empty}
`,
);

const podSpec = (indent: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      container,
      fc.constantFrom(
        '',
        'serviceAccountName: web\n',
        'volumes:\n- name: v\n  secret:\n    secretName: db\n',
        'initContainers: []\n',
        'nodeSelector: { a: b }\n',
        'volumes:\n',
      ),
    )
    .map(([one, more]) => `containers:\n${one}${more}`.replaceAll(/^(?=.)/gmu, indent));

const workload = (apiVersion: string, kind: string, spec: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(metadata(), spec).map(([meta, body]) => `apiVersion: ${apiVersion}\nkind: ${kind}\n${meta}spec:\n${body}`);

const template = fc
  .tuple(
    entries('labels', '      '),
    podSpec('      '),
    fc.constantFrom('', '  replicas: 1\n', '  replicas:\n'),
    fc.constantFrom('', '  selector:\n    matchLabels:\n      app: x\n', '  selector: {}\n'),
  )
  .map(
    ([labels, pod, replicas, selector]) =>
      `${replicas}${selector}  template:\n${labels === '' ? '' : `    metadata:\n${labels}`}    spec:\n${pod}`,
  );

const subjects = fc
  .array(
    fc.tuple(
      fc.constantFrom('ServiceAccount', 'User'),
      name,
      fc.constantFrom('', ', namespace: shop', ', namespace: other', ', namespace: default'),
    ),
    { maxLength: 3 },
  )
  .map((list) =>
    list.length === 0
      ? ''
      : `subjects:\n${list.map(([kind, one, space]) => `- { kind: ${kind}, name: ${one}${space} }\n`).join('')}`,
  );

const binding = (kind: string): fc.Arbitrary<string> =>
  fc
    .tuple(metadata(), name, subjects, fc.constantFrom('Role', 'ClusterRole'))
    .map(
      ([meta, role, list, roleKind]) =>
        `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\n${meta}roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: ${roleKind}\n  name: ${role}\n${list}`,
    );

const simple = (apiVersion: string, kind: string, ...bodies: string[]): fc.Arbitrary<string> =>
  fc
    .tuple(metadata(), fc.constantFrom('', ...bodies))
    .map(([meta, body]) => `apiVersion: ${apiVersion}\nkind: ${kind}\n${meta}${body}`);

const resource = fc.oneof(
  workload('apps/v1', 'Deployment', template),
  workload('apps/v1', 'StatefulSet', template),
  workload('batch/v1', 'Job', template),
  workload(
    'batch/v1',
    'CronJob',
    template.map(
      (text) => `  schedule: "* * * * *"\n  jobTemplate:\n    spec:\n${text.replaceAll(/^(?=.)/gmu, '    ')}`,
    ),
  ),
  workload('v1', 'Pod', podSpec('  ')),
  fc
    .tuple(metadata(), entries('data', ''), literal)
    .map(
      ([meta, data, text]) =>
        `apiVersion: v1\nkind: ConfigMap\n${meta}${data}${data.endsWith('\n') && /data:\n {2}/u.test(data) ? `  file.txt: ${text}\n` : ''}`,
    ),
  simple(
    'v1',
    'Service',
    'spec:\n  selector:\n    app: x\n',
    'spec:\n  ports:\n  - port: 80\n    targetPort: http\n',
    'spec:\n  selector: {}\n',
  ),
  simple('v1', 'ServiceAccount', 'imagePullSecrets:\n- name: db\n'),
  simple('v1', 'Secret', 'stringData:\n  a: b\n'),
  simple('v1', 'Namespace'),
  simple(
    'rbac.authorization.k8s.io/v1',
    'ClusterRole',
    'rules:\n- apiGroups: [""]\n  resources: [secrets]\n  resourceNames: [web]\n',
  ),
  simple('rbac.authorization.k8s.io/v1', 'Role', 'rules: []\n'),
  binding('RoleBinding'),
  binding('ClusterRoleBinding'),
  simple(
    'networking.k8s.io/v1',
    'NetworkPolicy',
    'spec:\n  podSelector:\n    matchLabels:\n      app: x\n',
    'spec:\n  podSelector: {}\n',
  ),
  simple('networking.k8s.io/v1', 'Ingress', 'spec:\n  tls:\n  - secretName: db\n  rules:\n  - host: a.example.com\n'),
  simple('apiregistration.k8s.io/v1', 'APIService', 'spec:\n  service:\n    name: web\n'),
  simple(
    'admissionregistration.k8s.io/v1',
    'ValidatingWebhookConfiguration',
    'webhooks:\n- name: a.b.c\n  clientConfig:\n    service:\n      name: web\n      namespace: shop\n',
  ),
  simple(
    'example.com/v1',
    'Widget',
    'spec:\n  containers:\n  - image: nginx:1\n  9: x\n',
    'spec:\n  template:\n    spec:\n      containers: []\n',
    'spec:\n  a10: 1\n  a9: 1\n  B: 1\n  "1a": 2\n  _z: 3\n',
  ),
);

const file = fc
  .uniqueArray(resource, {
    minLength: 1,
    maxLength: 3,
    selector: (text) => /kind: (\w+)\nmetadata:\n {2}name: (\S+)/u.exec(text)?.slice(1).join(),
  })
  .chain((documents) => fc.constantFrom('---\n', '--- # next\n', '---\n---\n').map((rule) => documents.join(rule)));

const operation = fc.constantFrom(
  '- { op: replace, path: /spec/replicas, value: 3 }',
  '- op: add\n  path: /metadata/annotations/a.b~1c\n  value: "1"',
  '- op: add\n  path: /metadata/labels\n  value: { z: "1" }',
  '- op: add\n  path: /spec/template/spec/containers/0/env/-\n  value:\n    name: C\n    value: "3"',
  '- op: remove\n  path: /spec/template/spec/containers/0/args/1',
  '- op: replace\n  path: /spec/template/spec/containers/0/image\n  value: other:2',
  '- op: add\n  path: /spec/selector\n  value:\n    app: y',
  '- op: remove\n  path: /metadata/annotations',
  '- op: replace\n  path: /metadata/name\n  value: other',
  '- op: add\n  path: /data/n\n  value: 1000000',
);
const target = fc.constantFrom(
  'kind: Deployment',
  'kind: "Deployment|StatefulSet"',
  'name: web',
  'name: w.*',
  '{ version: v1, kind: ConfigMap }',
  'labelSelector: app=a',
  'namespace: shop',
  '{ group: apps, kind: .* }',
);
const patch = fc
  .tuple(target, fc.array(operation, { minLength: 1, maxLength: 2 }))
  .map(
    ([of, operations]) =>
      `- target: ${of.startsWith('{') ? of : `{ ${of} }`}\n  patch: |-\n${operations.join('\n').replaceAll(/^/gmu, '    ')}\n`,
  );

const fields = fc
  .record(
    {
      namespace: fc.constantFrom('namespace: shop\n', 'namespace: other\n', 'namespace: shop # here\n'),
      images: fc.constantFrom(
        'images:\n- name: nginx\n  newTag: "2"\n',
        'images:\n- name: nginx\n  newName: ghcr.io/acme/web\n- name: ghcr.io/acme/web\n  digest: sha256:cc\n',
        'images:\n- { name: ghcr.io/acme/web, newTag: b, digest: sha256:dd }\n',
        'images:\n- name: nginx\n',
      ),
      labels: fc.constantFrom(
        'labels:\n- pairs: { app: "1" }\n',
        'labels:\n- pairs: { team: a }\n  includeSelectors: true\n',
        'labels:\n- pairs: { team: a, app: b }\n  includeTemplates: true\n- pairs: { x.y/z: "true" }\n',
      ),
      annotations: fc.constantFrom('commonAnnotations:\n  a: "1"\n  b: x\n', 'commonAnnotations: {}\n'),
      replicas: fc.oneof(
        { weight: 3, arbitrary: fc.constant('') },
        {
          weight: 1,
          arbitrary: fc.constantFrom('replicas:\n- name: web\n  count: 3\n', 'replicas:\n- { name: db, count: 0 }\n'),
        },
      ),
      patches: fc.array(patch, { minLength: 1, maxLength: 2 }).map((list) => `patches:\n${list.join('')}`),
      type: fc.constant('apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n'),
      rare: fc.oneof(
        { weight: 20, arbitrary: fc.constant('') },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            'namePrefix: x-\n',
            'sortOptions:\n  order: fifo\n',
            'images:\n- name: nginx\n  newTag: 2\n',
          ),
        },
      ),
    },
    { requiredKeys: [] },
  )
  .map(({ rare, ...others }) => Object.values(others).join('') + (others.images === undefined ? (rare ?? '') : ''));

/** An application: an overlay over a base, each with files and fields. */
export const kustomizations: fc.Arbitrary<Files> = fc
  .record({
    base: file,
    more: file,
    extra: file,
    inner: fields,
    outer: fields,
    hasExtra: fc.boolean(),
    isFlat: fc.boolean(),
  })
  .map(({ base, more, extra, inner, outer, hasExtra, isFlat }) => ({
    'base/kustomization.yaml': `${isFlat ? '' : inner}resources:\n- one.yaml\n- sub/two.yaml\n`,
    'base/one.yaml': base,
    'base/sub/two.yaml': more,
    'app/kustomization.yaml': `${outer}resources:\n- ../base\n${hasExtra ? '- extra.yaml\n' : ''}`,
    'app/extra.yaml': extra,
  }));
