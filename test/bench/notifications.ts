/**
 * What the generated triggers cost the notifications controller: processor time of one evaluation of all of them, which
 * happens on every event of every Application, in Argo CD's own engine.
 */
import { spawnSync } from 'node:child_process';
import { readNotificationsConfig } from '../../plugin/notifications/generate/config.ts';
import { generate } from '../../plugin/notifications/generate/generate.ts';
import { recordName } from '../../plugin/record/name.ts';
import type { JsonObject } from '../../plugin/resources/json.ts';

const organizations = ['acme', 'beta', 'gamma'];
const RESOURCES = 200;
/** The controller keeps so many notes of an Application. */
const NOTES = 100;
/** The engine's clock begins there. */
const time = '2000-01-01T00:00:00Z';

function settings(): Record<string, string> {
  const github = organizations.map(
    (one, index) =>
      `  - { organization: ${one}, appID: 1, installationID: ${index + 1}, privateKey: $github-privateKey }`,
  );
  const head = 'apiVersion: waybill.dev/v1\nkind: Notifications\nargocdURL: https://argocd.acme.dev\n';
  const text = `${head}github:\n${github.join('\n')}\nreport: { maxRepositories: 3 }\n`;
  return Object.fromEntries(generate(readNotificationsConfig(text, 'notifications.yaml')));
}

const commit = (index: number): string => index.toString(16).padStart(40, '0');

function record(slot: number, version: number): string {
  const owner = organizations[slot] ?? '';
  return recordName({ owner, repository: 'web', environment: 'staging', application: 'web', commit: commit(version) });
}

/** An Application of 200 resources with `records` of them, and a history as long as the controller keeps it. */
function application(records: number, state: 'steady' | 'first success' | 'running'): JsonObject {
  const slots = Array.from({ length: records }, (_, slot) => slot);
  const others = Array.from({ length: RESOURCES - records }, (_, index) => {
    return {
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
      namespace: 'web',
      name: `web-${index}`,
      status: 'Synced',
    };
  });
  const own = slots.map((slot) => {
    return { version: 'v1', kind: 'ConfigMap', namespace: 'web', name: record(slot, 0), status: 'Synced' };
  });
  const resources = [...others, ...own];
  const notes: Record<string, number> = {};
  const count = records === 0 ? 0 : NOTES / 2;
  for (let index = 0; index < count; index += 1) {
    const slot = index % records;
    const version = Math.floor(index / records) + (state === 'steady' ? 0 : 1);
    const number = 900_000 + index;
    notes[`waybill/${slot}/${number}/success/1234567//${record(slot, version)}/:waybill:[0].${commit(0)}:acme:`] = 1;
    notes[`+${slot}-acme/${number}+${slot}-acme-status/${number}+:waybill:[1].${commit(0)}:acme:`] = 1;
  }
  const sorted = Object.fromEntries(Object.entries(notes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const revision = commit(1);
  const phase = state === 'running' ? 'Running' : 'Succeeded';
  return {
    metadata: {
      name: 'web',
      namespace: 'argocd',
      annotations: { 'notified.notifications.argoproj.io': JSON.stringify(sorted) },
    },
    spec: { syncPolicy: { automated: {} } },
    status: {
      health: { status: 'Healthy', lastTransitionTime: time },
      sync: { status: state === 'running' ? 'OutOfSync' : 'Synced', revision },
      resources,
      reconciledAt: time,
      operationState: {
        phase,
        startedAt: time,
        finishedAt: time,
        operation: { sync: { revision } },
        syncResult: { revision, resources },
      },
    },
  };
}

/** Rows of: what, wanted, measured, met or not. `engine`: the path of waybill-engine. */
export function triggerCosts(engine: string): string[][] {
  const configMap = settings();
  const states = ['steady', 'running', 'first success'] as const;
  const cases = [0, 1, 3].flatMap((records) => states.map((state) => ({ records, state })));
  const input = cases.map(({ records, state }) =>
    JSON.stringify({ op: 'cost', configMap, fillSecret: true, application: application(records, state), times: 500 }),
  );
  const { stdout } = spawnSync(engine, [], { input: `${input.join('\n')}\n`, encoding: 'utf8' });
  const answers = stdout.trim().split('\n');
  const size = Object.entries(configMap).reduce((sum, [key, value]) => sum + key.length + value.length, 0) / 1024;
  const costs = cases.map(({ records, state }, index) => {
    const answer: unknown = JSON.parse(answers[index] ?? '{}');
    const cost = isCost(answer) ? answer.cost.microseconds / 1000 : Number.NaN;
    const what = `3 organisations, ${RESOURCES} resources, ${records} source commits, ${state}: ms`;
    return [what, '< 3', cost.toFixed(2), cost < 3 ? 'met' : 'not met'];
  });
  return [
    ['3 organisations: data of the ConfigMap, KiB', '< 256', size.toFixed(0), size < 256 ? 'met' : 'not met'],
    ...costs,
  ];
}

function isObjectLike(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isCost(answer: unknown): answer is { readonly cost: { readonly microseconds: number } } {
  return isObjectLike(answer) && 'cost' in answer && isObjectLike(answer.cost) && 'microseconds' in answer.cost;
}
