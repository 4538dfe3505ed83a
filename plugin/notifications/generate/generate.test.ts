import { describe, expect, it } from 'vitest';
import { Failure } from '../../diagnostics/failure.ts';
import { formatDiagnostics } from '../../diagnostics/format.ts';
import { valueAt } from '../../resources/pointer.ts';
import { readYaml } from '../../yaml/read.ts';
import { readSettings } from '../checking/settings.ts';
import { readNotificationsConfig } from './config.ts';
import { formats } from './formats/formats.ts';
import { generate } from './generate.ts';
import { merge } from './merge.ts';
import { leftBehind } from './own-manifest.ts';
import type { Settings } from './settings.ts';

const head = 'apiVersion: waybill.dev/v1\nkind: Notifications\nargocdURL: https://argocd.acme.dev/\n';
const acme = '{ organization: acme, appID: 1, installationID: 2, privateKey: $github-privateKey }';

function made(yaml: string): Settings {
  return generate(readNotificationsConfig(`${head}${yaml}`, 'notifications.yaml'));
}

/** The first line of each error. */
function errors(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map((one) => formatDiagnostics([one], () => undefined).split('\n')[0] ?? '');
  }
  return [];
}

describe('notifications generate', () => {
  it('reports deployments and commit statuses of three repositories by default', () => {
    expect([...made(`github: [${acme}]`).keys()]).toEqual([
      'context',
      'service.github.acme',
      'subscriptions',
      'template.waybill-github-commit-status',
      'template.waybill-github-deployment',
      'template.waybill-given-up',
      'template.waybill-no-room',
      'template.waybill-note',
      'trigger.waybill',
      'trigger.waybill-0-acme',
      'trigger.waybill-0-acme-status',
      'trigger.waybill-1-acme',
      'trigger.waybill-1-acme-status',
      'trigger.waybill-2-acme',
      'trigger.waybill-2-acme-status',
      'trigger.waybill-3-acme',
      'trigger.waybill-3-acme-status',
    ]);
  });

  it('gives the same bytes for the same configuration', () => {
    const write = (): string => formats.write('configmap', made(`github: [${acme}]`));
    expect(write()).toBe(write());
  });

  it('stays below 256 KiB for three organisations with three repositories each', () => {
    const organizations = ['acme', 'beta', 'gamma'].map((one) => acme.replace('acme', one)).join(', ');
    const text = formats.write('configmap', made(`github: [${organizations}]\nreport: { maxRepositories: 3 }`));
    expect(Buffer.byteLength(text)).toBeLessThan(256 * 1024);
  });

  it('tells no deployment in a commit status context of its own making', () => {
    const template = made(
      `github: [${acme}]\nreport: { commitStatus: { context: "{{ environment }}: 100% {{application}}" } }`,
    ).get('template.waybill-github-commit-status');
    expect(template).toContain('(printf "%s: 100%% %s" $environment $application)');
  });

  it('never shows a secret that was pasted', () => {
    const yaml = `github: [${acme.replace('$github-privateKey', 'TOPSECRET')}]\nslack: { token: TOPSECRET, channels: [] }`;
    const found = errors(() => made(yaml));
    expect(found.join()).not.toContain('TOPSECRET');
    expect(found).toEqual([
      'notifications.yaml: error[notifications-config]: line 4: github[0].privateKey is no reference to a key of the Secret, such as $privateKey',
      'notifications.yaml: error[notifications-config]: line 5: slack.token is no reference to a key of the Secret, such as $token',
      'notifications.yaml: error[notifications-config]: line 5: slack.channels is an empty list; expected at least one item',
    ]);
  });

  it.each([
    ['a header', 'headers: { Authorization: "Bearer TOPSECRET" }', 'webhooks[0].headers.Authorization holds a secret'],
    ['a header of its own', 'headers: { X-Api-Key: TOPSECRET }', 'webhooks[0].headers.X-Api-Key holds a secret'],
    ['an address', 'headers: {}', 'webhooks[0].url holds a password', 'https://me:TOPSECRET@b.dev'],
  ])('never shows a secret that was pasted into %s', (_, headers, expected, url = 'https://b.dev') => {
    const found = errors(() => made(`webhooks:\n  - name: a\n    url: ${url}\n    ${headers}`));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
    expect(found[0]).not.toContain('TOPSECRET');
  });

  it('takes secrets by reference in headers and addresses', () => {
    const headers = '{ Authorization: "Bearer $audit-token", X-Source: argocd }';
    const url = 'https://me:$audit-password@b.dev/?token=$audit-token';
    expect(errors(() => made(`webhooks: [{ name: a, url: "${url}", headers: ${headers} }]`))).toEqual([]);
  });

  it.each([
    [
      'webhooks: [{ name: a, url: "https://a/{{application}}" }]',
      '4:28: error[notifications-template]: webhooks[0].url has {{ }}',
    ],
    ['webhooks: [{ name: a, url: "https://a", headers: { X-App: "{{ .app }}" } }]', 'headers.X-App has {{ }}'],
    [
      'webhooks: [{ name: a, url: "https://a", headers: { "X-App ": b } }]',
      '4:52: error[notifications-config]: "X-App " is no name',
    ],
    ['webhooks: [{ name: a, url: "https://a", headers: { "": b } }]', '"" is no name of an HTTP header'],
    [
      'webhooks: [{ name: a, url: "https://a", headers: { X-App: "a\\nb" } }]',
      'webhooks[0].headers.X-App has a line break',
    ],
    [
      'slack: { token: $t, channels: [{ channel: "a\\0" }] }',
      'slack.channels[0].channel has the control character U+0000',
    ],
    [`github: [${acme}]\nreport: { commitStatus: { context: "a/{{ application }} " } }`, 'with a blank at its edge'],
    [
      `github: [${acme}]\nreport:\n  repositoryDispatch:\n    eventType: |\n      deployed\n`,
      'eventType has a line break',
    ],
    [`github: [${acme}]\nenvironments: { prod: { url: "https://a\\n" } }`, 'environments.prod.url has a line break'],
    ['gitea: [{ owner: a, url: "https://git.dev/?x=1", token: $t }]', 'gitea[0].url has a query (?)'],
    ['gitlab: [{ group: a, url: "https://git.dev/#top", token: $t }]', 'gitlab[0].url has a fragment (#)'],
    ['azureDevOps: [{ organization: a, project: "b ", token: $t }]', 'azureDevOps[0].project is "b ", with a blank'],
  ])('refuses a text that would never work: %s', (yaml, expected) => {
    const found = errors(() => made(yaml));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  it.each<[string, string[]]>([
    ['githb: []', ['notifications.yaml:4:1: error[notifications-config]: unknown key "githb"']],
    ['slack: { token: $slack, channels: [] }', []],
    [`github: [${acme}, ${acme.replace('acme', 'ACME')}]`, ['"acme" is here a second time (first in line 4)']],
    [
      `github: [${acme}]\ngitea: [{ owner: Acme, url: "https://git.acme.dev", token: $gitea }]`,
      ['"acme" is here a second time (first in line 4)'],
    ],
    ['github: [{ organization: acme }]', ['appID', 'installationID', 'privateKey']],
    [
      `github: [${acme.replace('$github-privateKey', '"-----BEGIN RSA PRIVATE KEY-----"')}]`,
      ['is no reference to a key of the Secret'],
    ],
    [`github: [${acme.replace('acme', 'ac.me')}]`, ['a name that GitHub allows']],
    [`github: [${acme}]\nenvironments: { production: {} }`, ['environments.production']],
    [`github: [${acme}]\nenvironments: { production: { url: "acme.dev" } }`, ['https:// or http://']],
    [
      `github: [${acme}]\nenvironments: { production: { url: "https://{{ app }}.dev" } }`,
      ['notifications.yaml:5:36: error[notifications-template]: the URL of production uses "app"'],
    ],
    [
      'gitlab: [{ group: acme, token: $t }, { group: acme/shop, token: $t }]',
      ['notifications.yaml:4:47: error[notifications-config]: "acme/shop" is below "acme", which is listed'],
    ],
    ['gitlab: [{ group: a/b, token: $t }, { group: a-b, token: $u }]', ['two receivers would have the same name:']],
    [
      `github: [${acme}]\napplications: { selector: "a=b=c" }`,
      [
        'notifications.yaml:5:27: error[notifications-config]: the selector cannot be read: found "=", expected "," or the end',
      ],
    ],
    [
      'github: [{ organization: slack, appID: 1, installationID: 2, privateKey: $k }]\nslack: { token: $t, channels: [{ channel: a }] }',
      ['service.github.slack and service.slack would have the same name: slack'],
    ],
    ['{}', []],
    ['report: {}', ['nothing receives statuses or messages']],
    [
      `github: [${acme}]\nenvironments: { production: { transient: false } }\nwebhooks: [{ name: a, url: "https://a", environments: [prod] }]`,
      ['notifications.yaml:6:56: error[notifications-config]: there is no rule for the environment "prod"'],
    ],
  ])('%s', (yaml, expected) => {
    const found = errors(() => made(yaml));
    if (expected.length > 0) expect(found).toHaveLength(expected.length);
    else expect(found).not.toEqual([]);
    for (const [index, part] of expected.entries()) expect(found[index]).toContain(part);
  });
});

describe('--merge', () => {
  const own = (data: string): ReturnType<typeof readSettings> =>
    readSettings(`kind: ConfigMap\nmetadata: { name: argocd-notifications-cm }\ndata:\n${data}`, 'own.yaml');

  it('keeps what is there and joins subscriptions and context', () => {
    const settings = made(`github: [${acme}]`);
    const merged = merge(
      settings,
      own(
        '  template.mine: "message: x"\n  context: "team: a"\n  subscriptions: |\n    - { recipients: [slack:x], triggers: [mine] }\n',
      ),
    );
    expect(merged.get('template.mine')).toBe('message: x');
    expect(merged.get('context')).toBe('team: a\nargocdUrl: https://argocd.acme.dev\n');
    expect(merged.get('subscriptions')).toMatch(
      /^- recipients:\n {2}- slack:x\n {2}triggers:\n {2}- mine\n- recipients:\n {2}- acme\n/u,
    );
    expect([...settings.keys()].every((key) => merged.has(key))).toBe(true);
  });

  it('replaces what it wrote before', () => {
    const before = readSettings(formats.write('configmap', made(`github: [${acme}]`)), 'own.yaml');
    const after = made(`github: [${acme}]\nreport: { maxRepositories: 1, commitStatus: false }`);
    expect(Object.fromEntries(merge(after, before))).toEqual(Object.fromEntries(after));
  });

  const labelled = [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata:',
    '  name: argocd-notifications-cm',
    '  namespace: gitops',
    '  labels: { app.kubernetes.io/part-of: argocd }',
    '  annotations: { argocd.argoproj.io/sync-wave: "-1", kubectl.kubernetes.io/last-applied-configuration: "{}" }',
    '  resourceVersion: "7"',
    '  uid: 7c1',
    'data: { context: "team: a" }',
    'binaryData: { x: eA== }',
    '---',
    'apiVersion: v1',
    'kind: Secret',
    'metadata: { name: argocd-notifications-secret }',
    '',
  ].join('\n');

  it('keeps the metadata of the ConfigMap, without what the API server writes', () => {
    const mine = readSettings(labelled, 'own.yaml');
    const merged = merge(made(`github: [${acme}]`), mine);
    const [configMap] = readYaml(formats.write('configmap', merged, mine), { file: 'out', duplicateKeys: 'error' });
    expect(configMap?.value).toMatchObject({ binaryData: { x: 'eA==' } });
    expect(valueAt(configMap?.value ?? null, ['metadata'])).toEqual({
      name: 'argocd-notifications-cm',
      namespace: 'gitops',
      labels: { 'app.kubernetes.io/part-of': 'argocd' },
      annotations: { 'argocd.argoproj.io/sync-wave': '-1' },
    });
    expect(formats.write('kustomize', merged, mine)).toContain('app.kubernetes.io/part-of: argocd');
    // Without --merge nothing changes.
    expect(formats.write('configmap', merged)).toContain(
      'metadata:\n  name: argocd-notifications-cm\n  namespace: argocd\ndata:',
    );
  });

  it('says what of the file is not in the output', () => {
    const mine = readSettings(labelled, 'own.yaml');
    const said = (format: (typeof formats.names)[number], of = mine): string | undefined =>
      leftBehind(of, format)?.message;
    expect(said('configmap')).toBe('own.yaml also has Secret argocd-notifications-secret: the output does not');
    expect(said('kustomize')).toBe(
      'own.yaml also has Secret argocd-notifications-secret, binaryData: the output does not',
    );
    expect(said('helm-values')).toBe(
      'own.yaml also has Secret argocd-notifications-secret, labels and annotations of the ConfigMap, binaryData: the output does not',
    );
    const patches = readSettings(
      'kind: Kustomization\nresources: [a]\npatches:\n- patch: |\n    metadata: { name: argocd-notifications-cm }\n    data: { context: "a: b" }\n- path: other.yaml\n',
      'k.yaml',
    );
    expect(said('kustomize', patches)).toBe('k.yaml also has resources, 1 more patch: the output does not');
    expect(said('configmap', own('  context: "a: b"\n'))).toBeUndefined();
  });

  it('fails on a clash, with the place', () => {
    const clashing = own('  service.github.acme: "appID: 7"\n  context: "argocdUrl: https://other"\n');
    expect(errors(() => merge(made(`github: [${acme}]`), clashing))).toEqual([
      'own.yaml:4:3: error[notifications-clash]: service.github.acme is there already, with another text',
      'own.yaml:5:3: error[notifications-clash]: context is there already, with another argocdUrl',
    ]);
  });
});
