import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readHandbackConfig } from '../../plugin/handback/config.ts';
import { generateFiles } from '../../plugin/handback/generate.ts';
import type { JsonObject } from '../../plugin/resources/json.ts';
import { isObject } from '../../plugin/resources/json.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { commitOf, loadRecording } from '../conformance/recordings.ts';
import { ask, list, textAt } from './oracle.ts';

const example = readFileSync('examples/handback/argo-events/handback.yaml', 'utf8');

/** The objects for an application of the recordings, whose records are those of acme/web in staging. */
function objectsFor(application: string): JsonObject[] {
  const text = example
    .replaceAll('user-service\n    namespace', `${application}\n    namespace`)
    .replace('acme/user-service', 'acme/web');
  return generateFiles('argo-events', readHandbackConfig(text, 'handback.yaml'))
    .filter(({ path }) => path.startsWith('cluster/'))
    .flatMap((file) => readYaml(file.text, { file: file.path, duplicateKeys: 'error' }))
    .flatMap(({ value }) => (isObject(value) ? [value] : []));
}

/** Runs a recorded life through the event source's and the sensor's filters: the commits that Jenkins is told of. */
async function told(...names: string[]): Promise<string[]> {
  const applications = loadRecording(...names).flatMap(({ type, application }) =>
    type === 'DELETED' ? [] : [application],
  );
  const changes = applications.slice(1).map((body, index) => ({ body, oldBody: applications[index] ?? null }));
  const name = textAt(applications[0], ['metadata', 'name']);
  const answer = await ask({ op: 'argo-events', objects: objectsFor(name), changes });
  return list(answer, 'fired').map((payload) => {
    expect(payload).toMatchObject({ event: 'success', application: name, environment: 'staging' });
    return textAt(payload, ['sources', 0, 'commit']);
  });
}

const names = new Map(Array.from({ length: 12 }, (_, index) => [commitOf(`v${index}`), `v${index}`]));
const short = (commits: readonly string[]): string[] => commits.map((commit) => names.get(commit) ?? commit);

// What each recording is of: test/fixtures/recordings, docs/notifications/conformance.md.
const lives: [string, string[]][] = [
  ['first-deploy', ['v1']],
  ['second-deploy', ['v2']],
  ['self-heal', []],
  ['flap', []],
  ['noop-commit', []],
  ['git-revert', ['v1']],
  ['waves', ['v1', 'v2']],
  ['hooks-ok', ['v2']],
  ['sync-failed', []],
  ['degraded-deadline', []],
  ['render-error', []],
  ['manual-sync', ['v1', 'v2']],
];

describe('the sensor', () => {
  it.each(lives)('%s: one deployment is one event', async (name, expected) => {
    expect(short(await told(name))).toEqual(expected);
  });
});
