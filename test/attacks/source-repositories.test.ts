import { describe, expect, it } from 'vitest';
import { type Attempt, deployment, hostileTenant, lockOf, waybill } from './tenant.ts';

// Nobody speaks for somebody else's repository, whatever makes the record.
const attempt = hostileTenant();

const policy = `sourceRepositories:
  - { projects: [team-a], namespaces: [shop, "shop-*"], repositories: ["github.com/acme/team-a-*", "GitLab.com/acme/sub/*"] }
  - { projects: [team-b], repositories: ["*"] }
  - { repositories: [github.com/acme/shared] }`;

const commit = 'b2'.repeat(20);
const recordName = (owner: string, repository: string): string =>
  `waybill.${owner}.${repository}.production.shop.${commit}`;
const record = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "${name}", labels: { app.kubernetes.io/managed-by: waybill } }\n${more}`;
const content = (repository: string): string =>
  `data: { deployment.json: '{"source": {"repository": "${repository}", "commit": "${commit}"}}' }\n`;
const victim = record(recordName('acme', 'payments'));
const kustomize =
  'apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { kustomize: k }\nenvironments: { production: {} }\n';

describe('a lock', () => {
  const rendered = (url: string, more: Partial<Attempt> = {}) =>
    attempt({
      policy,
      files: { 'waybill.yaml': waybill(), 'web.yaml': deployment, 'locks/production.yaml': lockOf(url) },
      ...more,
    });

  it.each([
    'https://github.com/acme/team-a-web',
    'https://github.com/acme/team-a-web.git',
    'https://GitHub.com/Acme/Team-A-Web/',
    'git@github.com:acme/team-a-web.git',
    'ssh://git@github.com:22/acme/team-a-web',
    'ssh://git@ssh.github.com:443/acme/team-a-web.git',
    'https://token@gitlab.com/acme/sub/sub/web.git',
    'https://github.com/acme/shared',
  ])('may name %s', async (url) => {
    const { code, stderr } = await rendered(url);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it.each([
    'https://github.com/acme/payments',
    'git@github.com:other/team-a-web.git',
    'https://evil.example/acme/team-a-web',
    'https://github.com.evil.example/acme/team-a-web',
    'https://github.com@evil.example/acme/team-a-web',
    'https://github.com/acme/team-a-web/../payments',
    'https://github.com/acme/team-a-web%2F..%2Fpayments',
    'https://github.com/acme/team-a-web/%2e%2e/payments',
    'https://github.com/acme/team-a-x%3F/../payments',
    'git@github.com:acme/team-a-web/../payments',
    'https://github.com/acme/team-a-web%5c..%5cpayments',
    'https://github.com/acme/team-b-web',
    '../team-a-web',
  ])('may not name %s', async (url) => {
    const { code, stdout, codes } = await rendered(url);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(codes[0]).toMatch(/^(?:policy-source-repository|record-repository)$/u);
  });

  it('is told with its line, the project, and what is allowed', async () => {
    const { stderr } = await rendered('https://user:pa55@github.com/acme/payments');
    expect(stderr).toMatch(
      /^app\/locks\/production\.yaml:7:13: error\[policy-source-repository\]: project team-a may not report to https:\/\/github\.com\/acme\/payments\n/u,
    );
    expect(stderr).toContain(
      'Source repositories it may report to: github.com/acme/team-a-*, gitlab.com/acme/sub/*, github.com/acme/shared.',
    );
    expect(stderr.replaceAll(/^ +\d+ \|.*$/gmu, '')).not.toContain('pa55');
  });

  it.each([
    ['another project', { ARGOCD_APP_PROJECT_NAME: 'team-c' }],
    ['an unknown project', { ARGOCD_APP_PROJECT_NAME: '' }],
    ['another namespace', { ARGOCD_APP_NAMESPACE: 'payments' }],
    ['an unknown namespace', { ARGOCD_APP_NAMESPACE: undefined }],
  ])('of %s may not', async (_name, env) => {
    const files = {
      'waybill.yaml': waybill('namespace: shop\n'),
      'web.yaml': deployment,
      'locks/production.yaml': lockOf('https://github.com/acme/team-a-web'),
    };
    const { stdout, codes } = await attempt({ policy, files, env });
    expect(stdout).toBe('');
    expect(codes[0]).toBe('policy-source-repository');
  });

  it('without the policy key names what it likes', async () => {
    expect((await rendered('https://github.com/acme/payments', { policy: '' })).code).toBe(0);
  });

  it('names nobody when no rule is for its project', async () => {
    const { stderr } = await rendered('https://github.com/acme/x', { policy: 'sourceRepositories: []' });
    expect(stderr).toContain('It may report to no source repository.');
  });
});

describe('others who name a repository', () => {
  it.each<[string, Attempt['files'], Partial<Attempt>]>([
    [
      'a lock whose image an override replaces',
      {
        'waybill.yaml': waybill(),
        'web.yaml': deployment,
        'locks/production.yaml': lockOf('https://github.com/acme/payments'),
      },
      { images: ['ghcr.io/acme/web=:2'] },
    ],
    [
      'sourceRepository',
      {
        'waybill.yaml': waybill(
          `images: [{ name: ghcr.io/acme/web, sourceRepository: "https://github.com/acme/payments", commitFromTag: "{commit}" }]\n`,
        ),
        'web.yaml': deployment.replace('web:1', `web:${commit}`),
      },
      {},
    ],
    [
      'sourceRepository, without a record',
      {
        'waybill.yaml': waybill(
          `stamp: { record: false }\nimages: [{ name: ghcr.io/acme/web, sourceRepository: "https://github.com/acme/payments" }]\n`,
        ),
        'web.yaml': deployment,
      },
      {},
    ],
    ['a record by hand', { 'waybill.yaml': waybill(), 'r.yaml': victim }, {}],
    [
      'a record in a list',
      {
        'waybill.yaml': waybill(),
        'r.yaml': `apiVersion: v1\nkind: List\nitems:\n  - ${victim.trimEnd().replaceAll('\n', '\n    ')}\n`,
      },
      {},
    ],
    [
      'a record as an additional resource',
      {
        'waybill.yaml':
          'apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { manifests: base }\nenvironments: { production: { resources: [r.yaml] } }\n',
        'base/web.yaml': deployment,
        'r.yaml': victim,
      },
      {},
    ],
    [
      'a record of a group of its own',
      { 'waybill.yaml': waybill(), 'r.yaml': victim.replace('v1', 'acme.dev/v1') },
      {},
    ],
    [
      'a ConfigMap that an overlay renames',
      {
        'waybill.yaml': waybill(
          `overlays: [{ target: { name: z }, set: { metadata.name: "${recordName('acme', 'payments')}" } }]\n`,
        ),
        'z.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: z }\n',
      },
      {},
    ],
    [
      'a Secret that becomes a ConfigMap',
      {
        'waybill.yaml': waybill('overlays: [{ target: { kind: Secret }, set: { kind: ConfigMap } }]\n'),
        'r.yaml': victim.replace('ConfigMap', 'Secret'),
      },
      {},
    ],
    [
      "kustomize's name prefix and suffix",
      {
        'waybill.yaml': kustomize,
        'k/kustomization.yaml': `namePrefix: waybill.acme.\nnameSuffix: .production.shop.${commit}\nresources: [z.yaml]\n`,
        'k/z.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: payments }\n',
      },
      {},
    ],
    [
      "kustomize's generator",
      {
        'waybill.yaml': kustomize,
        'k/kustomization.yaml': `generatorOptions: { disableNameSuffixHash: true }\nconfigMapGenerator: [{ name: ${recordName('acme', 'payments')}, literals: [a=b] }]\n`,
      },
      {},
    ],
    [
      "a chart's template",
      {
        'waybill.yaml':
          'apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { helm: { chart: chart } }\nenvironments: { production: {} }\n',
        'chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n',
        'chart/templates/r.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ printf "waybill.acme.payments.production.shop.%s" "${commit}" }} }\n`,
      },
      {},
    ],
    [
      'generateName',
      {
        'waybill.yaml': waybill(),
        'r.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { generateName: waybill.acme.payments.production.shop.${commit.slice(5)} }\n`,
      },
      {},
    ],
    [
      'a record in upper case',
      { 'waybill.yaml': waybill(), 'r.yaml': record(recordName('acme', 'payments').toUpperCase()) },
      {},
    ],
    [
      'a record that leads elsewhere by dots',
      { 'waybill.yaml': waybill(), 'r.yaml': record(recordName('acme', 'team-a-x.3.0.0.3payments')) },
      {},
    ],
    [
      'a record with a field too many',
      { 'waybill.yaml': waybill(), 'r.yaml': record(`waybill.acme.payments.team-a-x.production.shop.${commit}`) },
      {},
    ],
    [
      "a record whose content is of a repository of one's own",
      {
        'waybill.yaml': waybill(),
        'r.yaml': record(recordName('acme', 'payments'), content('https://github.com/acme/team-a-web')),
      },
      {},
    ],
    [
      'a record whose content is of another host',
      {
        'waybill.yaml': waybill(),
        'r.yaml': record(recordName('acme', 'team-a-web'), content('https://evil.example/acme/team-a-web')),
      },
      {},
    ],
    [
      'a record with a name that is escaped otherwise',
      { 'waybill.yaml': waybill(), 'r.yaml': record(recordName('acme', 'xteam-a-web')) },
      {},
    ],
  ])('%s: refused', async (_name, files, more) => {
    const { code, stdout, codes } = await attempt({ policy, files, ...more });
    expect({ code, stdout, codes }).toEqual({ code: 1, stdout: '', codes: ['policy-source-repository'] });
  });

  it.each<[string, string]>([
    ['its name alone', record(recordName('acme', 'team-a-web'))],
    ['its content too', record(recordName('acme', 'team-a-web'), content('git@github.com:Acme/Team-A-Web.git'))],
    ['a ConfigMap that is no record', record('waybill.acme.payments')],
    ['a Secret of that name', victim.replace('ConfigMap', 'Secret')],
  ])("a record of one's own repository by hand passes: %s", async (_name, text) => {
    const { code, stderr } = await attempt({ policy, files: { 'waybill.yaml': waybill(), 'r.yaml': text } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
