/**
 * An expression that fails is not triggered and costs a line in the log, at every event. So no expression may fail,
 * whatever an Application lacks.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import { recordName } from '../../plugin/record/name.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';
import type { Path } from '../../plugin/resources/pointer.ts';
import { startTestEngine } from '../tools/engine.ts';
import { acme, commitOf, disturbances, play } from './harness.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

const everything = [
  acme,
  'report: { afterSuccess: true, checkRuns: true }',
  'environments: { "preview/*": { transient: true, url: "https://{{ application }}.{{ namespace }}.dev" } }',
  'webhooks: [{ name: all, url: "https://all.dev", events: [success, failure, sync-failed, hook-failed, image-pull, degraded, out-of-sync, render-error, recovered] }]',
  'slack: { token: $slack, channels: [{ channel: all }] }',
  'email: { host: smtp.acme.dev, port: 587, from: a@acme.dev, recipients: [{ to: b@acme.dev }] }',
].join('\n');

function complete(time: string, phase: string, sync: string, health: string): JsonObject {
  const name = recordName({
    owner: 'acme',
    repository: 'web',
    environment: 'preview/12',
    application: 'web',
    commit: commitOf(`${phase}${sync}${health}`),
  });
  const revision = commitOf('r1');
  const record = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'web', name, status: 'Synced' };
  const hook = { kind: 'Job', name: 'migrate', hookType: 'PreSync', hookPhase: 'Failed', message: 'failed' };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'web', namespace: 'argocd', labels: { a: 'b' }, annotations: { c: 'd' } },
    spec: {
      project: 'default',
      source: { repoURL: 'https://x', plugin: { name: 'waybill' } },
      destination: { namespace: 'web' },
      syncPolicy: { automated: { enabled: false } },
    },
    status: {
      resources: [
        record,
        { kind: 'Deployment', name: 'web', status: 'Synced', health: { status: health, message: 'm' } },
      ],
      sync: { status: sync, revision },
      health: { status: health, lastTransitionTime: time },
      history: [{ id: 0, revision }],
      conditions: [{ type: 'ComparisonError', message: 'm', lastTransitionTime: time }],
      reconciledAt: time,
      summary: { externalURLs: ['https://web.dev'] },
      operationState: {
        phase,
        message: 'm',
        startedAt: time,
        finishedAt: time,
        operation: { sync: { revision }, initiatedBy: { username: 'ada' } },
        syncResult: { revision, resources: [record, hook] },
      },
    },
  };
}

/** Every path to a value below `status` and `spec`. */
function pathsIn(value: Json | undefined, path: Path = []): Path[] {
  const children = isArray(value)
    ? value.map((item, index): [string | number, Json] => [index, item])
    : isObject(value)
      ? Object.entries(value).flatMap(([key, item]): [string, Json][] => (item === undefined ? [] : [[key, item]]))
      : [];
  return [...(path.length === 0 ? [] : [path]), ...children.flatMap(([key, item]) => pathsIn(item, [...path, key]))];
}

function without(value: Json | undefined, [first, ...rest]: Path): Json {
  if (isArray(value))
    return value.flatMap((item, index) => (index !== first ? item : rest.length ? without(item, rest) : []));
  if (!isObject(value)) return value ?? null;
  const entries = Object.entries(value).flatMap(([key, item]): [string, Json][] => {
    if (key !== first) return [[key, item ?? null]];
    return rest.length > 0 ? [[key, without(item, rest)]] : [];
  });
  return Object.fromEntries(entries);
}

// A resource and a condition always have names, kinds and types: Argo CD's own types say so.
const always = /\/(?:resources\/\d+|conditions\/\d+)\/(?:name|kind|type|message)$/u;

it.each([
  ['Running', 'OutOfSync', 'Healthy'],
  ['Failed', 'OutOfSync', 'Degraded'],
  ['Succeeded', 'Synced', 'Healthy'],
  ['Succeeded', 'OutOfSync', 'Healthy'],
  ['Succeeded', 'Synced', 'Degraded'],
  ['Error', 'Unknown', 'Missing'],
])('operation %s, %s, %s, each field missing in turn', async (phase, sync, health) => {
  const report = await play(engine, everything, (builder) => {
    const paths = pathsIn(complete('', phase, sync, health)).filter(
      (path) => ['status', 'spec'].includes(String(path[0])) && !always.test(`/${path.join('/')}`),
    );
    for (const path of paths) {
      const application = without(complete(builder.time(), phase, sync, health), path);
      if (isObject(application)) builder.event({ put: [application] });
    }
  });
  expect(disturbances(report)).toEqual([]);
});
