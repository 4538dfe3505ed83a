import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { compare, standards } from './compare.ts';
import { readHandbackConfig } from './config.ts';
import { generateFiles, patternNames } from './generate.ts';

const head = `apiVersion: waybill.dev/v1
kind: Handback
ci: github-actions
image: waybill:1
`;
const applications = `applications:
  - name: web
    namespace: shop
    sourceRepository: https://github.com/acme/web
    environments: [production]
    test: ./test.sh
`;

function problems(text: string, pattern = ''): string[] {
  try {
    generateFiles(pattern, readHandbackConfig(text, 'handback.yaml'));
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(
      ({ code, message, location }) => `${location?.line}:${location?.column} ${code}: ${message}`,
    );
  }
}

describe('a mistake in handback.yaml', () => {
  it.each([
    ['', ['1:undefined handback-config: the file is empty']],
    [`${head}${applications}argocd: { ulr: https://a.dev }\n`, ['11:11 handback-config: unknown key "ulr" in argocd']],
    [
      `${head.replace('github-actions', 'github')}applications: []\n`,
      [
        '3:5 handback-config: ci is "github"; expected github-actions, gitlab, jenkins, tekton, circleci or azure-pipelines',
        '5:15 handback-config: applications is an empty list; expected at least one item',
      ],
    ],
    [
      `${head}${applications}${applications.replace('applications:\n', '')}`,
      ['11:11 handback-config: there are two applications web'],
    ],
  ])('%#', (text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  it.each([
    ['argo-events', 'jenkins'],
    ['webhook', 'webhook'],
    ['event-files', 'events'],
    ['three-repositories', 'events'],
    ['commit-status', 'argocd'],
  ])('%s says that it needs %s', (pattern, key) => {
    expect(problems(head + applications, pattern)).toEqual([
      `1:1 handback-missing: the pattern ${pattern} needs ${key}`,
    ]);
  });
});

describe('where source repositories are', () => {
  const at = (repository: string, block: string, ci = 'jenkins') =>
    `${head.replace('github-actions', ci)}${applications.replace('https://github.com/acme/web', repository).replace('[production]', '[production, staging]')}argocd: { url: "https://a.dev" }\ntestImage: tests:1\n${block}\n`;
  const notifications = (text: string): string =>
    generateFiles('commit-status', readHandbackConfig(text, 'handback.yaml')).find(({ path }) =>
      path.endsWith('notifications.yaml'),
    )?.text ?? '';
  const script = (text: string): string =>
    generateFiles('commit-status', readHandbackConfig(text, 'handback.yaml')).find(({ path }) =>
      path.includes('-test-'),
    )?.text ?? '';
  const ghes = 'github: { organization: acme, appID: 1, installationID: 2, enterpriseURL: "https://git.a.dev/api/v3" }';

  it.each([
    ['https://git.a.dev/acme/web', ghes, 'https://git.a.dev/api/v3', 'enterpriseURL: https://git.a.dev/api/v3'],
    ['git@gitlab.com:acme/team/web.git', 'gitlab: { group: acme }', 'https://gitlab.com/api/v4', 'group: acme'],
    [
      'ssh://git@git.a.dev:2222/acme/web',
      'gitlab: { group: acme, url: "https://git.a.dev" }',
      'https://git.a.dev/api/v4',
      'url: https://git.a.dev',
    ],
    [
      'https://bitbucket.org/acme/web',
      'bitbucket: { workspace: acme }',
      'https://api.bitbucket.org/2.0',
      'workspace: acme',
    ],
    [
      'https://git.a.dev:8443/acme/web',
      'gitea: { owner: acme, url: "https://git.a.dev:8443/" }',
      'https://git.a.dev:8443/api/v1',
      'owner: acme',
    ],
  ])('%s is spoken to at its own address', (repository, block, api, line) => {
    const text = at(repository, block);
    expect(script(text)).toContain(`API_URL = '${api}'`);
    expect(notifications(text)).toContain(line);
  });

  it.each([
    [
      'https://gitlab.com/acme/web',
      ghes,
      'jenkins',
      '8:23 handback-missing: https://gitlab.com/acme/web is at no provider that this file names',
    ],
    [
      'https://gitlab.com/acme/web',
      'gitlab: { group: acme }',
      'github-actions',
      '3:5 handback-impossible: only GitHub starts GitHub Actions, so nothing starts the tests',
    ],
    [
      'https://dev.azure.com/acme/web/_git/web',
      'azureDevOps: { organization: acme, project: web }',
      'tekton',
      '3:5 handback-impossible: Azure DevOps sends no events for commit statuses; only its own pipelines can be started by a request to it, so nothing starts the tests',
    ],
    [
      'https://bb.a.dev/scm/acme/web',
      'bitbucket: { project: acme, url: "https://bb.a.dev" }',
      'circleci',
      '3:5 handback-impossible: Bitbucket Data Center sends no events for build statuses, so nothing starts the tests',
    ],
    [
      'https://github.com/acme/web',
      'github: { organization: acme, appID: 1, installationID: 2, startBy: status }',
      'circleci',
      '3:5 handback-impossible: circleci starts at every commit status at GitHub, also at its own, and would never end',
    ],
    [
      'https://bitbucket.org/acme/web',
      'bitbucket: { workspace: acme }',
      'azure-pipelines',
      '3:5 handback-impossible: azure-pipelines starts at every build status at Bitbucket, also at its own, unless it waits for one name',
    ],
  ])('%s with %s and %s is refused', (repository, block, ci, problem) => {
    expect(problems(at(repository, block, ci), 'commit-status')).toEqual([problem]);
  });

  it('has receivers of their own for applications in projects of their own', () => {
    const own = applications.replace('test:', 'webhookURL: "https://ci.a.dev/2?token=$two"\n    test:');
    const text = `${head.replace('github-actions', 'circleci')}${applications}${own.replace('applications:\n', '').replace('name: web', 'name: api')}argocd: { url: "https://a.dev" }\ntestImage: tests:1\nwebhook: { url: "https://ci.a.dev/1?token=$one" }\n`;
    const [notifications] = generateFiles('webhook', readHandbackConfig(text, 'handback.yaml'));
    expect(notifications?.text).toContain('- name: tests\n  url: https://ci.a.dev/1?token=$one\n');
    expect(notifications?.text).toContain('- name: tests-api\n  url: https://ci.a.dev/2?token=$two\n');
  });

  it('has no image without the programs that its jobs call', () => {
    const text = at('https://gitlab.com/acme/web', 'gitlab: { group: acme }').replace('testImage: tests:1\n', '');
    expect(problems(text, 'commit-status')).toEqual([
      '1:1 handback-missing: the pattern commit-status needs testImage here',
    ]);
  });

  it('has no Argo Events for another CI than Jenkins', () => {
    const text = at('https://gitlab.com/acme/web', 'jenkins: { url: "https://ci.a.dev", secret: jenkins }', 'tekton');
    expect(problems(text, 'argo-events')).toEqual([
      '3:5 handback-impossible: Argo Events calls Jenkins here, and ci is tekton',
    ]);
  });

  it('has no scan that nobody is told of', () => {
    const text = `${head}${applications}    scan: trivy fs .\nargocd: { url: "https://a.dev" }\nwebhook: { url: "https://ci.a.dev" }\n`;
    expect(problems(text, 'webhook')).toEqual(['11:11 handback-missing: the scan of web is not reported']);
  });
});

describe('compare', () => {
  const best = (needs: Parameters<typeof compare>[0]) => compare(needs).recommended?.pattern.name;

  it('recommends commit statuses when nothing is special', () => {
    expect(best({ weights: {} })).toBe('commit-status');
  });

  it('recommends another pattern to whom a history is worth the effort', () => {
    expect(best({ weights: { audit: 'high', effort: 'low', latency: 'low' } })).toBe('three-repositories');
  });

  it.each(standards)('recommends nothing that %s excludes', (standard) => {
    const { judged, recommended, why } = compare({ weights: {}, standard });
    expect(recommended?.excluded).toEqual([]);
    expect(judged.flatMap(({ excluded }) => excluded).length).toBeGreaterThan(0);
    expect(why.length).toBeGreaterThan(1);
  });

  it.each(['financial', 'government'] as const)('%s wants a history and no path into CI', (standard) => {
    const left = compare({ weights: {}, standard }).judged.filter(({ excluded }) => excluded.length === 0);
    expect(left.map(({ pattern }) => pattern.name).toSorted()).toEqual(['event-files', 'three-repositories']);
  });

  it.each([
    [{ ci: 'github-actions', provider: 'gitlab' }, ['argo-events', 'commit-status', 'webhook']],
    [{ ci: 'jenkins', provider: 'azure-devops' }, ['commit-status']],
    [{ ci: 'azure-pipelines', provider: 'azure-devops' }, ['argo-events']],
    [{ provider: 'bitbucket-data-center' }, ['commit-status']],
    [{ provider: 'gitea' }, []],
  ] as const)('%j leaves out what cannot work', (setup, expected) => {
    const out = compare({ weights: {}, setup }).judged.filter(({ excluded }) => excluded.length > 0);
    expect(out.map(({ pattern }) => pattern.name).toSorted()).toEqual(expected);
  });

  it('knows that CI at the Git provider needs no path of its own', () => {
    const path = (setup: Parameters<typeof compare>[0]['setup']) =>
      compare({ weights: {}, ...(setup && { setup }) }).judged.find(({ pattern }) => pattern.name === 'webhook')
        ?.networkPath;
    expect([
      path(undefined),
      path({ ci: 'gitlab', provider: 'gitlab' }),
      path({ ci: 'jenkins', provider: 'gitlab' }),
    ]).toEqual([true, false, true]);
  });

  it('judges every pattern', () => {
    const names = compare({ weights: {} }).judged.map(({ pattern }) => pattern.name);
    expect(names.toSorted()).toEqual(patternNames.toSorted());
  });
});
