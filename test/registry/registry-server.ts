/**
 * The real registry server (test/registry/server) for tests: started with the options that a test wants, filled without
 * a client, and asked afterwards what it was asked.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Platform } from '../../plugin/registries/registry.ts';
import { goBinary } from '../tools/go-binary.mjs';

/** Which server. */
export interface RegistrySetup {
  /** `basic`: an htpasswd file; `token`: a token server at the same host. @default none */
  readonly auth?: 'none' | 'basic' | 'token';
  /** Name to password. A user's identity token (for the OAuth form) is `refresh-` and the password. */
  readonly users?: Readonly<Record<string, string>>;
  /** With token: everybody may pull. @default false */
  readonly anonymousPull?: boolean;
  /** Most tags on a page. @default the server's own, 1000 */
  readonly pageSize?: number;
  /** Seconds that a token is said to live. @default 300 */
  readonly tokenLifetime?: number;
  /** TLS with an authority of its own. @default false */
  readonly tls?: boolean;
  /** The host of a server without TLS that this one is a pull-through cache of. @default none */
  readonly cacheOf?: string;
}

/** An image to be there. Without platforms it is a single linux/amd64 manifest. */
export interface PushedImage {
  /** Without the host. */
  readonly repository: string;
  /** Absent: by digest only. */
  readonly tag?: string;
  /** RFC 3339; of the config. */
  readonly created?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Of the manifest; of each, in an index. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Several make an index, as `index` does for one. */
  readonly platforms?: readonly Platform[];
  readonly index?: boolean;
  readonly indexAnnotations?: Readonly<Record<string, string>>;
  /** An index with an attestation manifest in first place. */
  readonly attestation?: boolean;
  /** Docker's media types in place of OCI's (they have no annotations). */
  readonly docker?: boolean;
}

/** Changes the answers to some requests. The first fault that fits a request is made. */
export interface Fault {
  /** @default any */
  readonly method?: string;
  /** A regular expression (Go's) over path and query. */
  readonly path: string;
  /** For how many requests. @default all */
  readonly times?: number;
  /** Fitting requests passed over before. @default 0 */
  readonly after?: number;
  /** Answered in place of the registry. @default the registry answers */
  readonly status?: number;
  /** Set in the answer; an empty value takes a header out. */
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the answer's body. */
  readonly body?: string;
  /** The connection breaks after so many bytes of the body; below 0: before any answer. */
  readonly cutAfter?: number;
  readonly delayMilliseconds?: number;
}

/** One request that came to the server, that of a token included. */
interface LoggedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** The Host header. */
  readonly host: string;
  readonly status: number;
  readonly authorization: 'none' | 'basic' | 'bearer';
  readonly userAgent: string;
}

/** A running server. */
export interface RegistryServer {
  /** `127.0.0.1:PORT`: the first part of images' names. */
  readonly host: string;
  /** The file of the certificate's authority, with tls; else empty. */
  readonly ca: string;
  /** A hosts file (WAYBILL_REGISTRIES) by which this server is reached: plain http, or its authority. */
  readonly hostsFile: string;
  /** Puts images in; their digests, in order. */
  push(...images: readonly PushedImage[]): Promise<readonly string[]>;
  /** Replaces the faults. */
  faults(...faults: readonly Fault[]): Promise<void>;
  /** The requests since the last call. */
  log(): Promise<readonly LoggedRequest[]>;
  /** The most requests that were under way at once since the last call. */
  mostAtOnce(): Promise<number>;
  /** Every token that was used so far is worthless from now on. */
  revokeTokens(): Promise<void>;
  /** Ends the process. Call it in `afterAll`. */
  close(): void;
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function rows(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map((one: unknown) => fields(one)) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function schemeOf(value: unknown): LoggedRequest['authorization'] {
  return value === 'basic' || value === 'bearer' ? value : 'none';
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** Sends lines and gives the answers, in order. */
class Lines {
  readonly #child: Child;
  readonly #waiting: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void }[] = [];

  constructor(child: Child) {
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => this.#waiting.shift()?.resolve(line));
    child.once('exit', (code) => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`the registry ended with code ${code}`));
    });
  }

  /** The result of one request, of unknown shape. Rejects with the server's error. */
  async ask(request: object): Promise<unknown> {
    const line = await new Promise<string>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
    const answer = fields(JSON.parse(line));
    if (answer['error'] !== undefined) throw new Error(textOf(answer['error']));
    return answer['result'];
  }
}

/** Starts a server, building it when its sources changed. */
export async function startRegistry(setup: RegistrySetup = {}): Promise<RegistryServer> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-registry-'));
  const child: Child = spawn(await goBinary('test/registry/server'), [], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const lines = new Lines(child);
  const started = fields(await lines.ask({ auth: 'none', tokenLifetime: 300, ...setup, folder }));
  const host = textOf(started['host']);
  const ca = textOf(started['ca']);
  const hostsFile = join(folder, 'registries.yaml');
  const reached = ca === '' ? 'plainHTTP: true' : `ca: ${ca}`;
  writeFileSync(hostsFile, `apiVersion: waybill.dev/v1\nkind: Registries\nhosts:\n  "${host}":\n    ${reached}\n`);
  return {
    host,
    ca,
    hostsFile,
    async push(...images) {
      return rows(await lines.ask({ op: 'push', images })).map(({ digest }) => textOf(digest));
    },
    async faults(...faults) {
      await lines.ask({ op: 'faults', faults });
    },
    async log() {
      return rows(await lines.ask({ op: 'log' })).map((row) => ({
        method: textOf(row['method']),
        path: textOf(row['path']),
        host: textOf(row['host']),
        status: Number(row['status']),
        authorization: schemeOf(row['authorization']),
        userAgent: textOf(row['userAgent']),
      }));
    },
    async mostAtOnce() {
      return Number(await lines.ask({ op: 'most' }));
    },
    async revokeTokens() {
      await lines.ask({ op: 'revoke' });
    },
    close() {
      child.stdin.end();
    },
  };
}
