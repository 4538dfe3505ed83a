/**
 * The live cluster's API, in the few calls that scenarios need: get, create, merge, delete and watch.
 */
import { readFileSync } from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';
import { parseJson, text } from './json.ts';

/** What a watch delivered, and when it arrived. */
interface WatchEvent {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** `ADDED`, `MODIFIED` or `DELETED`; objects that existed before the watch are `ADDED`. */
  readonly type: string;
  readonly object: JsonObject;
}

/** Collects every event of one collection until it is stopped. */
export interface Watch {
  readonly events: readonly WatchEvent[];
  stop(): void;
}

/** Where the API server listens and who asks. */
export interface ApiAccess {
  readonly port: number;
  readonly token: string;
  /** File with the certificate of the cluster's authority. */
  readonly authority: string;
}

/** A client of the API server. */
export class KubernetesApi {
  readonly #access: ApiAccess;
  readonly #agent: Agent;

  constructor(access: ApiAccess) {
    this.#access = access;
    this.#agent = new Agent({ ca: readFileSync(access.authority), keepAlive: true });
  }

  /** The object or list at `path`; undefined where there is none. Rejects on every other refusal. */
  async get(path: string): Promise<JsonObject | undefined> {
    return await this.#call('GET', path);
  }

  /** Creates `object` in the collection at `path`. */
  async create(path: string, object: JsonObject): Promise<void> {
    if ((await this.#call('POST', path, object)) === undefined) throw new Error(`POST ${path}: 404`);
  }

  /** Merges `patch` (RFC 7386) into the object at `path`; false when there is no such object. */
  async merge(path: string, patch: JsonObject, type = 'merge-patch'): Promise<boolean> {
    return (await this.#call('PATCH', path, patch, `application/${type}+json`)) !== undefined;
  }

  /** Deletes the object at `path`, if there is one. */
  async delete(path: string): Promise<void> {
    await this.#call('DELETE', path);
  }

  /** Watches the collection at `path`, or one object of it, from what is there now. */
  async watch(path: string, name?: string): Promise<Watch> {
    const selector = name === undefined ? '' : `fieldSelector=metadata.name%3D${name}&`;
    const events: WatchEvent[] = [];
    const list = await this.get(`${path}?${selector}`);
    const items = list && getKey(list, 'items');
    if (!list || !isArray(items)) throw new Error(`GET ${path}: no list`);
    const kind = text(list, 'kind').replace(/List$/u, '');
    for (const item of items) {
      if (isObject(item)) events.push({ time: Date.now(), type: 'ADDED', object: { kind, ...item } });
    }
    const metadata = getKey(list, 'metadata');
    let version = isObject(metadata) ? text(metadata, 'resourceVersion') : '';
    let stopped = false;
    let current: ClientRequest | undefined;
    const follow = (): void => {
      if (stopped) return;
      const query = `${path}?${selector}watch=1&resourceVersion=${version}`;
      current = this.#request('GET', query, undefined, (response) => {
        const lines = createInterface({ input: response });
        // Ending the watch breaks the answer off; readline passes that on.
        for (const emitter of [response, lines]) emitter.on('error', () => undefined);
        lines.on('line', (line) => {
          const event = parseJson(line);
          const object = isObject(event) ? getKey(event, 'object') : undefined;
          const type = isObject(event) ? getKey(event, 'type') : undefined;
          if (!isObject(object) || typeof type !== 'string' || type === 'ERROR' || type === 'BOOKMARK') return;
          const changed = getKey(object, 'metadata');
          if (isObject(changed)) version = text(changed, 'resourceVersion');
          events.push({ time: Date.now(), type, object });
        });
        lines.on('close', follow);
      });
      current.on('error', () => undefined);
      current.end();
    };
    follow();
    return {
      events,
      stop() {
        stopped = true;
        current?.destroy();
      },
    };
  }

  #request(
    method: string,
    path: string,
    contentType: string | undefined,
    onResponse: (response: IncomingMessage) => void,
  ): ClientRequest {
    const { port, token } = this.#access;
    const headers = { Authorization: `Bearer ${token}`, ...(contentType && { 'Content-Type': contentType }) };
    return request({ host: '127.0.0.1', port, method, path, headers, agent: this.#agent }, onResponse);
  }

  async #call(method: string, path: string, body?: Json, type = 'application/json'): Promise<JsonObject | undefined> {
    return await new Promise((resolve, reject) => {
      const sending = this.#request(method, path, type, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          const { statusCode = 0 } = response;
          if (statusCode === 404) {
            resolve(undefined);
            return;
          }
          const answer = parseJson(text);
          if (statusCode < 300 && isObject(answer)) resolve(answer);
          else reject(new Error(`${method} ${path}: ${statusCode} ${text.slice(0, 600)}`));
        });
      });
      sending.on('error', reject);
      sending.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
