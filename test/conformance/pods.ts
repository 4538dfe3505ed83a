/**
 * What the pods of a recording did: the truth that a success is held against, independent of everything the
 * Application says about itself.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readJsonObjects } from '../../plugin/notifications/replay/json-values.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';

function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((found, key) => {
    if (isArray(found)) return typeof key === 'number' ? found[key] : undefined;
    return isObject(found) ? getKey(found, String(key)) : undefined;
  }, value);
}

/** Milliseconds within which a watch delivers what is already there. */
const arrival = 250;

interface Seen {
  readonly time: number;
  readonly gone: boolean;
  readonly object: JsonObject;
  readonly name: string;
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function load(name: string): Seen[] {
  const file = new URL(`../fixtures/recordings/${name}.cluster.jsonl.gz`, import.meta.url);
  const seen = readJsonObjects(gunzipSync(readFileSync(file)).toString(), name).flatMap(({ value }) => {
    const object = getKey(value, 'object');
    const time = getKey(value, 't');
    if (!isObject(object) || typeof time !== 'string') return [];
    const name = `${text(at(object, 'kind'))}/${text(at(object, 'metadata', 'name'))}`;
    return [{ time: Date.parse(time), gone: getKey(value, 'type') === 'DELETED', object, name }];
  });
  // What was there already arrives a moment after the Application.
  const first = seen[0]?.time ?? 0;
  const known = new Set<string>();
  return seen.map(({ time, gone, object, name }) => {
    const there = !known.has(name) && time < first + arrival;
    known.add(name);
    return { time: there ? first - arrival : time, gone, object, name };
  });
}

const version = (image: Json | undefined): string => (typeof image === 'string' ? (image.split(':').at(-1) ?? '') : '');

/** Versions (tags of the image `web`) whose pods are ready at a moment (ms since 1970), deleted ones left out. */
export function readyVersions(recordings: readonly string[], moment: number): string[] {
  const pods = new Map<string, JsonObject>();
  for (const { time, gone, object, name } of recordings.flatMap(load)) {
    if (time > moment || at(object, 'kind') !== 'Pod') continue;
    if (gone || at(object, 'metadata', 'deletionTimestamp') !== undefined) pods.delete(name);
    else pods.set(name, object);
  }
  const ready = [...pods.values()].filter((pod) => {
    const conditions = at(pod, 'status', 'conditions');
    return isArray(conditions) && conditions.some((one) => at(one, 'type') === 'Ready' && at(one, 'status') === 'True');
  });
  const images = ready.map((pod) => at(pod, 'spec', 'containers', 0, 'image'));
  return [...new Set(images.filter((image) => typeof image === 'string' && image.includes('/web:')).map(version))];
}
