/**
 * A caller of `waybill serve` that may send anything: messages are made from the vendored descriptions of the protocol.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Client, credentials, status } from '@grpc/grpc-js';
import { packTar, type TarEntry } from 'modern-tar';
import protobuf from 'protobufjs';

const root = new protobuf.Root();
for (const file of ['plugin.proto', 'health.proto']) {
  protobuf.parse(readFileSync(`plugin/serve/${file}`, 'utf8'), root, { keepCase: true });
}

/** The bytes of a message of the given type. */
export function encode(type: string, value: object): Buffer {
  const message = root.lookupType(type);
  return Buffer.from(message.encode(message.fromObject(value)).finish());
}

/** The message in bytes, as plain values; absent fields have their defaults. */
export function decode(type: string, bytes: Uint8Array): unknown {
  const message = root.lookupType(type);
  return message.toObject(message.decode(bytes), { longs: Number, defaults: true, arrays: true });
}

/** What the server answered. */
export interface Answered {
  /** `OK`, `UNKNOWN`, `INVALID_ARGUMENT`, … */
  readonly status: string;
  readonly text: string;
  readonly manifests: readonly string[];
}

/** One message of a stream; a Promise is awaited before the next. */
export type Step = Buffer | Promise<unknown>;

/** How to call. */
export interface CallOptions {
  readonly method?: 'GenerateManifest' | 'GetParametersAnnouncement' | 'MatchRepository';
  /** Milliseconds until the deadline. @default 30000 */
  readonly timeoutMs?: number;
  /** Given the function that makes the caller disappear. */
  readonly onStart?: (cancel: () => void) => void;
  /** False leaves the stream open. */
  readonly end?: boolean;
}

/** A file of a repository. */
export function file(name: string, text: string | Uint8Array, more: Partial<TarEntry['header']> = {}): TarEntry {
  const body = Buffer.from(text);
  return { header: { name, size: body.length, type: 'file', mode: 0o644, ...more }, body };
}

/** A gzip-ed tar. */
export async function archiveOf(entries: readonly TarEntry[]): Promise<Buffer> {
  return gzipSync(await packTar(entries));
}

const defaultEnv = [{ name: 'ARGOCD_APP_NAME', value: 'shop' }];

/** What differs from the metadata that Argo CD sends. */
export interface MetadataChanges {
  readonly checksum?: string;
  readonly size?: number;
  readonly appRelPath?: string;
  readonly env?: readonly { readonly name: string; readonly value: string }[];
}

/** The metadata message of an archive. */
export function metadata(archive: Uint8Array, changes: MetadataChanges = {}): Buffer {
  const checksum = createHash('sha256').update(archive).digest('hex');
  return encode('plugin.AppStreamRequest', {
    metadata: { appName: 'app', appRelPath: 'app', checksum, size: archive.length, env: defaultEnv, ...changes },
  });
}

/** A message with a part of an archive. */
export function chunk(bytes: Uint8Array): Buffer {
  return encode('plugin.AppStreamRequest', { file: { chunk: bytes } });
}

/** All messages of an archive, as Argo CD sends them. */
export function messagesOf(archive: Uint8Array, changes: MetadataChanges = {}, size = 1024): Buffer[] {
  const parts = Array.from({ length: Math.ceil(archive.length / size) }, (_, index) =>
    chunk(archive.subarray(index * size, (index + 1) * size)),
  );
  return [metadata(archive, changes), ...parts];
}

/** Calls one server. */
export class Caller {
  readonly #client: Client;

  constructor(socket: string) {
    this.#client = new Client(`unix:${socket}`, credentials.createInsecure(), {
      'grpc.max_send_message_length': 200 * 1024 * 1024,
      'grpc.max_receive_message_length': 200 * 1024 * 1024,
    });
  }

  /** Sends messages, one after the other, and gives the answer. */
  send(steps: readonly Step[], options: CallOptions = {}): Promise<Answered> {
    const { method = 'GenerateManifest', timeoutMs = 30_000, end = true } = options;
    return new Promise((resolve) => {
      const call = this.#client.makeClientStreamRequest(
        `/plugin.ConfigManagementPluginService/${method}`,
        (bytes: Buffer) => bytes,
        (bytes: Buffer) => bytes,
        { deadline: Date.now() + timeoutMs },
        (error, response) => {
          const known = error === null ? 'OK' : (status[error.code] ?? '');
          const manifests =
            response && method === 'GenerateManifest' ? decode('plugin.ManifestResponse', response) : undefined;
          const list = typeof manifests === 'object' && manifests !== null && 'manifests' in manifests;
          const texts = list && Array.isArray(manifests.manifests) ? manifests.manifests.map(String) : [];
          resolve({ status: known, text: error?.details ?? '', manifests: texts });
        },
      );
      options.onStart?.(() => call.cancel());
      void (async () => {
        for (const step of steps) {
          if (step instanceof Promise) await step;
          else if (!call.write(step)) await new Promise((drained) => call.once('drain', drained));
        }
        if (end) call.end();
      })();
    });
  }

  /** Renders a repository, as Argo CD would. */
  async render(entries: readonly TarEntry[], changes: MetadataChanges = {}): Promise<Answered> {
    return await this.send(messagesOf(await archiveOf(entries), changes));
  }

  /** What the health service says: `SERVING`, or the status of the error. */
  health(service = ''): Promise<string> {
    return new Promise((resolve) => {
      this.#client.makeUnaryRequest(
        '/grpc.health.v1.Health/Check',
        (bytes: Buffer) => bytes,
        (bytes: Buffer) => bytes,
        encode('grpc.health.v1.HealthCheckRequest', { service }),
        { deadline: Date.now() + 5000 },
        (error, response) => {
          if (error || !response) resolve(status[error?.code ?? status.UNKNOWN] ?? '');
          else {
            const type = root.lookupType('grpc.health.v1.HealthCheckResponse');
            const answer = type.toObject(type.decode(response), { enums: String, defaults: true });
            resolve(String(answer['status']));
          }
        },
      );
    });
  }

  close(): void {
    this.#client.close();
  }
}
