/**
 * What the fuzzer feeds to the plugin: applications of a hostile author, operators' policies, and what Argo CD passes on.
 * Nearly everything is well-formed, so that it gets past the first check; any text may be a hostile one.
 */
import * as fc from 'fast-check';

/** One render. */
export interface Input {
  readonly files: Readonly<Record<string, string>>;
  /** The policy as JSON, which is YAML. */
  readonly policy: object;
  readonly environment: string;
  readonly values: Readonly<Record<string, string>> | undefined;
  readonly images: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The places outside the received repository that inputs try to read; {@link Places} are filled in by the runner. */
export const outside = '/tmp/waybill-fuzz-outside';

const commit = 'c3'.repeat(20);
const digest = `sha256:${'d'.repeat(64)}`;
const names = ['z', 'web', 'shop', 'payments', 'team-a-web', 'production', 'x'.repeat(70)];
const hostile = [
  '',
  '__proto__',
  'constructor',
  'toString',
  '../../../etc/passwd',
  `${outside}/secret.yaml`,
  '../../outside/secret.yaml',
  `file://${outside}/secret.yaml`,
  'http://127.0.0.1:9/x',
  'a\nb',
  'a\u001B[2Jb',
  'a\u202Eb',
  '\u0000',
  '{{ values.a }}',
  '{{ environment }}',
  '{{{ values.a }}}',
  '{{ default values.b "x" }}',
  '{{#each values}}{{/each}}',
  '$OPERATOR_TOKEN',
  '$(OPERATOR_TOKEN)',
  '--set-file=a=/etc/passwd',
  '--post-renderer=/bin/sh',
  '*',
  '**',
  '~',
  'null',
  'yes',
  '0755',
  '1e999',
  '-',
  '<<',
  '&a',
  '!!binary aGk=',
  'a|b',
  `waybill.acme.payments.production.shop.${commit}`,
  `WAYBILL.acme.payments.production.shop.${commit}`,
  `waybill.acme.team-a-web.production.shop.${commit}`,
  'evil.example/x:latest',
  `evil.example/x@${digest}`,
  'ghcr.io/acme/web:1',
  `ghcr.io/acme/web@${digest}`,
  'ghcr.io/acme-evil/web:1',
  'https://github.com/acme/payments',
  'https://github.com/acme/team-a-web',
  'https://github.com/acme/team-a-web%2f..%2fpayments',
  'shop-production',
  'kube-system',
  '(a+)+$',
  'z.*',
];
const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...names) },
  { weight: 2, arbitrary: fc.constantFrom(...hostile) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
);
const kind = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      'ConfigMap',
      'Secret',
      'Pod',
      'Deployment',
      'Job',
      'CronJob',
      'Namespace',
      'Service',
      'List',
      'PodList',
    ),
  },
  { weight: 1, arbitrary: text },
);
const apiVersion = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('v1', 'apps/v1', 'batch/v1', 'acme.dev/v1') },
  { weight: 1, arbitrary: text },
);
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    text,
    fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true })),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.oneof(text, fc.constantFrom('items', 'spec', 'metadata', 'namespace', 'image', 'name')),
      tie('value'),
      { maxKeys: 3 },
    ),
  ),
})).value;
const container = fc.record({ name: text, image: text }, { requiredKeys: ['name'] });
const podSpec = fc.record(
  {
    containers: fc.array(container, { maxLength: 2 }),
    initContainers: fc.array(container, { maxLength: 1 }),
    ephemeralContainers: fc.array(container, { maxLength: 1 }),
    volumes: fc.constantFrom([], [{ name: 'v', image: { reference: 'evil.example/v:1' } }]),
  },
  { requiredKeys: [] },
);
const metadata = fc.record(
  {
    name: text,
    namespace: text,
    generateName: text,
    labels: fc.dictionary(text, text, { maxKeys: 2 }),
    annotations: fc.dictionary(text, text, { maxKeys: 2 }),
  },
  { requiredKeys: ['name'] },
);
const spec = fc.oneof(podSpec, fc.record({ template: fc.record({ spec: podSpec }) }), json);
const manifest = fc.record(
  { apiVersion, kind, metadata, spec, template: json, data: json, items: fc.oneof(json, fc.constant(null)) },
  { requiredKeys: ['apiVersion', 'kind', 'metadata'] },
);
const pointer = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'metadata',
        'name',
        'namespace',
        'spec',
        'template',
        'containers',
        'items',
        'kind',
        '0',
        '-',
        'data',
      ),
      text,
    ),
    {
      maxLength: 4,
    },
  )
  .map((keys) => keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
const operation = fc.oneof(
  fc.record({ op: fc.constantFrom('add', 'replace', 'test'), path: pointer, value: json }),
  fc.record({ op: fc.constant('remove'), path: pointer }),
  fc.record({ op: fc.constantFrom('copy', 'move'), from: pointer, path: pointer }),
);
const fieldPath = fc.oneof(
  fc.constantFrom(
    'metadata.name',
    'metadata.namespace',
    'kind',
    'apiVersion',
    'items',
    'spec',
    'spec.containers.*.image',
    'data.a',
    'spec.template.spec.containers.[name=web].image',
  ),
  text,
);
const target = fc.record(
  { kind: fc.oneof(kind, fc.constant('.*')), name: text, namespace: text, group: text, labelSelector: text },
  { requiredKeys: [] },
);
const overlay = fc.oneof(
  fc.record(
    { name: text, target, optional: fc.constant(true), merge: fc.oneof(json, manifest) },
    { requiredKeys: ['target', 'merge', 'optional'] },
  ),
  fc.record({ target, optional: fc.constant(true), patch: fc.array(operation, { minLength: 1, maxLength: 5 }) }),
  fc.record({ target, optional: fc.constant(true), set: fc.dictionary(fieldPath, json, { minKeys: 1, maxKeys: 3 }) }),
  fc.record({ target, optional: fc.constant(true), remove: fc.constant(true) }),
);
const source = fc.oneof(
  { weight: 30, arbitrary: fc.constant({ manifests: 'base' }) },
  { weight: 3, arbitrary: fc.record({ manifests: text }) },
  { weight: 1, arbitrary: fc.constant({ kustomize: 'k' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      helm: fc.record(
        { chart: fc.oneof(fc.constant('chart'), text), releaseName: text, values: fc.array(text, { maxLength: 1 }) },
        { requiredKeys: ['chart'] },
      ),
    }),
  },
);
const waybill = fc.record(
  {
    apiVersion: fc.constant('waybill.dev/v1'),
    kind: fc.constant('Waybill'),
    source,
    namespace: text,
    values: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(text, fc.integer(), fc.constant(null)), {
      maxKeys: 3,
    }),
    environments: fc.record(
      {
        production: fc.record(
          {
            overlays: fc.array(overlay, { maxLength: 2 }),
            resources: fc.array(fc.oneof(fc.constant('more.yaml'), text), { maxLength: 1 }),
            reportAs: text,
          },
          { requiredKeys: [] },
        ),
        development: fc.constant({}),
      },
      { requiredKeys: ['production', 'development'] },
    ),
    overlays: fc.array(overlay, { maxLength: 3 }),
    images: fc.array(
      fc.record(
        {
          name: fc.oneof(fc.constant('ghcr.io/acme/web'), text),
          sourceRepository: text,
          commitFromTag: fc.constant('{commit}'),
        },
        { requiredKeys: ['name'] },
      ),
      { maxLength: 1 },
    ),
    imagePaths: fc.constantFrom([], [{ kind: 'ConfigMap', path: 'data.a' }]),
    events: fc.record({ repository: text, image: text, secret: text }),
    stamp: fc.record(
      { resources: fc.constantFrom('all', 'none', 'workloads'), podTemplates: fc.boolean(), record: fc.boolean() },
      { requiredKeys: [] },
    ),
    allowEmpty: fc.boolean(),
  },
  { requiredKeys: ['apiVersion', 'kind', 'source', 'environments'] },
);
const lock = fc.record({
  apiVersion: fc.constant('waybill.dev/v1'),
  kind: fc.constant('ImageLock'),
  environment: fc.constant('production'),
  images: fc.array(
    fc.record(
      {
        name: fc.oneof({ weight: 5, arbitrary: fc.constant('ghcr.io/acme/web') }, { weight: 1, arbitrary: text }),
        newName: text,
        digest: fc.constant(digest),
        source: fc.record(
          { repository: text, commit: fc.constant(commit), ref: text, run: text },
          { requiredKeys: ['repository', 'commit'] },
        ),
      },
      { requiredKeys: ['name', 'digest'] },
    ),
    { maxLength: 1 },
  ),
});
const policy = fc.record(
  {
    registries: fc.constant({ images: ['ghcr.io/acme'] }),
    environments: fc.constantFrom(
      [{ names: ['*'], requireDigest: true }],
      [{ names: ['production'], namespaces: ['shop-production'] }],
      [{ names: ['development'], projects: ['team-b'] }],
    ),
    sourceRepositories: fc.constantFrom([], [{ projects: ['team-a'], repositories: ['github.com/acme/team-a-*'] }]),
  },
  { requiredKeys: [] },
);
/** Text as a file has it: YAML of the value, seldom with something broken in it. */
const broken = fc.oneof(
  { weight: 20, arbitrary: fc.constant((written: string) => written) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(), text).map(([at, more]) => (written: string) => {
      const place = at % (written.length + 1);
      return written.slice(0, place) + more + written.slice(place);
    }),
  },
);

function file(value: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc.tuple(value, broken).map(([one, breaks]) => breaks(JSON.stringify(one)));
}

const optional = <Made>(arbitrary: fc.Arbitrary<Made>): fc.Arbitrary<Made | undefined> =>
  fc.option(arbitrary, { nil: undefined });

/** Everything that one render depends on. */
export const input: fc.Arbitrary<Input> = fc
  .record({
    waybill: file(waybill),
    base: fc.array(file(manifest), { maxLength: 3 }),
    more: file(manifest),
    kustomization: file(
      fc.record(
        {
          resources: fc.array(fc.oneof(fc.constant('z.yaml'), text), { maxLength: 2 }),
          namePrefix: text,
          namespace: text,
          Resources: fc.array(text, { maxLength: 1 }),
        },
        { requiredKeys: ['resources'] },
      ),
    ),
    template: file(manifest),
    lock: optional(file(lock)),
    policy,
    environment: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('production', 'development') },
      { weight: 1, arbitrary: text },
    ),
    values: optional(fc.dictionary(fc.constantFrom('a', 'b'), text, { maxKeys: 2 })),
    images: optional(
      fc.array(
        fc.oneof(
          text,
          text.map((one) => `ghcr.io/acme/web=${one}`),
        ),
        { maxLength: 2 },
      ),
    ),
    env: fc.record(
      {
        ARGOCD_APP_NAMESPACE: text,
        ARGOCD_APP_PROJECT_NAME: fc.constantFrom('team-a', 'team-b', ''),
        ARGOCD_APP_NAME: fc.constantFrom('shop', 'argocd_shop', 'x'.repeat(200)),
        ARGOCD_ENV_WAYBILL_IMAGES: text,
        ARGOCD_ENV_WAYBILL_IMAGE_A: text,
        ARGOCD_ENV_WAYBILL_POLICY: text,
        KUBE_VERSION: text,
      },
      { requiredKeys: ['ARGOCD_APP_NAME'] },
    ),
  })
  .map(({ waybill: config, base, more, kustomization, template, lock: locked, ...rest }): Input => {
    const { policy: rules, environment, values, images, env } = rest;
    return {
      policy: rules,
      environment,
      values,
      images,
      files: {
        'waybill.yaml': config,
        ...Object.fromEntries(base.map((one, index) => [`base/m${index}.yaml`, one])),
        'more.yaml': more,
        'k/kustomization.yaml': kustomization,
        'k/z.yaml': more,
        'chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n',
        'chart/templates/a.yaml': template,
        ...(locked === undefined ? {} : { 'locks/production.yaml': locked }),
      },
      // A process cannot have these.
      env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value?.replaceAll('\0', '')])),
    };
  });
