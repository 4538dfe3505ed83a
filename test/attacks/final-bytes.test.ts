import { describe, expect, it } from 'vitest';
import { type Attempt, deployment, hostileTenant, lockOf, waybill } from './tenant.ts';

// What is printed is what is judged: each attempt gets something into the output after the stage that used to look.
const attempt = hostileTenant();

const images = `registries: { images: [ghcr.io/acme] }
environments: [{ names: ["*"], requireDigest: true, forbiddenTags: [latest] }]`;
const bound = 'environments: [{ names: [production], namespaces: [shop-production] }]';
const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: z }\n';
const pod =
  '{ apiVersion: v1, kind: Pod, metadata: { name: evil }, spec: { containers: [{ name: c, image: "evil.example/x:1" }] } }';
const overlay = (text: string): string => waybill(`overlays:\n  - target: { name: z }\n    ${text}\n`);
const evil = (container: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: a }], ${container}: [{ name: c, image: "evil.example/x:1" }] }\n`;
const events =
  'events: { repository: "https://github.com/acme/ev.git", image: "evil.example/hook:latest", secret: s }\n';

describe.each<[string, Omit<Attempt, 'policy'>, readonly string[]]>([
  [
    'an overlay that adds items',
    { files: { 'waybill.yaml': overlay(`merge: { items: [${pod}] }`), 'z.yaml': configMap } },
    ['resource-list', 'policy-image', 'policy-image'],
  ],
  [
    'items by a JSON patch',
    { files: { 'waybill.yaml': overlay(`patch: [{ op: add, path: /items, value: [${pod}] }]`), 'z.yaml': configMap } },
    ['resource-list', 'policy-image', 'policy-image'],
  ],
  [
    'items by set, in a kind that is called a list',
    { files: { 'waybill.yaml': overlay(`set: { kind: PodList, items: [${pod}] }`), 'z.yaml': configMap } },
    ['resource-list', 'policy-image', 'policy-image'],
  ],
  [
    'a list inside of items',
    {
      files: {
        'waybill.yaml': overlay(`merge: { items: [{ apiVersion: v1, kind: List, items: [${pod}] }] }`),
        'z.yaml': configMap,
      },
    },
    ['resource-list', 'policy-image', 'policy-image'],
  ],
  [
    'items that are moved to the root',
    {
      files: {
        'waybill.yaml': overlay('patch: [{ op: move, from: /data/x, path: /items }]'),
        'z.yaml': `${configMap}data: { x: [${pod}] }\n`,
      },
    },
    ['resource-list', 'policy-image', 'policy-image'],
  ],
  [
    'items: null',
    { files: { 'waybill.yaml': overlay('patch: [{ op: add, path: /items, value: null }]'), 'z.yaml': configMap } },
    ['empty-result', 'resource-list'],
  ],
  [
    'items: []',
    { files: { 'waybill.yaml': overlay('set: { items: [] }'), 'z.yaml': configMap } },
    ['empty-result', 'resource-list'],
  ],
  [
    'items: null, said to be meant',
    {
      files: {
        'waybill.yaml': `${overlay('set: { items: null }')}allowEmpty: true\n`,
        'z.yaml': configMap,
      },
    },
    ['resource-list'],
  ],
  [
    'a kind that becomes a Pod',
    {
      files: {
        'waybill.yaml': overlay(`set: { kind: Pod, spec: { containers: [{ name: c, image: "evil.example/x:1" }] } }`),
        'z.yaml': configMap,
      },
    },
    ['policy-image', 'policy-image'],
  ],
  [
    'an apiVersion that becomes one of workloads',
    {
      files: {
        'waybill.yaml': overlay('set: { apiVersion: apps/v1 }'),
        'z.yaml': deployment
          .replace('apps/v1', 'acme.dev/v1')
          .replace('web }', 'z }')
          .replace('ghcr.io/acme', 'evil.example'),
      },
    },
    ['policy-image', 'policy-image'],
  ],
  [
    'an init container',
    { files: { 'waybill.yaml': waybill(), 'p.yaml': evil('initContainers') } },
    ['policy-image', 'policy-image'],
  ],
  [
    'an ephemeral container',
    { files: { 'waybill.yaml': waybill(), 'p.yaml': evil('ephemeralContainers') } },
    ['policy-image', 'policy-image'],
  ],
  [
    'an additional resource',
    {
      files: {
        'waybill.yaml':
          'apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { manifests: base }\nenvironments: { production: { resources: [more.yaml] } }\n',
        'base/z.yaml': configMap,
        'more.yaml': evil('initContainers'),
      },
    },
    ['policy-image', 'policy-image'],
  ],
  [
    'the image of a hook',
    {
      files: {
        'waybill.yaml': waybill(events),
        'web.yaml': deployment,
        'locks/production.yaml': lockOf('https://github.com/acme/web'),
      },
    },
    ['policy-image', 'policy-image'],
  ],
  [
    'the image of a hook, by a value',
    {
      files: {
        'waybill.yaml': `${waybill(events.replace('evil.example/hook:latest', '{{ values.hook }}'))}values: { hook: ghcr.io/acme/waybill }\n`,
        'web.yaml': deployment,
        'locks/production.yaml': lockOf('https://github.com/acme/web'),
      },
      values: { hook: 'evil.example/hook:latest' },
    },
    ['policy-image', 'policy-image'],
  ],
  [
    'an image by a parameter',
    { files: { 'waybill.yaml': waybill(), 'web.yaml': deployment }, images: ['ghcr.io/acme/web=evil.example/x:1'] },
    ['policy-image', 'policy-image'],
  ],
  [
    'an image by plugin env',
    {
      files: { 'waybill.yaml': waybill(), 'web.yaml': deployment },
      env: { ARGOCD_ENV_WAYBILL_IMAGE_A: 'ghcr.io/acme/web=evil.example/x:1' },
    },
    ['policy-image', 'policy-image'],
  ],
  [
    "a chart's hook",
    {
      files: {
        'waybill.yaml':
          'apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { helm: { chart: chart } }\nenvironments: { production: {} }\n',
        'chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n',
        'chart/templates/hook.yaml':
          'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: h\n  annotations: { helm.sh/hook: post-install }\nspec:\n  template:\n    spec: { restartPolicy: Never, containers: [{ name: c, image: "evil.example/x:1" }] }\n',
      },
    },
    ['policy-image', 'policy-image'],
  ],
])('%s', (_name, how, codes) => {
  it('is refused', async () => {
    const { code, stdout, codes: found } = await attempt({ policy: images, ...how });
    expect({ code, stdout, found }).toEqual({ code: 1, stdout: '', found: codes });
  });
});

it('points at the line of events.image', async () => {
  const files = {
    'waybill.yaml': waybill(`\n${events}`),
    'web.yaml': deployment,
    'locks/production.yaml': lockOf('https://github.com/acme/web'),
  };
  const { stderr } = await attempt({ policy: images, files });
  expect(stderr).toContain('app/waybill.yaml:5:64: error[policy-image]: evil.example/hook:latest is from');
});

describe('a namespace that is bound to production', () => {
  it.each<[string, Omit<Attempt, 'policy'>, string]>([
    [
      'by namespace in waybill.yaml',
      { files: { 'waybill.yaml': waybill('namespace: shop-production\n'), 'z.yaml': configMap } },
      'namespace shop-production may not have environment development: ConfigMap/z goes there',
    ],
    [
      'by a template',
      {
        files: { 'waybill.yaml': waybill('namespace: "{{ values.ns }}"\nvalues: { ns: shop }\n'), 'z.yaml': configMap },
        values: { ns: 'shop-production' },
      },
      'namespace shop-production may not have environment development',
    ],
    [
      'by metadata.namespace',
      { files: { 'waybill.yaml': waybill(), 'z.yaml': configMap.replace('z }', 'z, namespace: shop-production }') } },
      'namespace shop-production may not have environment development',
    ],
    [
      'by an overlay',
      { files: { 'waybill.yaml': overlay('set: { metadata.namespace: shop-production }'), 'z.yaml': configMap } },
      'namespace shop-production may not have environment development',
    ],
    [
      'as a Namespace',
      {
        files: {
          'waybill.yaml': waybill(),
          'z.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop-production }\n',
        },
      },
      'namespace shop-production may not have environment development: Namespace/shop-production goes there',
    ],
    [
      'by a CustomResourceDefinition that calls ConfigMaps cluster-scoped',
      {
        files: {
          'waybill.yaml': waybill(),
          'crd.yaml':
            'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: configmaps. }\nspec: { group: "", scope: Cluster, names: { kind: ConfigMap } }\n',
          'z.yaml': configMap.replace('z }', 'z, namespace: shop-production }'),
        },
      },
      'namespace shop-production may not have environment development',
    ],
    [
      'with a destination that nobody knows',
      { files: { 'waybill.yaml': waybill(), 'z.yaml': configMap }, env: { ARGOCD_APP_NAMESPACE: undefined } },
      'ConfigMap/z has no namespace, and the destination has none either',
    ],
  ])('is out of reach for development %s', async (_name, how, message) => {
    const { code, stdout, stderr, codes } = await attempt({ policy: bound, environment: 'development', ...how });
    expect({ code, stdout, codes }).toEqual({ code: 1, stdout: '', codes: ['policy-environment'] });
    expect(stderr).toContain(message);
  });

  it('does not get production anywhere else either', async () => {
    const files = { 'waybill.yaml': waybill(), 'z.yaml': configMap };
    const elsewhere = await attempt({ policy: bound, files });
    expect(elsewhere.stderr).toContain('environment production may not be rendered for namespace shop');
    const unknown = await attempt({ policy: bound, files, env: { ARGOCD_APP_NAMESPACE: '' } });
    expect(unknown.stderr).toContain('environment production may not be rendered for an unknown namespace');
  });

  it('takes what may go there, and cluster-scoped resources', async () => {
    const files = {
      'waybill.yaml': waybill(),
      'z.yaml': configMap,
      'role.yaml': 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: r }\nrules: []\n',
    };
    const { code, stderr } = await attempt({ policy: bound, files, env: { ARGOCD_APP_NAMESPACE: 'shop-production' } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

it('a project that nobody knows is not allowed where a rule binds projects', async () => {
  const files = { 'waybill.yaml': waybill(), 'z.yaml': configMap };
  const policy = 'environments: [{ names: [production], projects: [acme] }]';
  const { codes, stdout } = await attempt({
    policy,
    files,
    environment: 'development',
    env: { ARGOCD_APP_PROJECT_NAME: '' },
  });
  expect({ codes, stdout }).toEqual({ codes: ['policy-environment'], stdout: '' });
});

it('the variables of an Application name no policy', async () => {
  const files = {
    'waybill.yaml': waybill(),
    'pod.yaml': evil('initContainers'),
  };
  const names = ['ARGOCD_ENV_WAYBILL_POLICY', 'ARGOCD_ENV_POLICY', 'PARAM_POLICY', 'PARAM_WAYBILL_POLICY'];
  const env = Object.fromEntries(names.map((name) => [name, '/etc/hostname']));
  const { codes, stdout } = await attempt({ policy: images, files, env });
  expect({ codes, stdout }).toEqual({ codes: ['policy-image', 'policy-image'], stdout: '' });
  const defaults = await attempt({ policy: '', files, env: { ...env, WAYBILL_POLICY: undefined } });
  expect(defaults).toMatchObject({ code: 0, codes: [] });
});

it('counts what is printed, not what the source gave', async () => {
  const files = {
    'waybill.yaml': waybill(events.replace('evil.example/hook:latest', 'ghcr.io/acme/waybill:1')),
    'web.yaml': deployment,
    'locks/production.yaml': lockOf('https://github.com/acme/web'),
  };
  expect((await attempt({ policy: 'limits: { resources: 3 }', files })).codes).toEqual(['limit-resources']);
  expect((await attempt({ policy: 'limits: { resources: 4 }', files })).codes).toEqual([]);
});
