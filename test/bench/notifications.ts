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
/** The controller keeps so many notes of an Application. */
const NOTES = 100;
/** The engine's clock begins there. */
const time = '2000-01-01T00:00:00Z';

/** The ConfigMap for so many organisations; `trust`: each has a rule with two patterns of projects. */
function settings(count: number, trust: boolean): Record<string, string> {
  const some = organizations.slice(0, count);
  const github = some.map(
    (one, index) =>
      `  - { organization: ${one}, appID: 1, installationID: ${index + 1}, privateKey: $github-privateKey }`,
  );
  const rules = some.map((one) => `  - { projects: [${one}, "${one}-*", web], repositories: ["${one}/*"] }`);
  const head = 'apiVersion: waybill.dev/v1\nkind: Notifications\nargocdURL: https://argocd.acme.dev\n';
  const report = count === 1 ? '' : 'report: { maxRepositories: 3 }\n';
  const text = `${head}github:\n${github.join('\n')}\n${report}${trust ? `trust:\n${rules.join('\n')}\n` : ''}`;
  return Object.fromEntries(generate(readNotificationsConfig(text, 'notifications.yaml')));
}

const commit = (index: number): string => index.toString(16).padStart(40, '0');

function record(slot: number, version: number): string {
  const owner = organizations[slot] ?? '';
  return recordName({ owner, repository: 'web', environment: 'staging', application: 'web', commit: commit(version) });
}

/** What an Application looks like when the triggers are evaluated. */
interface Subject {
  readonly resources: number;
  readonly records: number;
  readonly state: 'steady' | 'first success' | 'running';
}

/** An Application with `records` among its resources, and a history as long as the controller keeps it. */
function application({ resources: count, records, state }: Subject): JsonObject {
  const slots = Array.from({ length: records }, (_, slot) => slot);
  const others = Array.from({ length: count - records }, (_, index) => {
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
  const decisions = records === 0 ? 0 : NOTES / 2;
  for (let index = 0; index < decisions; index += 1) {
    const slot = index % records;
    const version = Math.floor(index / records) + (state === 'steady' ? 0 : 1);
    const number = 900_000 + index;
    notes[
      `waybill/${slot}/${number}/success/1234567//${record(slot, version)}/b${number}/01-01T00:00:00Z//:waybill:[0].${commit(0)}:acme:`
    ] = 1;
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
    spec: { project: 'web', syncPolicy: { automated: {} } },
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

const states = ['steady', 'running', 'first success'] as const;

/** What is measured: the wanted time is for ordinary Applications, the others show how it grows. */
const subjects: readonly (Subject & { readonly trust: boolean; readonly wanted?: number })[] = [
  ...[0, 1, 3].flatMap((records) =>
    states.map((state) => ({ resources: 200, records, state, trust: false, wanted: 3 })),
  ),
  ...states.map((state) => ({ resources: 200, records: 3, state, trust: true, wanted: 3 })),
  ...[3000, 10_000].flatMap((resources) =>
    [false, true].map((trust) => ({ resources, records: 3, state: 'running' as const, trust })),
  ),
];

/** Rows of: what, wanted, measured, met or not. `engine`: the path of waybill-engine. */
export function triggerCosts(engine: string): string[][] {
  const input = subjects.map((subject) => {
    const configMap = settings(3, subject.trust);
    const times = subject.resources > 200 ? 50 : 500;
    return JSON.stringify({ op: 'cost', configMap, fillSecret: true, application: application(subject), times });
  });
  const { stdout } = spawnSync(engine, [], { input: `${input.join('\n')}\n`, encoding: 'utf8' });
  const answers = stdout.trim().split('\n');
  const costs = subjects.map(({ resources, records, state, trust, wanted }, index) => {
    const answer: unknown = JSON.parse(answers[index] ?? '{}');
    const cost = isCost(answer) ? answer.cost.microseconds / 1000 : Number.NaN;
    const what = `3 organisations${trust ? ', trust' : ''}, ${resources} resources, ${records} source commits, ${state}: ms`;
    if (wanted === undefined) return [what, '', cost.toFixed(2), ''];
    return [what, `< ${wanted}`, cost.toFixed(2), cost < wanted ? 'met' : 'not met'];
  });
  const sizes = [1, 3].flatMap((count) =>
    [false, true].map((trust) => {
      const size = Object.entries(settings(count, trust)).reduce((sum, pair) => sum + pair.join('').length, 0) / 1024;
      const what = `${count} organisation${count === 1 ? '' : 's'}${trust ? ', trust' : ''}: data of the ConfigMap, KiB`;
      return [what, '< 256', size.toFixed(0), size < 256 ? 'met' : 'not met'];
    }),
  );
  return [...sizes, ...costs];
}

function isObjectLike(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isCost(answer: unknown): answer is { readonly cost: { readonly microseconds: number } } {
  return isObjectLike(answer) && 'cost' in answer && isObjectLike(answer.cost) && 'microseconds' in answer.cost;
}
