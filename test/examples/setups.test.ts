import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import { isArray, isObject, type JsonObject } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import type { ScenarioBuilder } from '../conformance/scenario-builder.ts';
import { textAt } from '../handback/oracle.ts';
import { acme, deployments, play } from '../notifications/harness.ts';
import { argocdBinary } from '../tools/argocd.mjs';
import { startTestEngine } from '../tools/engine.ts';
import { goModule } from '../tools/go-module.ts';
import { promtoolBinary } from '../tools/promtool.mjs';

// Rollouts by Argo CD's health checks and its notifications controller; alerts by promtool. readers.test.ts has the
// definitions of all custom kinds.
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'waybill-setups-'));
let engine: Engine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

function objectsIn(file: string): JsonObject[] {
  return readYaml(readFileSync(file, 'utf8'), { file, duplicateKeys: 'error' }).flatMap(({ value }) =>
    isObject(value) ? [value] : [],
  );
}

const strategies = ['blue-green', 'canary', 'canary-gateway-api'];
const rolloutOf = (example: string): JsonObject => {
  const file = `examples/${example}/expected/user-service/production.yaml`;
  return objectsIn(file).find((one) => one['kind'] === 'Rollout') ?? {};
};

describe('the definitions of custom kinds', () => {
  it('find a mistake', async () => {
    const at = join(
      await goModule('test/examples/crds', 'github.com/argoproj/argo-rollouts'),
      'manifests/crds/rollout-crd.yaml',
    );
    const file = join(folder, 'wrong.yaml');
    const rollout =
      'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: { name: x }\nspec: { replicas: "two", strategi: {} }\n';
    writeFileSync(file, rollout);
    await expect(run(await argocdBinary(), ['schemas', at, '--', file])).rejects.toThrow(
      /replicas[^]*unknown field spec\.strategi/u,
    );
  });
});

/** What Argo Rollouts writes into the status, and what it is to Argo CD and to the source commit. */
const moments: readonly [what: string, status: JsonObject, health: string, told: string[]][] = [
  [
    'waits at a step of a canary',
    { phase: 'Paused', message: 'CanaryPauseStep' },
    'Suspended',
    ['v1 staging in_progress'],
  ],
  [
    'waits for the promotion of a blue-green one',
    { phase: 'Paused', message: 'BlueGreenPause' },
    'Suspended',
    ['v1 staging in_progress'],
  ],
  [
    'moves',
    { phase: 'Progressing', message: 'more replicas need to be updated' },
    'Progressing',
    ['v1 staging in_progress'],
  ],
  [
    'is aborted by its analysis',
    { phase: 'Degraded', message: 'RolloutAborted: metric "error-rate" assessed Failed' },
    'Degraded',
    ['v1 staging in_progress', 'v1 staging failure'],
  ],
  ['is through', { phase: 'Healthy' }, 'Healthy', ['v1 staging in_progress', 'v1 staging success']],
];

describe.each(strategies)('a Rollout of %s', (example) => {
  it.each(moments)('that %s', async (_what, status, health, told) => {
    const rollout = rolloutOf(example);
    const live = {
      ...rollout,
      metadata: { name: 'user-service', namespace: 'x', generation: 2 },
      status: { observedGeneration: '2', ...status },
    };
    const file = join(folder, `${example}.json`);
    writeFileSync(file, JSON.stringify(live));
    const { stdout } = await run(await argocdBinary(), ['health', file]);
    expect(JSON.parse(stdout)).toMatchObject({ status: health });
    const tell = (builder: ScenarioBuilder): void => {
      const app = builder.application('web').deployUntilReady('r1', ['v1']);
      if (health === 'Suspended' || health === 'Degraded' || health === 'Healthy') app.health(health);
      builder.wait(60);
    };
    const report = await play(engine, acme, tell);
    expect(deployments(report, 'v1').map((line) => line.replace('acme/web@', ''))).toEqual(told);
  });

  it('runs the image of its lock, with the stamp of a workload', () => {
    const rollout = rolloutOf(example);
    expect(textAt(rollout, ['spec', 'template', 'spec', 'containers', 0, 'image'])).toContain(
      ':sha-8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706@sha256:',
    );
    expect(textAt(rollout, ['metadata', 'annotations', 'waybill.dev/source-commit'])).toBe(
      '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706',
    );
  });
});

describe('the strategies', () => {
  it('shift traffic as they say', () => {
    for (const example of ['canary', 'canary-gateway-api']) {
      const steps = valueAt(rolloutOf(example), ['spec', 'strategy', 'canary', 'steps']);
      expect(JSON.stringify(steps)).toBe(
        '[{"setWeight":5},{"pause":{"duration":"5m"}},{"setWeight":10},{"pause":{"duration":"5m"}},{"setWeight":50},{"pause":{"duration":"10m"}}]',
      );
    }
    const blueGreen = valueAt(rolloutOf('blue-green'), ['spec', 'strategy', 'blueGreen']) ?? null;
    for (const key of ['prePromotionAnalysis', 'postPromotionAnalysis'])
      expect(textAt(blueGreen, [key, 'templates', 0, 'templateName'])).not.toBe('');
    const rollingUpdate = objectsIn('examples/rolling-update/expected/user-service/production.yaml');
    const deployment = rollingUpdate.find(({ kind }) => kind === 'Deployment') ?? null;
    const rolling = { maxUnavailable: '25%', maxSurge: '25%' };
    expect(valueAt(deployment, ['spec', 'strategy', 'rollingUpdate'])).toEqual(rolling);
    const delay = ['spec', 'template', 'spec', 'containers', 0, 'readinessProbe', 'initialDelaySeconds'];
    expect(valueAt(deployment, delay)).toBe(30);
  });
});

describe('monitoring', () => {
  it('has rules that promtool takes, and whose tests pass', async () => {
    const promtool = await promtoolBinary();
    const { stdout } = await run(promtool, ['check', 'rules', 'examples/monitoring/rules.yaml']);
    expect(stdout).toContain('SUCCESS: 9 rules found');
    await run(promtool, ['test', 'rules', 'rules.test.yaml'], { cwd: 'examples/monitoring' });
  });

  it('has a dashboard whose queries are PromQL', async () => {
    const [dashboard] = objectsIn('examples/monitoring/dashboard.json');
    const panels = valueAt(dashboard ?? {}, ['panels']);
    const queries = (isArray(panels) ? panels : []).map((one) =>
      textAt(one, ['targets', 0, 'expr']).replaceAll('$namespace', '.*'),
    );
    expect(queries).toHaveLength(10);
    const file = join(folder, 'queries.yaml');
    const rules = queries.map((expr, index) => ({ record: `panel:${index}`, expr }));
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    await run(await promtoolBinary(), ['check', 'rules', file]);
  });

  it('has a dashboard of the form that Grafana publishes', () => {
    const text = readFileSync('examples/monitoring/dashboard.json', 'utf8');
    // Grafana's own types, which its releases are built with.
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    const problems = (json: string): string => {
      const file = join(folder, 'dashboard.ts');
      writeFileSync(
        file,
        `import type { Dashboard } from '@grafana/schema';\nexport const one: Dashboard = ${json};\n`,
      );
      const options = ['--noEmit', '--strict', '--skipLibCheck', '--ignoreConfig', '--module', 'nodenext'];
      return spawnSync(resolve('node_modules/.bin/tsc'), [...options, file], { encoding: 'utf8' }).stdout;
    };
    expect(problems(text)).toBe('');
    expect(problems(text.replace('"h": 8', '"h": "8"'))).toContain("Type 'string' is not assignable to type 'number'");
    expect(problems(text.replace('"schemaVersion"', '"schemaversion"'))).toContain(`'"schemaversion"' does not exist`);
  });

  it('asks for metrics that exist', async () => {
    const asked = ['dashboard.json', 'rules.yaml'].flatMap((file) =>
      Array.from(
        readFileSync(`examples/monitoring/${file}`, 'utf8').matchAll(/\b(?:argocd|waybill)_[a-z_]+(?=[{[( )"]|$)/gmu),
        ([name]) => name.replace(/_(?:bucket|sum|count)$/u, ''),
      ),
    );
    const [argocd, notifications] = await Promise.all(
      ['github.com/argoproj/argo-cd/v3', 'github.com/argoproj/notifications-engine'].map(
        async (module) => await goModule('engine', module),
      ),
    );
    const defined = [
      `${argocd}/controller/metrics/metrics.go`,
      `${notifications}/pkg/controller/metrics.go`,
      'plugin/serve/metrics.ts',
    ].map((file) => readFileSync(file, 'utf8'));
    const names = [...new Set(asked)];
    expect(names.length).toBeGreaterThan(7);
    const missing = names.filter((name) => {
      const short = name.replace('argocd_notifications', '_notifications');
      return !defined.some(
        (text) => text.includes(`"${name}"`) || text.includes(`'${name}'`) || text.includes(`"${short}"`),
      );
    });
    expect(missing).toEqual([]);
  });

  it('tests each of its rules', () => {
    const names = (file: string): string[] =>
      Array.from(
        readFileSync(`examples/monitoring/${file}`, 'utf8').matchAll(/(?:alert|alertname): (\w+)/gu),
        ([, name = '']) => name,
      );
    expect(new Set(names('rules.test.yaml'))).toEqual(new Set(names('rules.yaml')));
  });
});
