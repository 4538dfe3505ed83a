/**
 * What the shared scenarios (test/conformance) do not tell: several commits of one repository, repositories that
 * leave, options of notifications.yaml, and changes of the settings while Applications live.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import type { ScenarioBuilder } from '../conformance/scenario-builder.ts';
import { startTestEngine } from '../tools/engine.ts';
import { acme, deployments, disturbances, play, statuses } from './harness.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

async function told(
  yaml: string,
  tell: (builder: ScenarioBuilder) => void,
  ...labels: readonly string[]
): Promise<string[]> {
  const report = await play(engine, yaml, tell);
  expect(disturbances(report)).toEqual([]);
  return deployments(report, ...labels);
}

describe('two images of one repository, built from different commits', () => {
  const tell = (builder: ScenarioBuilder): void => {
    const app = builder.application('web').deploy('r1', ['v1', 'w1']);
    app.deploy('r2', ['v1', 'w2']);
    app.deploy('r3', ['v1', 'w1']);
    builder.wait(3600);
    app.reconcile();
  };

  it('are told apart: what changes is told, and a success that another one has set inactive once more', async () => {
    const lines = await told(acme, tell, 'v1', 'w1', 'w2');
    expect(lines.filter((line) => line.includes('@v1'))).toEqual([
      'acme/web@v1 staging in_progress',
      'acme/web@v1 staging success',
      // w2 is a newer deployment of the environment: GitHub has set v1 inactive.
      'acme/web@v1 staging success',
    ]);
    expect(lines.filter((line) => line.includes('@w'))).toEqual([
      'acme/web@w1 staging in_progress',
      'acme/web@w1 staging success',
      // v1 is newer.
      'acme/web@w1 staging success',
      'acme/web@w2 staging in_progress',
      'acme/web@w2 staging success',
      'acme/web@w1 staging inactive',
      'acme/web@w1 staging in_progress',
      'acme/web@w1 staging success',
      'acme/web@w2 staging inactive',
    ]);
  });
});

describe('a repository that leaves', () => {
  it('is inactive once the rest is healthy, and active again when it comes back', async () => {
    const lines = await told(
      acme,
      (builder) => {
        const app = builder.application('web').deploy('r1', ['acme/web@v1', 'acme/api@a1']);
        app.deploy('r2', ['acme/web@v2']);
        builder.wait(60);
        app.deploy('r3', ['acme/web@v2', 'acme/api@a1']);
      },
      'v1',
      'v2',
      'a1',
    );
    expect(lines.filter((line) => line.includes('api@'))).toEqual([
      'acme/api@a1 staging in_progress',
      'acme/api@a1 staging success',
      'acme/api@a1 staging inactive',
      'acme/api@a1 staging in_progress',
      'acme/api@a1 staging success',
    ]);
    expect(lines.filter((line) => line.includes('web@'))).toEqual([
      'acme/web@v1 staging in_progress',
      'acme/web@v1 staging success',
      'acme/web@v2 staging in_progress',
      'acme/web@v2 staging success',
      'acme/web@v1 staging inactive',
    ]);
    expect(lines.indexOf('acme/api@a1 staging inactive')).toBeGreaterThan(lines.indexOf('acme/web@v2 staging success'));
  });

  it('is not inactive while nothing is known that took its place', async () => {
    const lines = await told(
      acme,
      (builder) => {
        builder.application('web').deploy('r1', ['v1']).deploy('r2', []);
        builder.wait(600);
      },
      'v1',
    );
    expect(lines).toEqual(['acme/web@v1 staging in_progress', 'acme/web@v1 staging success']);
  });

  it('is not told when it has only got another name: its commit still runs', async () => {
    const lines = await told(
      acme,
      (builder) => {
        builder.application('web').deploy('r1', ['acme/web@v1']).deploy('r2', ['acme/site@v1']);
      },
      'v1',
    );
    expect(lines).not.toContain('acme/web@v1 staging inactive');
    expect(lines).toContain('acme/site@v1 staging success');
  });

  it('leaves one image of two', async () => {
    const lines = await told(
      acme,
      (builder) => {
        builder.application('web').deploy('r1', ['v1', 'w1']).deploy('r2', ['v1']);
      },
      'v1',
      'w1',
    );
    expect(lines.filter((line) => line.endsWith('inactive'))).toEqual(['acme/web@w1 staging inactive']);
  });

  it('deletion ends everything that runs, and what waits', async () => {
    const lines = await told(
      acme,
      (builder) => {
        const app = builder.application('web', { automated: false }).compare('r1', ['v1', 'acme/api@a1']);
        app.ask('r1').start('r1').finish('Succeeded').synced('Healthy');
        app.compare('r2', ['v2', 'acme/api@a1']);
        app.deleting().reconcile().gone();
      },
      'v1',
      'v2',
      'a1',
    );
    expect(lines.filter((line) => line.endsWith('inactive')).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'acme/api@a1 staging inactive',
      'acme/web@v1 staging inactive',
      'acme/web@v2 staging inactive',
    ]);
  });
});

describe('a repository that stays while another changes often', () => {
  it('is not told again when the controller forgets what is old', async () => {
    const lines = await told(
      acme,
      (builder) => {
        const app = builder.application('web').deploy('r0', ['acme/web@v0', 'acme/api@a1']);
        for (let version = 1; version <= 40; version += 1) {
          app.deploy(`r${version}`, [`acme/web@v${version}`, 'acme/api@a1']);
          builder.wait(60);
        }
      },
      'a1',
    );
    expect(lines.filter((line) => line.includes('api@'))).toEqual([
      'acme/api@a1 staging in_progress',
      'acme/api@a1 staging success',
    ]);
    expect(lines).toHaveLength(2 + 2 + 3 * 40);
  });
});

describe('rollback in the UI of two repositories', () => {
  it('tells what came back and leaves alone what stayed', async () => {
    const lines = await told(
      acme,
      (builder) => {
        const app = builder.application('web', { automated: false }).compare('r1', ['acme/web@v1', 'acme/api@a1']);
        app.ask('r1').start('r1').finish('Succeeded').synced('Healthy');
        app.compare('r2', ['acme/web@v2', 'acme/api@a1']).ask('r2').start('r2').finish('Succeeded').synced('Healthy');
        app.ask('r1').start('r1').compare('r2', ['acme/web@v2', 'acme/api@a1'], 'OutOfSync');
        app.finish('Succeeded', 'successfully synced', ['acme/web@v1', 'acme/api@a1']);
        app.health('Progressing').reconcile().health('Healthy');
      },
      'v1',
      'v2',
      'a1',
    );
    expect(lines.slice(-3)).toEqual([
      'acme/web@v1 staging inactive',
      'acme/web@v1 staging success',
      'acme/web@v2 staging inactive',
    ]);
  });

  it('a version that is back among the targets and was never deployed waits again', async () => {
    const lines = await told(
      acme,
      (builder) => {
        const app = builder.application('web', { automated: false }).compare('r1', ['v1']);
        app.ask('r1').start('r1').finish('Succeeded').synced('Healthy');
        app.compare('r2', ['v2']).ask('r2').start('r2').finish('Succeeded').synced('Healthy');
        app.compare('r3', ['v1']).ask('r3').start('r3').finish('Succeeded').synced('Healthy');
        app.compare('r4', ['v2']);
      },
      'v1',
      'v2',
    );
    expect(lines.slice(-3)).toEqual([
      'acme/web@v1 staging success',
      'acme/web@v2 staging inactive',
      'acme/web@v2 staging queued',
    ]);
  });
});

describe('options', () => {
  it('afterSuccess: what degrades later is a failure, and a success again when it recovers', async () => {
    const lines = await told(
      `${acme}\nreport: { afterSuccess: true }`,
      (builder) => {
        const app = builder.application('web').deploy('r1', ['v1']);
        builder.wait(3600);
        app.health('Progressing').health('Degraded');
        builder.wait(600);
        app.health('Progressing').health('Healthy');
        builder.wait(600);
        app.health('Degraded');
        app.reconcile();
      },
      'v1',
    );
    expect(lines.map((line) => line.split(' ')[2])).toEqual([
      'in_progress',
      'success',
      'failure',
      'success',
      'failure',
    ]);
  });

  it('states: what is left out is not sent', async () => {
    const report = await play(engine, `${acme}\nreport: { states: [success, failure] }`, (builder) => {
      const app = builder.application('web').deploy('r1', ['v1']);
      app.compare('r2', ['v2']).start('r2').finish('Failed', 'invalid').reconcile();
      app.deleting();
    });
    expect(deployments(report, 'v1', 'v2')).toEqual(['acme/web@v1 staging success', 'acme/web@v2 staging failure']);
    expect(statuses(report, 'v1', 'v2')).toEqual([
      'acme/web@v1 deployment/web success',
      'acme/web@v2 deployment/web failure',
    ]);
  });

  it('transient environments, their URLs, and exceptions', async () => {
    const report = await play(
      engine,
      [
        acme,
        'environments:',
        '  preview/main: { url: "https://main.acme.dev" }',
        '  "preview/*": { transient: true, url: "https://{{ wildcard }}.preview.acme.dev/{{ application }}" }',
      ].join('\n'),
      (builder) => {
        builder.application('a').deploy('r1', ['v1 preview/pr-12']);
        builder.application('b').deploy('r1', ['v2 preview/main']);
        builder
          .application('c', { externalURLs: ['web v3|https://x', 'https://c.acme.dev'] })
          .deploy('r1', ['v3 staging']);
      },
    );
    expect(disturbances(report)).toEqual([]);
    expect(report.deployments.map(({ environment, transient }) => [environment, transient])).toEqual([
      ['preview/pr-12', true],
      ['preview/main', false],
      ['staging', false],
    ]);
    const urls = report.steps
      .flatMap(({ messages }) => messages.flatMap(({ requests }) => requests))
      .flatMap(({ call, body }) => (call?.kind === 'deployment-status' ? [JSON.stringify(body)] : []))
      .map((body) => /"environment_url":"([^"]*)"/u.exec(body)?.[1]);
    expect([...new Set(urls)]).toEqual([
      'https://pr-12.preview.acme.dev/a',
      'https://main.acme.dev',
      'https://c.acme.dev',
    ]);
  });

  it('selector: Applications that it leaves out are silent', async () => {
    const lines = await told(
      `${acme}\napplications: { selector: "reported!=no" }`,
      (builder) => {
        builder.application('a', { labels: { reported: 'no' } }).deploy('r1', ['v1']);
        builder.application('b').deploy('r1', ['v2']);
      },
      'v1',
      'v2',
    );
    expect(lines).toEqual(['acme/web@v2 staging in_progress', 'acme/web@v2 staging success']);
  });
});

describe('changes of the settings', () => {
  const tell = (builder: ScenarioBuilder): void => {
    const app = builder.application('web').deploy('r1', ['v1']);
    builder.wait(120);
    app.reconcile();
    builder.wait(120);
    app.compare('r2', ['v2']).start('r2');
  };

  it('another URL and another context resend nothing', async () => {
    const report = await play(engine, acme, tell, {
      step: 9,
      yaml: `${acme}\nreport: { commitStatus: { context: other }, states: [queued, in_progress, success] }\nenvironments: { "*": { url: "https://x.dev" } }`,
    });
    expect(deployments(report, 'v1', 'v2')).toEqual([
      'acme/web@v1 staging in_progress',
      'acme/web@v1 staging success',
      'acme/web@v2 staging in_progress',
    ]);
    expect(statuses(report, 'v1', 'v2')).toEqual([
      'acme/web@v1 deployment/web pending',
      'acme/web@v1 deployment/web success',
      'acme/web@v2 other pending',
    ]);
  });

  const inUse = (builder: ScenarioBuilder): void => {
    const old = builder.application('old').deploy('r1', ['v1']);
    builder.wait(7 * 3600);
    builder.application('new').deploy('r1', ['v2']);
    old.reconcile();
    builder.wait(60);
    old.reconcile();
  };

  it('an installation on a cluster that is in use tells only what was deployed lately', async () => {
    const silent = `${acme}\napplications: { selector: "nothing=selected" }`;
    const report = await play(engine, silent, inUse, { step: 15, yaml: acme });
    expect(disturbances(report)).toEqual([]);
    expect(deployments(report, 'v1', 'v2')).toEqual(['acme/web@v2 staging success']);
  });

  it('a receiver that is added is told what was decided within a day', async () => {
    const before = acme.replace('acme', 'beta');
    const report = await play(engine, before, inUse, { step: 15, yaml: acme });
    expect(disturbances(report)).toEqual([]);
    expect(deployments(report, 'v1', 'v2').toSorted((a, b) => a.localeCompare(b))).toEqual([
      'acme/web@v1 staging success',
      'acme/web@v2 staging success',
    ]);
  });

  it('a new version of the expressions resends nothing', async () => {
    const report = await play(engine, acme, tell, {
      step: 9,
      yaml: `${acme}\nenvironments: { "preview/*": { transient: true } }\nreport: { maxRepositories: 2, states: [queued, in_progress, success, failure, error] }`,
    });
    expect(deployments(report, 'v1', 'v2')).toEqual([
      'acme/web@v1 staging in_progress',
      'acme/web@v1 staging success',
      'acme/web@v2 staging in_progress',
    ]);
  });
});
