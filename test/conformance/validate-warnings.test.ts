/**
 * Settings that validate warns about: they work until a certain event. Each test makes that event happen, with the real engine.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataOf, readSettings } from '../../plugin/notifications/checking/settings.ts';
import { validateSettings } from '../../plugin/notifications/checking/validate.ts';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import type { GitHubWorld } from '../../plugin/notifications/engine/scenario.ts';
import type { EngineReport } from '../../plugin/schemas/engine.generated.ts';
import { startTestEngine } from '../tools/engine.ts';
import { base } from './faults/base.ts';
import { commitOf } from './recordings.ts';
import { ScenarioBuilder } from './scenario-builder.ts';
import { sent } from './sent-requests.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

const when = "app.status?.operationState?.phase == 'Succeeded'";

/** The base with a change; validate must warn of it at the line of `marker`. */
async function warned(
  from: string,
  to: string,
  marker: string,
  says: RegExp,
  code = 'notifications-trap',
): Promise<string> {
  expect(base.split(from)).toHaveLength(2);
  const text = base.replace(from, () => to);
  const line = text.split('\n').findIndex((one) => one.includes(marker)) + 1;
  const found = (await validateSettings(readSettings(text, 'cm.yaml'), undefined)).filter(({ message }) =>
    says.test(message),
  );
  expect(found.map((one) => [one.code, one.location?.line])).toEqual([[code, line]]);
  return text;
}

async function play(
  text: string,
  tell: (builder: ScenarioBuilder) => void,
  github: GitHubWorld = {},
): Promise<EngineReport> {
  const settings = readSettings(text, 'cm.yaml');
  const builder = new ScenarioBuilder();
  tell(builder);
  const { scenario } = builder.end();
  const secret = Object.fromEntries(settings.secret ?? []);
  return await engine.run({ ...scenario, configMap: dataOf(settings), secret, world: { github } });
}

const labels = { team: 'web' };
const deploy = (builder: ScenarioBuilder): unknown => builder.application('web', { labels }).deploy('r1', ['v1']);

/** Requests to one service, as JSON. */
function to(report: EngineReport, service: string): string[] {
  return sent(report)
    .filter(({ message, request }) => message.service === service && request.call?.kind !== 'token')
    .map(({ request }) => `${request.status} ${request.url} ${JSON.stringify(request.body)}`);
}

const problems = (report: EngineReport): string => JSON.stringify(report.steps);

describe('oncePer', () => {
  it('a message that one 502 has hit is lost', async () => {
    const text = await warned(
      'send: [deployed]',
      'oncePer: app.metadata.name\n      send: [deployed]',
      'oncePer',
      /is never sent again/u,
    );
    const trouble = (builder: ScenarioBuilder): void => {
      builder.fault({ status: 502, match: 'api.github.com/repos' });
      deploy(builder);
      builder.wait(600);
    };
    expect(to(await play(base, trouble), 'github').filter((one) => one.startsWith('201'))).toHaveLength(2);
    expect(to(await play(text, trouble), 'github').filter((one) => one.startsWith('201'))).toHaveLength(0);
  });

  it("by the manifests' commit, a rollback is silent", async () => {
    const revision = 'oncePer: app.status?.operationState?.syncResult?.revision\n      send: [deployed]';
    const text = await warned(
      'send: [deployed]',
      revision,
      'oncePer',
      /a rollback to a reported commit sends nothing/u,
    );
    const report = await play(text, (builder) => {
      const app = builder.application('web', { labels }).deploy('r1', ['v1']).deploy('r2', ['v2']);
      app.ask('r1').start('r1').finish('Succeeded', 'successfully synced', ['v1']).reconcile().health('Healthy');
    });
    expect(to(report, 'github').filter((one) => one.includes('/statuses'))).toHaveLength(2);
  });

  it('with several sources all commits are one', async () => {
    const revision = 'oncePer: app.status?.operationState?.syncResult?.revision\n      send: [healthy]';
    const text = await warned('send: [healthy]', revision, 'oncePer', /with several sources all commits are the same/u);
    const report = await play(text, (builder) => {
      builder.application('web', { labels, multiSource: true }).deploy('r1', ['v1']).deploy('r2', ['v2']);
    });
    expect(to(report, 'slack')).toHaveLength(1);
  });
});

describe('expressions', () => {
  it('a field that is missing makes the condition fail, with a line in the log', async () => {
    const says = /fails where app\.status\.operationState is missing/u;
    const text = await warned(when, "app.status.operationState.phase != 'Running'", 'operationState.phase', says);
    const report = await play(
      text,
      (builder) => void builder.application('web', { labels }).compare('r1', ['v1'], 'Synced'),
    );
    expect(problems(report)).toContain('failed to execute when condition');
    expect(to(report, 'github')).toEqual([]);
  });

  it('Succeeded and Healthy hold for a moment while the old pods run', async () => {
    const early = `${when} and app.status?.health?.status == 'Healthy'`;
    const text = await warned(when, early, 'Succeeded', /holds for a moment while the old pods run/u);
    const report = await play(text, (builder) => {
      const app = builder.application('web', { labels }).deploy('r1', ['v1']);
      app.health('Progressing').compare('r2', ['v2']).start('r2').health('Healthy').finish('Succeeded').reconcile();
      app.synced('Progressing');
    });
    const told = sent(report).filter(({ request }) => request.call?.kind === 'deployment-status');
    // The second success comes with the end of the operation, before the compare that would say Synced.
    expect(told.map(({ request }) => request.call?.ref)).toEqual([commitOf('r1'), commitOf('r2')]);
  });
});

describe('GitHub', () => {
  const says = (what: string): RegExp => new RegExp(what, 'u');

  it('without requiredContexts every check must be green', async () => {
    const text = await warned(
      '        requiredContexts: []\n',
      '',
      '      deployment:',
      says('until every check of the commit is green'),
    );
    const failing = { 'acme/web': { failingContexts: { [commitOf('r1')]: ['ci'] } } };
    expect(to(await play(base, deploy, { repositories: failing }), 'github')).toContainEqual(
      expect.stringMatching(/^201 /u),
    );
    expect(to(await play(text, deploy, { repositories: failing }), 'github')).toContainEqual(
      expect.stringMatching(/^409 /u),
    );
  });

  it('without autoMerge GitHub merges', async () => {
    const text = await warned('        autoMerge: false\n', '', '      deployment:', says('merges the default branch'));
    expect(to(await play(text, deploy), 'github').join('\n')).toContain('"auto_merge":true');
  });

  it('with a reference every message makes a deployment', async () => {
    const reference = `state: success\n        reference: ${commitOf('main')}`;
    const text = await warned(
      'state: success',
      reference,
      '      deployment:',
      says('every message creates a separate deployment'),
    );
    const twice = (builder: ScenarioBuilder): void => {
      const app = builder.application('web', { labels }).deploy('r1', ['v1']);
      app.start('r1').finish('Succeeded').synced('Healthy');
    };
    expect((await play(base, twice)).deployments).toHaveLength(1);
    expect((await play(text, twice)).deployments).toHaveLength(2);
  });

  it('a commit status that is refused takes the deployment with it', async () => {
    const status = '      status: { state: success, label: ci }\n      deployment:\n';
    const text = await warned('      deployment:\n', status, '      deployment:', says('sends a commit status first'));
    const full = { 'acme/web': { statusCount: { [commitOf('r1')]: 1000 } } };
    const report = await play(text, deploy, { repositories: full });
    expect(report.deployments).toEqual([]);
  });

  it("without repoURLPath the manifests' commit is told", async () => {
    const text = await warned(
      '      repoURLPath: https://github.com/acme/web\n',
      '',
      '    github:',
      says("reports to the manifests' repository"),
    );
    expect(to(await play(text, deploy), 'github').join('\n')).toContain('/repos/acme/manifests/');
  });
});

describe('templates', () => {
  it('an Application with several sources has no source', async () => {
    const text = await warned(
      'web is healthy{{ else }}',
      'web of {{ .app.spec.source.path }}{{ else }}',
      'web of',
      /for an Application with several sources/u,
    );
    const report = await play(
      text,
      (builder) => void builder.application('web', { labels, multiSource: true }).deploy('r1', ['v1']),
    );
    expect(to(report, 'slack').join('\n')).toContain('web+of+%3Cno+value%3E');
  });

  it('context that is not there', async () => {
    const text = await warned(
      '  context: |\n    argocdUrl: https://argocd.acme.dev\n    channel: deployments\n',
      '',
      '.context.argocdUrl',
      /prints <no value> for \.context\.argocdUrl/u,
    );
    expect(to(await play(text, deploy), 'github').join('\n')).toContain('no value');
  });
});

describe('names', () => {
  it('of two services of one name, one is used at random', async () => {
    const both = 'service.webhook.slack: |\n    url: https://other.acme.dev/\n  service.slack: |';
    const text = await warned(
      'service.slack: |',
      both,
      'service.slack: |',
      /are both named slack/u,
      'notifications-wrong',
    );
    const hosts = new Set<string>();
    // The order is that of a Go map: thirty runs that agree by chance are a matter of one in 500 million.
    for (let times = 0; times < 30; times += 1) {
      for (const one of to(await play(text, deploy), 'slack')) hosts.add(new URL(one.split(' ')[1] ?? '').host);
    }
    expect([...hosts].toSorted()).toEqual(['other.acme.dev', 'slack.com']);
  });

  it('a trigger with a dot cannot be subscribed to by annotation', async () => {
    const text = (
      await warned('trigger.on-healthy', 'trigger.on.healthy', 'trigger.on.healthy', /has a dot in its name/u)
    ).replace('[on-healthy]', '[on.healthy]');
    const annotations = { 'notifications.argoproj.io/subscribe.on.healthy.slack': 'team' };
    const report = await play(text, (builder) => void builder.application('web', { annotations }).deploy('r1', ['v1']));
    expect(to(report, 'slack')).toEqual([]);
    expect(problems(report)).toContain("trigger 'on' is not configured");
  });

  it('defaultTriggers make unrelated annotations subscriptions to a service without a name', async () => {
    const text = await warned(
      '  context: |',
      '  defaultTriggers: |\n    - on-alive\n  context: |',
      'defaultTriggers',
      /make messages to a service without a name/u,
    );
    const annotations = { 'notifications.argoproj.io/subscribe.on-healthy.slack': 'team', unrelated: 'x' };
    const tell = (builder: ScenarioBuilder) => void builder.application('web', { annotations }).deploy('r1', ['v1']);
    // By chance, but there are many events and many annotations.
    expect(problems(await play(base, tell))).not.toContain("notification service '' is not supported");
    expect(problems(await play(text, tell))).toContain("notification service '' is not supported");
  });

  it('config.yaml is of an old version, says the controller', async () => {
    const text = await warned(
      '  context: |',
      '  config.yaml: |\n    triggers: []\n  context: |',
      'config.yaml',
      /settings of an old version/u,
    );
    expect(
      (await engine.check({ configMap: dataOf(readSettings(text, 'cm.yaml')), fillSecret: true })).warnings.join(),
    ).toContain('deprecated');
  });
});
