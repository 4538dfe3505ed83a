// Which Application deploys a service: the examples of hand-backs wait for those that the examples' ApplicationSets make.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applicationNames, namespacesOf } from '../../plugin/handback/applications.ts';
import { readHandbackConfig } from '../../plugin/handback/config.ts';
import { generateFiles } from '../../plugin/handback/generate.ts';
import { checkJobs } from '../../plugin/handback/jobs.ts';
import { Failure } from '../../plugin/diagnostics/failure.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { textAt } from './oracle.ts';
import { useArgoCD } from '../tools/argocd-render.ts';

const argocd = useArgoCD();
const examples = readdirSync('examples/handback', { withFileTypes: true }).filter((one) => one.isDirectory());

const config = (lines: string, more = ''): string => `apiVersion: waybill.dev/v1
kind: Handback
ci: jenkins
image: registry.acme.dev/waybill:0.1.0
testImage: registry.acme.dev/tests:1.0.0
argocd: { url: "https://argocd.acme.dev" }
webhook: { url: "https://ci.acme.dev" }
jenkins: { url: "https://jenkins.acme.dev", secret: jenkins-webhook }
${more}
applications:
  - name: shop
    namespace: acme
    sourceRepository: https://github.com/acme/shop
    test: ./test.sh
${lines.replaceAll(/^(?=.)/gmu, '    ')}
`;

function mistakes(text: string, pattern?: string): string[] {
  try {
    const read = readHandbackConfig(text, 'handback.yaml');
    if (pattern !== undefined) generateFiles(pattern, read);
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(({ location, message }) => `${location?.line}: ${message}`);
  }
}

function namesIn(lines: string): { names: string[]; namespaces: string[] } {
  const [application] = readHandbackConfig(config(lines), 'handback.yaml').file.applications;
  if (application === undefined) throw new Error('there is no application');
  return { names: applicationNames(application), namespaces: namespacesOf(application) };
}

describe('the Applications of a service', () => {
  it.each(examples.map(({ name }) => name))('of examples/handback/%s are those of its ApplicationSet', async (name) => {
    const made = await argocd.applications('examples/deployments/applicationset.yaml');
    const known = made.map((text) => {
      const value = readYaml(text, { file: 'application', duplicateKeys: 'error' })[0]?.value ?? null;
      return `${textAt(value, ['metadata', 'name'])} in ${textAt(value, ['spec', 'destination', 'namespace'])}`;
    });
    const { file } = readHandbackConfig(readFileSync(`examples/handback/${name}/handback.yaml`, 'utf8'), name);
    const waited = file.applications.flatMap((application) => {
      const namespaces = namespacesOf(application);
      return applicationNames(application).map((one, index) => `${one} in ${namespaces[index] ?? ''}`);
    });
    expect(waited).toHaveLength(2);
    expect(known).toEqual(expect.arrayContaining(waited));
  });

  it.each<[string, string, readonly string[], readonly string[]]>([
    ['by default', 'environments: [dev, prod]', ['shop-dev', 'shop-prod'], ['acme']],
    ['by a template', 'application: "{{environment}}.{{ service }}"\nenvironments: [dev]', ['dev.shop'], ['acme']],
    ['by one name', 'application: shop\nenvironments: [dev, prod]', ['shop'], ['acme']],
    [
      'by environment',
      'application: { eu/prod: shop-eu, dev: d }\nenvironments: [dev, eu/prod]',
      ['d', 'shop-eu'],
      ['acme'],
    ],
  ])('are named %s', (_name, lines, names, namespaces) => {
    expect(namesIn(lines)).toEqual({ names, namespaces });
  });

  it.each<[string, string, string]>([
    [
      'environments: [dev, eu/prod]',
      'the Application of shop in eu/prod would be "shop-eu/prod", and none can have that name',
      '15',
    ],
    [
      'environments: [dev, prod]\napplication: { dev: shop }',
      'application does not name the Application of prod',
      '16',
    ],
    ['environments: [dev]\napplication: { dev: shop, prd: x }', 'shop has no environment prd', '16'],
    [
      'environments: [dev]\napplication: "-{{ environment }}"',
      'the Application of shop in dev would be "-dev", and none can have that name',
      '16',
    ],
  ])('must be able to exist: %s', (lines, message, line) => {
    expect(mistakes(config(lines))).toEqual([`${line}: ${message}`]);
  });

  it('deploy one service each', () => {
    const text = `${config('environments: [dev]\napplication: one')}  - { name: cart, application: one, namespace: acme, sourceRepository: "https://github.com/acme/cart", environments: [dev], test: ./t.sh }\n`;
    expect(mistakes(text)).toEqual(['17: cart and shop would both be deployed by the Application one']);
  });
});

describe('the owners of source repositories', () => {
  const lines = 'environments: [dev]';
  const cart =
    '  - { name: cart, namespace: acme, sourceRepository: "https://HOST/acme-platform/cart", environments: [dev], test: ./t.sh }\n';
  it.each<[string, string, string]>([
    ['github', 'github.com', 'github: { organization: acme, appID: 1, installationID: 2 }'],
    ['gitea', 'git.acme.dev', 'gitea: { owner: acme, url: "https://git.acme.dev" }'],
    ['gitlab', 'gitlab.com', 'gitlab: { group: acme }'],
    ['bitbucket', 'bitbucket.org', 'bitbucket: { workspace: acme }'],
  ])('%s: one that the block does not name is an error at its application', (key, host, block) => {
    const text = (config(lines, block) + cart.replace('HOST', host)).replace(
      'github.com/acme/shop',
      `${host}/acme/shop`,
    );
    expect(mistakes(text, 'commit-status')).toEqual([
      `16: deployments of cart would not be reported: ${key} does not name acme-platform`,
    ]);
  });

  it('are not asked for where Argo CD does not report to them', () => {
    const text =
      config(lines, 'github: { organization: acme, appID: 1, installationID: 2 }') + cart.replace('HOST', 'github.com');
    expect(mistakes(text, 'argo-events')).toEqual([]);
  });

  it('can be several at GitHub', () => {
    const block =
      'github: { organization: acme, appID: 1, installationID: 2, organizations: [{ organization: Acme-Platform, installationID: 3 }] }';
    const text = config(lines, block) + cart.replace('HOST', 'github.com');
    const files = generateFiles('commit-status', readHandbackConfig(text, 'handback.yaml'));
    const notifications = files.find(({ path }) => path.endsWith('notifications.yaml'))?.text ?? '';
    const value = readYaml(notifications, { file: 'notifications.yaml', duplicateKeys: 'error' })[0]?.value ?? null;
    expect(valueAt(value, ['github'])).toEqual([
      { organization: 'acme', appID: 1, installationID: 2, privateKey: '$github-privateKey' },
      { organization: 'Acme-Platform', appID: 1, installationID: 3, privateKey: '$github-privateKey' },
    ]);
    expect(notifications).toContain('--merge own.yaml');
    expect(notifications).not.toContain('| kubectl apply -f -');
  });
});

describe('a status of another Application', () => {
  const block = 'gitea: { owner: acme, url: "https://git.acme.dev" }';
  const text = config('environments: [dev, prod]', block).replace('github.com/acme/shop', 'git.acme.dev/acme/shop');
  const read = readHandbackConfig(text, 'handback.yaml');
  const [application] = read.file.applications;
  const request = {
    sender: 'gitea',
    events: ['status'],
    conditions: [],
    facts: { WAYBILL_CONTEXT: ['context'] },
  } as const;
  const script = application ? (checkJobs(read, application, request, true)[0]?.script ?? '') : '';

  it.each([
    ['deployment/cart-dev/dev', 'deployment/cart-dev/dev is about another application\n'],
    ['deployment/shop-prod/dev', 'deployment/shop-prod/dev is about another application\n'],
    ['deployment/shop-dev/qa', 'deployments to qa are not tested\n'],
  ])('%s starts no test', (context, said) => {
    const env = { PATH: process.env['PATH'], WAYBILL_CONTEXT: context, WAYBILL_SOURCE_COMMIT: 'a'.repeat(40) };
    expect(execFileSync('sh', ['-c', script], { env, encoding: 'utf8' })).toBe(said);
  });
});
