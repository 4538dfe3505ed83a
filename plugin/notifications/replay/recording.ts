/**
 * A recorded history of Applications: what a watch saw, in order, each with its moment.
 *
 * Taken as they come: the events of `kubectl get application -w -o json --output-watch-events` ({type, object}), the
 * bare objects of the same without that flag, and Lists. A field `t` beside type and object is the moment at which
 * the event was seen; without it the newest time inside the Application is.
 */
import { gunzipSync } from 'node:zlib';
import { failure } from '../../diagnostics/failure.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../resources/json.ts';
import { readJsonObjects } from './json-values.ts';

/** One thing that a watch saw. */
export interface RecordedEvent {
  readonly type: 'PUT' | 'DELETED';
  readonly application: JsonObject;
  /** `namespace/name`. */
  readonly key: string;
  /** Milliseconds since 1970. Never earlier than the event before. */
  readonly at: number;
  readonly line: number;
}

const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/u;

/** The newest time that stands anywhere in a value, in milliseconds; 0 when there is none. */
function newestTime(value: Json | undefined): number {
  if (typeof value === 'string') return time.test(value) ? Date.parse(value) : 0;
  if (isArray(value)) return value.reduce<number>((newest, item) => Math.max(newest, newestTime(item)), 0);
  if (!isObject(value)) return 0;
  return Object.values(value).reduce<number>((newest, item) => Math.max(newest, newestTime(item)), 0);
}

interface Seen {
  readonly type: RecordedEvent['type'];
  readonly object: JsonObject;
  readonly t: Json | undefined;
  readonly line: number;
}

/** The Applications of one value of the file: an event, an object or a List. */
function unwrap(value: Json, line: number, file: string): Seen[] {
  if (isObject(value)) {
    const object = getKey(value, 'object');
    if (isObject(object)) {
      const gone = getKey(value, 'type') === 'DELETED';
      return [{ type: gone ? 'DELETED' : 'PUT', object, t: getKey(value, 't'), line }];
    }
    const items = getKey(value, 'items');
    if (isArray(items)) return items.flatMap((item) => unwrap(item, line, file));
    if (getKey(value, 'kind') === 'Application') return [{ type: 'PUT', object: value, t: undefined, line }];
  }
  throw failure('recording-invalid', 'neither an Application nor an event of a watch of Applications', {
    location: { file, line },
    help: ['Record with: kubectl get application NAME -n argocd -w -o json --output-watch-events > NAME.json'],
  });
}

/** Reads a recording (`bytes` of a file, perhaps compressed by gzip). Failure `recording-invalid`. */
export function readRecording(bytes: Uint8Array, file: string): RecordedEvent[] {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  const seen = readJsonObjects(new TextDecoder().decode(plain), file)
    .flatMap(({ value, line }) => unwrap(value, line, file))
    .filter(({ object }) => getKey(object, 'kind') === 'Application');
  if (seen.length === 0) throw failure('recording-invalid', 'no Application in this recording', { location: { file } });
  let at = 0;
  return seen.map(({ type, object, t, line }) => {
    at = Math.max(at, typeof t === 'string' && time.test(t) ? Date.parse(t) : newestTime(object));
    const metadata = getKey(object, 'metadata');
    const name = isObject(metadata) ? getKey(metadata, 'name') : undefined;
    const namespace = isObject(metadata) ? getKey(metadata, 'namespace') : undefined;
    if (typeof name !== 'string' || typeof namespace !== 'string') {
      throw failure('recording-invalid', 'an Application without a name or a namespace', { location: { file, line } });
    }
    return { type, application: object, key: `${namespace}/${name}`, at, line };
  });
}
