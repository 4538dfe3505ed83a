/**
 * What people and programs are told, and how often: problems in recorded lives of real Applications, and the messages
 * of every service.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import { replaySteps } from '../../plugin/notifications/replay/steps.ts';
import { recordName } from '../../plugin/record/name.ts';
import type { JsonObject } from '../../plugin/resources/json.ts';
import { loadRecording } from '../conformance/recordings.ts';
import type { ScenarioBuilder } from '../conformance/scenario-builder.ts';
import { startTestEngine } from '../tools/engine.ts';
import { acme, commitOf, disturbances, play, requestsTo, settingsOf } from './harness.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

const kinds = '[sync-failed, hook-failed, image-pull, degraded, out-of-sync, render-error, recovered]';
const watcher = (more = ''): string =>
  `${acme}\nwebhooks: [{ name: watcher, url: "https://watcher.dev", events: ${kinds}${more} }]`;

type Body = Readonly<Record<string, unknown>>;

function bodies(report: Parameters<typeof requestsTo>[0], host: string): Body[] {
  return requestsTo(report, host).map(({ body }) => (typeof body === 'object' && body !== null ? { ...body } : {}));
}

const words = (value: unknown): string => (typeof value === 'string' ? value : '');
const problem = ({ title, description }: Body): string => `${words(title)} | ${words(description)}`;

describe('problems in recorded lives', () => {
  it.each<[string, string[]]>([
    ['sync-failed', ['^Sync failed: sync-failed in staging \\| Service web: Service "web" is invalid: ']],
    [
      'sync-failed-default-retry',
      ['^Sync failed: sync-failed-default-retry in staging \\| Service web: Service "web" is'],
    ],
    ['presync-failed', ['^Hook failed: \\S+ in staging \\| Job \\S+: Job has reached the specified backoff limit']],
    ['postsync-failed', ['^Hook failed: \\S+ in staging \\| Job \\S+: Job has reached the specified backoff limit']],
    ['degraded-deadline', ['^Degraded: degraded in staging \\| the application is degraded$']],
    ['degraded-first', ['^Degraded: \\S+ in staging \\| the application is degraded$']],
    [
      'render-error',
      ['^Cannot be rendered: render-error in staging \\| toy: values: unknown key IMAGEE \\(line 3\\)$'],
    ],
    ['terminated', ['^Hook failed: terminated in staging \\| Job migrate: Terminated$']],
    ['flap', []],
    ['self-heal', []],
    ['git-revert', []],
    ['manual-sync', []],
    ['deletion', []],
  ])('%s', async (recording, expected) => {
    const steps = replaySteps(loadRecording(recording));
    const report = await engine.run({ configMap: settingsOf(watcher()), fillSecret: true, ...steps });
    const told = bodies(report, 'watcher.dev').map(problem);
    expect(told).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(told[index]).toMatch(new RegExp(pattern, 'u'));
  });
});

describe('problems are told once', () => {
  async function told(yaml: string, tell: (builder: ScenarioBuilder) => void): Promise<string[]> {
    const report = await play(engine, yaml, tell);
    return bodies(report, 'watcher.dev').map(({ event }) => words(event));
  }

  it('a failed sync once for each revision, and its recovery', async () => {
    const events = await told(watcher(), (builder) => {
      const app = builder.application('web').deploy('r1', ['v1']);
      for (const revision of ['r2', 'r2', 'r3']) {
        app.compare(revision, ['v2']).start(revision).finish('Failed', 'invalid').reconcile();
        builder.wait(120);
      }
      app.deploy('r4', ['v3']);
      builder.wait(120);
      app.compare('r5', ['v4']).start('r5').finish('Failed', 'invalid').reconcile();
    });
    expect(events).toEqual(['sync-failed', 'sync-failed', 'recovered', 'sync-failed']);
  });

  it('degraded once, however it flaps', async () => {
    const events = await told(watcher(), (builder) => {
      const app = builder.application('web').deploy('r1', ['v1']);
      builder.wait(600);
      for (let times = 0; times < 3; times += 1) {
        app.health('Degraded');
        builder.wait(60);
        app.health('Progressing');
        builder.wait(60);
      }
      app.health('Healthy');
    });
    expect(events).toEqual(['degraded', 'recovered']);
  });

  it('out of sync when it has lasted, not while a sync is near', async () => {
    const events = await told(`${watcher()}\nalerts: { outOfSyncAfter: 30m }`, (builder) => {
      const app = builder.application('web', { automated: false }).compare('r1', ['v1']);
      builder.wait(600);
      app.ask('r1').start('r1').finish('Succeeded').synced('Healthy');
      app.compare('r2', ['v2']);
      builder.wait(1200);
      app.reconcile().compare('r3', ['v3']);
      builder.wait(900);
      app.ask('r3').start('r3').finish('Succeeded').synced('Healthy');
    });
    expect(events).toEqual(['out-of-sync', 'recovered']);
  });

  it('again when the receiver did not take it', async () => {
    const report = await play(engine, watcher(), (builder) => {
      const app = builder.application('web').deploy('r1', ['v1']).compare('r2', ['v2']).start('r2');
      builder.fault({ status: 500, match: 'watcher', count: 20 });
      app.finish('Failed', 'invalid').reconcile();
      builder.wait(600);
    });
    const answers = requestsTo(report, 'watcher.dev').map(({ status }) => status);
    expect(answers.length).toBeGreaterThan(8);
    expect(answers.indexOf(200)).toBe(answers.length - 1);
  });

  it('nothing about Applications that are not ours, and only the environments that are asked for', async () => {
    const events = await told(watcher(', environments: [production, "pre-*"]'), (builder) => {
      for (const [name, renders] of [
        ['legacy', []],
        ['a', ['v1 staging']],
        ['b', ['v1 production']],
        ['c', ['v1 pre-production']],
      ] as const) {
        builder.application(name).compare('r1', renders).start('r1').finish('Failed', 'invalid').reconcile();
      }
    });
    expect(events).toEqual(['sync-failed', 'sync-failed']);
  });
});

describe('problems that no recording shows', () => {
  const written = (status: JsonObject, spec: JsonObject = {}): JsonObject => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'web', namespace: 'argocd' },
    spec: { project: 'default', syncPolicy: { automated: {} }, ...spec },
    status,
  });

  async function told(make: (time: string) => JsonObject): Promise<string[]> {
    const report = await play(engine, watcher(), (builder) => {
      builder.event({ put: [make(builder.time())] });
      builder.wait(180);
    });
    expect(disturbances(report)).toEqual([]);
    return bodies(report, 'watcher.dev').map(problem);
  }

  it('an image that a hook cannot pull', async () => {
    const name = recordName({
      owner: 'acme',
      repository: 'web',
      environment: 'staging',
      application: 'web',
      commit: commitOf('v1'),
    });
    const revision = commitOf('r1');
    const lines = await told((time) =>
      written({
        sync: { status: 'OutOfSync', revision },
        health: { status: 'Missing', lastTransitionTime: time },
        reconciledAt: time,
        resources: [{ kind: 'ConfigMap', name, namespace: 'web', version: 'v1', status: 'OutOfSync' }],
        operationState: {
          phase: 'Failed',
          startedAt: time,
          finishedAt: time,
          message: 'one or more synchronization tasks completed unsuccessfully',
          operation: { sync: { revision }, initiatedBy: { username: 'ada' } },
          syncResult: {
            revision,
            resources: [
              {
                kind: 'Pod',
                name: 'migrate',
                hookType: 'PreSync',
                hookPhase: 'Failed',
                message: 'Back-off pulling image "x": ImagePullBackOff',
              },
            ],
          },
        },
      }),
    );
    const text = 'Pod migrate: Back-off pulling image "x": ImagePullBackOff';
    expect(lines).toEqual([
      `Image cannot be pulled: web in staging | ${text}`,
      `Hook failed: web in staging | ${text}`,
    ]);
  });

  it('the first render of an Application that uses our plugin', async () => {
    const conditions = (time: string) => [
      { type: 'ComparisonError', message: 'rpc error: code = Unknown', lastTransitionTime: time },
    ];
    const status = (time: string) => ({
      sync: { status: 'Unknown', revision: 'main' },
      health: { status: 'Healthy', lastTransitionTime: time },
      reconciledAt: time,
      conditions: conditions(time),
    });
    expect(await told((time) => written(status(time), { source: { plugin: { name: 'waybill' } } }))).toEqual([
      'Cannot be rendered: web | rpc error: code = Unknown',
    ]);
    expect(await told((time) => written(status(time), { source: { plugin: { name: 'other' } } }))).toEqual([]);
  });
});

describe('messages', () => {
  const failing = (builder: ScenarioBuilder): void => {
    const app = builder.application('web').deploy('r1', ['v1 production']);
    const message = 'one or more objects failed to apply, reason: Service "web" is\u202E<invalid> [a](b)\nsecond line';
    app.compare('r2', ['v2 production']).start('r2').finish('Failed', message).reconcile();
  };
  const logURL = 'https://argocd.acme.dev/applications/argocd/web?operation=true';
  const commit = commitOf('v2');
  const page = `https://github.com/acme/web/commit/${commit}`;
  const name = `acme/web@${commit.slice(0, 7)}`;
  const todo =
    'Fix the manifest that the message names, or revert the commit. A failed sync may have applied a part of it.';
  // Without the character that turns the line around.
  const text = 'Service "web" is <invalid> [a](b)';

  it('webhook: a document with everything', async () => {
    const report = await play(engine, watcher(), failing);
    expect(disturbances(report)).toEqual([]);
    expect(bodies(report, 'watcher.dev')).toEqual([
      {
        event: 'sync-failed',
        application: 'web',
        environment: 'production',
        argocdApplication: { name: 'web', namespace: 'argocd', url: logURL },
        sources: [{ repository: 'acme/web', commit, name, url: page }],
        title: 'Sync failed: web in production',
        description: text,
        todo,
        startedBy: 'unknown',
        environmentURL: '',
        revisions: [commitOf('r2')],
      },
    ]);
  });

  it('Jenkins: the same document at its generic webhook trigger', async () => {
    const yaml = `${acme}\njenkins: [{ name: smoke, url: "https://jenkins.acme.dev/ci", token: $jenkins, environments: [production] }]`;
    const report = await play(engine, yaml, failing);
    const [request, ...more] = requestsTo(report, 'jenkins.acme.dev');
    expect(more).toEqual([]);
    expect(request).toMatchObject({
      line: 'POST /ci/generic-webhook-trigger/invoke',
      body: { event: 'success', sources: [{ repository: 'acme/web', commit: commitOf('v1') }] },
      headers: { token: 'secret-of-jenkins' },
    });
  });

  it('Slack: one thread for each deployment', async () => {
    const yaml = `${acme}\nslack: { token: $slack, channels: [{ channel: all, events: [in_progress, success, sync-failed] }] }`;
    const report = await play(engine, yaml, failing);
    expect(disturbances(report)).toEqual([]);
    const posts = requestsTo(report, 'slack.com').map(({ body }) => new URLSearchParams(words(body)));
    expect(posts.map((post) => [post.get('text'), post.has('thread_ts')])).toEqual([
      ['Deploying: web in production', false],
      ['Deployed: web in production', true],
      ['Deploying: web in production', false],
      ['Sync failed: web in production', true],
    ]);
    const attachments: unknown = JSON.parse(posts[3]?.get('attachments') ?? '');
    expect(attachments).toMatchObject([
      {
        color: '#d1242f',
        title: 'argocd/web',
        title_link: logURL,
        text: 'Service "web" is &lt;invalid&gt; [a](b)',
        fields: [
          { title: 'Source commit', value: `<${page}|${name}>` },
          { title: 'Started by', value: 'unknown' },
          { title: 'What to do', value: todo },
        ],
      },
    ]);
  });

  it('Teams: an adaptive card', async () => {
    const yaml = `${acme}\nteams: { channels: [{ name: platform, url: $teams }] }`;
    const report = await play(engine, yaml, failing, undefined, {
      teams: 'https://prod-1.westeurope.logic.azure.com/powerautomate/hook',
    });
    expect(disturbances(report)).toEqual([]);
    const cards = bodies(report, 'prod-1.westeurope.logic.azure.com').map((body) => JSON.stringify(body));
    expect(cards).toHaveLength(2);
    expect(cards[0]).toContain('"text":"Deployed: web in production"');
    // A link of ours, none of the message's.
    expect(cards[1]).toContain('<invalid> [a] (b)');
    for (const part of ['Sync failed: web in production', `[${name}](${page})`, todo, '"color":"Attention"', logURL]) {
      expect(cards[1]).toContain(part);
    }
  });

  it('PagerDuty: one alert for each Application and kind', async () => {
    const yaml = `${acme}\npagerduty: { services: [{ name: payments, integrationKey: $pagerduty, severity: critical }] }`;
    const report = await play(engine, yaml, failing);
    expect(disturbances(report)).toEqual([]);
    expect(bodies(report, 'events.pagerduty.com')).toMatchObject([
      {
        routing_key: 'secret-of-pagerduty',
        event_action: 'trigger',
        dedup_key: 'waybill/argocd/web/sync-failed',
        client_url: logURL,
        payload: {
          summary: `Sync failed: web in production: ${text}`,
          severity: 'critical',
          source: 'argocd/web',
          component: 'web',
          group: 'production',
          class: 'sync-failed',
        },
      },
    ]);
  });

  it('Opsgenie: an alert to the team', async () => {
    const yaml = `${acme}\nopsgenie: { url: api.eu.opsgenie.com, teams: [{ team: t-1, apiKey: $opsgenie, priority: P1 }] }`;
    const report = await play(engine, yaml, failing);
    expect(disturbances(report)).toEqual([]);
    expect(bodies(report, 'api.eu.opsgenie.com')).toMatchObject([
      {
        message: 'Sync failed: web in production',
        alias: 'waybill/argocd/web/sync-failed',
        description: `${text}\n\n${todo}\n\n${name} ${page}\n`,
        priority: 'P1',
        responders: [{ type: 'team', id: 't-1' }],
        details: { environment: 'production', argocd: logURL },
      },
    ]);
  });

  it('e-mail', async () => {
    const yaml = `${acme}\nemail: { host: smtp.acme.dev, port: 587, from: argocd@acme.dev, recipients: [{ to: ops@acme.dev }] }`;
    const report = await play(engine, yaml, failing);
    expect(disturbances(report)).toEqual([]);
    const mails = report.steps
      .flatMap(({ messages }) => messages)
      .filter(({ service }) => service === 'email')
      .flatMap(({ requests }) => requests);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.headers).toMatchObject({ subject: 'Sync failed: web in production' });
    // Lines of quoted-printable end in = where they are continued.
    const body = words(mails[0]?.body).replaceAll('=\r\n', '').replaceAll('=3D', '=').split('\r\n\r\n').slice(1);
    expect(body.join('\n\n')).toBe(
      [
        text,
        '',
        todo,
        '',
        'Application: argocd/web (production)',
        `Source commit: ${name} ${page}`,
        'Started by: unknown',
        `Argo CD: ${logURL}\r\n`,
      ]
        .join('\n')
        .replaceAll(/(?<=Application.*|Source.*|Started.*)\n/gu, '\r\n'),
    );
  });
});
