/**
 * The recorded lives of real Applications (Kubernetes 1.36, Argo CD 3.5.7; test/fixtures/recordings).
 *
 * They were made with a plugin that rendered a ConfigMap `stamp-<version>` for each version of the image. That is
 * what a record is, so it gets a record's name while it is read. A version's source commit is the hash of its name.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type RecordedEvent, readRecording } from '../../plugin/notifications/replay/recording.ts';
import { recordName } from '../../plugin/record/name.ts';
import { isArray, isObject, type Json, type MutableJsonObject } from '../../plugin/resources/json.ts';
import { parseJson } from '../../plugin/resources/parse-json.ts';
import { writeJson } from '../../plugin/yaml/write-json.ts';

const folder = new URL('../fixtures/recordings/', import.meta.url);

/** The source commit of a version: any label becomes 40 hexadecimal digits. */
export function commitOf(label: string): string {
  return createHash('sha1').update(label).digest('hex');
}

/** A recording's lines with records in place of stamps. */
function lines(name: string): string {
  const text = gunzipSync(readFileSync(new URL(`${name}.jsonl.gz`, folder))).toString();
  const application = /"kind":"Application","metadata":\{.*?"name":"([a-z0-9-]+)"/u.exec(text)?.[1] ?? 'unknown';
  // Later recordings have records, whose environment is the Application's name.
  const records = text.replaceAll(/waybill\.acme\.web\.[a-z0-9-]+\./gu, 'waybill.acme.web.staging.');
  return records.replaceAll(/stamp-(v\d[a-z0-9-]*)/gu, (_all, label: string) =>
    recordName({ owner: 'acme', repository: 'web', environment: 'staging', application, commit: commitOf(label) }),
  );
}

/** The events of one recording, or of several that followed one another. */
export function loadRecording(...names: string[]): RecordedEvent[] {
  return readRecording(Buffer.from(names.map(lines).join('')), names.join(' + '));
}

/** What a source has when a plugin renders it, and when kustomize does. */
const forms = { Plugin: { plugin: { name: 'waybill' } }, Kustomize: { kustomize: {} } } as const;

/** A part of an Application with its sources of the other form. */
function turned(value: Json, to: keyof typeof forms, key = ''): Json {
  if (isArray(value)) {
    if (key === 'sourceTypes') return value.map(() => to);
    return value.map((one) => turned(one, to, key === 'sources' ? 'source' : key));
  }
  if (key === 'sourceType') return to;
  if (!isObject(value)) return value;
  const made: MutableJsonObject = {};
  for (const [name, one] of Object.entries(value))
    if (one !== undefined && name !== 'plugin') made[name] = turned(one, to, name);
  return key === 'source' ? { ...made, ...forms[to] } : made;
}

/**
 * The same life with the record made the other way: where a plugin rendered it, kustomize does, with the record as a file;
 * where Argo CD rendered it, a plugin does.
 */
export function inOtherForm(...names: string[]): RecordedEvent[] {
  const [first = '', ...rest] = names.map(lines).join('').trimEnd().split('\n');
  const to = first.includes('"plugin"') || rest.some((line) => line.includes('"plugin"')) ? 'Kustomize' : 'Plugin';
  const text = [first, ...rest].map((line) => writeJson(turned(parseJson(line), to)));
  return readRecording(Buffer.from(`${text.join('\n')}\n`), names.join(' + '));
}
