/**
 * Forged records on the real engine: with `trust`, nothing that an Application may not report to leaves the controller,
 * and the operator sees that it was held back.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import { readNotificationsConfig } from '../../plugin/notifications/generate/config.ts';
import { generate } from '../../plugin/notifications/generate/generate.ts';
import { heldBack } from '../../plugin/notifications/generate/held-back.ts';
import { withoutTrust } from '../../plugin/notifications/generate/trust.ts';
import type { JsonObject } from '../../plugin/resources/json.ts';
import { accepted, disturbances, sent } from '../conformance/sent-requests.ts';
import { startTestEngine } from '../tools/engine.ts';

const head = `
apiVersion: waybill.dev/v1
kind: Notifications
argocdURL: https://argocd.acme.dev
github:
  - { organization: acme, appID: 1, installationID: 2, privateKey: $acme-key }
  - { organization: beta, appID: 1, installationID: 3, privateKey: $beta-key }
`;
const trust = `
trust:
  - { projects: [team-a], namespaces: [argocd], repositories: ["acme/team-a-*", acme/shared], environments: ["*"] }
  - { projects: ["team-b*"], repositories: ["acme/team-b"], environments: [staging, "pr-*"] }
`;
const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';

interface Attempt {
  readonly record: string;
  readonly project?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** What the controller's memory already says; whoever may write the Application can write that. */
  readonly annotation?: string;
}

function application({
  record,
  project = 'team-a',
  namespace = 'argocd',
  name = 'web',
  annotation,
}: Attempt): JsonObject {
  const revision = 'a'.repeat(40);
  const entry = { kind: 'ConfigMap', name: record, namespace: 'web', version: 'v1', status: 'Synced' };
  const annotations = annotation === undefined ? {} : { 'notified.notifications.argoproj.io': annotation };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace, annotations, finalizers: ['resources-finalizer.argocd.argoproj.io'] },
    spec: { project, source: { repoURL: 'https://git.example/m.git', path: '.' }, syncPolicy: { automated: {} } },
    status: {
      reconciledAt: '2026-03-02T08:59:58Z',
      sync: { status: 'Synced', revision },
      health: { status: 'Healthy', lastTransitionTime: '2026-03-02T08:59:57Z' },
      resources: [entry],
      operationState: {
        phase: 'Succeeded',
        startedAt: '2026-03-02T08:59:50Z',
        finishedAt: '2026-03-02T08:59:55Z',
        operation: { sync: { revision } },
        syncResult: { revision, resources: [entry] },
      },
    },
  };
}

let engine: Engine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

async function play(attempt: Attempt, rules = trust) {
  const settings = generate(readNotificationsConfig(`${head}${rules}`, 'notifications.yaml'));
  const put = application(attempt);
  const report = await engine.run({
    configMap: Object.fromEntries(settings),
    fillSecret: true,
    start: '2026-03-02T09:00:00Z',
    controller: { applicationNamespaces: ['*'] },
    steps: [{ at: 0, put: [put] }, { at: 1 }, { at: 65 }, { at: 130 }],
  });
  const requests = sent(report);
  const states = accepted(requests, 'deployment-status').map(
    ({ request: { call } }) => `${call?.repository} ${call?.state}`,
  );
  // Argo CD looks for the project, which is not there, for each template.
  const others = (lines: string[]): string[] => lines.filter((line) => !line.startsWith('Failed to get AppProject'));
  const log = others(disturbances(report));
  const later = others(disturbances({ ...report, steps: report.steps.slice(-2) }));
  return { requests, states, log, later };
}

/** What `validate --applications` says. */
function held({ record, project = 'team-a', namespace = 'argocd', name = 'web' }: Attempt) {
  const { file } = readNotificationsConfig(`${head}${trust}`, 'notifications.yaml');
  return heldBack(file.trust ?? [], { name, namespace, project, records: [record] });
}

const field = (owner: string, repository: string, environment = 'staging', name = 'web'): string =>
  `waybill.${owner}.${repository}.${environment}.${name}.${commit}`;

describe('trust', () => {
  it.each<[string, Attempt, string]>([
    ['a repository that a pattern allows', { record: field('acme', 'team-a-api') }, 'acme/team-a-api'],
    ['a repository that is named', { record: field('acme', 'shared') }, 'acme/shared'],
    ['a project by pattern', { record: field('acme', 'team-b', 'pr-17'), project: 'team-b2' }, 'acme/team-b'],
    [
      'any namespace where none is named',
      { record: field('acme', 'team-b'), project: 'team-b', namespace: 'x' },
      'acme/team-b',
    ],
    ['a name with a dot', { record: field('acme', 'shared', 'staging', 'web.0eu'), name: 'web.eu' }, 'acme/shared'],
    [
      'a name that begins with a digit',
      { record: field('acme', 'shared', 'staging', 'x1web'), name: '1web' },
      'acme/shared',
    ],
  ])('reports %s', async (_what, attempt, repository) => {
    expect(held(attempt)).toEqual([]);
    const { states, log } = await play(attempt);
    expect(states).toEqual([`${repository} success`]);
    expect(log).toEqual([]);
  });

  it.each<[string, Attempt]>([
    ['a foreign owner', { record: field('beta', 'api') }],
    ['a foreign repository', { record: field('acme', 'team-b') }],
    ['a repository whose name only ends like one of ours', { record: field('acme', 'xteam-a-api') }],
    ['a repository whose name only begins like one of ours', { record: field('acme', 'shared-secrets') }],
    ['a foreign project', { record: field('acme', 'team-a-api'), project: 'team-c' }],
    ['a project whose name contains ours', { record: field('acme', 'shared'), project: 'xteam-a' }],
    ['no project', { record: field('acme', 'shared'), project: '' }],
    ['a foreign namespace', { record: field('acme', 'shared'), namespace: 'team-a' }],
    ['a foreign environment', { record: field('acme', 'team-b', 'production'), project: 'team-b' }],
    [
      'an environment in two fields',
      { record: `waybill.acme.team-b.staging.production.web.${commit}`, project: 'team-b' },
    ],
    ['a foreign application', { record: field('acme', 'shared', 'staging', 'api') }],
    ['an application that only ends like ours', { record: field('acme', 'shared', 'staging', 'my-web') }],
    ['an application with another field before it', { record: field('acme', 'shared', 'staging', 'api.web') }],
    ['an escaped dot before our name', { record: field('acme', 'shared', 'staging', 'api.0web') }],
    ['an owner with a slash', { record: field('acme.3x', 'shared') }],
    ['a repository behind a slash', { record: field('acme', 'team-b.3team-a-api') }],
    ['an x that hides the owner', { record: field('xacme', 'shared') }],
    ['an unknown escape', { record: field('acme', 'team-a-.9api') }],
    ['a repository that climbs', { record: field('acme', 'team-a-x.3.0.0.3payments') }],
    ['a repository that climbs to another owner', { record: field('acme', 'team-a-x.3.0.0.3.0.0.3beta.3api') }],
    ['a repository with a slash', { record: field('acme', 'team-a-x.3y') }],
    ['a repository with a step in place', { record: field('acme', 'team-a-x.3.0') }],
    ['too few fields', { record: `waybill.acme.shared.web.${commit}` }],
    ['capital letters', { record: field('Acme', 'Shared') }],
    ['a prefix of kustomize', { record: `prefix-${field('acme', 'team-b')}` }],
    ['a suffix of kustomize', { record: `${field('acme', 'team-b')}-8t2m9k` }],
    [
      'quotes that would write a note',
      { record: `waybill."waybill/0/000001/success/x//${field('beta', 'api')}/.${commit}` },
    ],
    [
      'a note written by hand',
      {
        record: field('acme', 'team-c'),
        annotation: JSON.stringify({
          [`waybill/0/999998/success/x//${field('beta', 'api')}/:waybill:[0].h:acme:`]: 1772442000,
        }),
      },
    ],
  ])('sends nothing for %s', async (_what, attempt) => {
    expect(held(attempt)).toHaveLength(1);
    const { requests } = await play(attempt);
    expect(requests.filter(({ request }) => !request.url.endsWith('/access_tokens'))).toEqual([]);
  });

  it('says to the operator what it held back, once', async () => {
    const { log, later } = await play({ record: field('beta', 'api') });
    expect(log.join('\n')).toContain('a record of this Application is not reported');
    expect(later).toEqual([]);
  });

  it('reports everybody without rules, and says what that means', async () => {
    const { states } = await play({ record: field('beta', 'api'), project: 'team-c' }, '');
    expect(states).toEqual(['beta/api success']);
    const config = (rules: string) => readNotificationsConfig(`${head}${rules}`, 'notifications.yaml');
    expect(withoutTrust(config(''), 'notifications.yaml')?.code).toBe('notifications-trust');
    expect(withoutTrust(config(trust), 'notifications.yaml')).toBeUndefined();
  });
});
