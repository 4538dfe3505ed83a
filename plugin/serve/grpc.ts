/**
 * Argo CD's plugin service and gRPC's health service on a unix socket. @grpc/grpc-js is used here and nowhere else.
 */
import {
  type ChannelOptions,
  Client,
  credentials,
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  status,
} from '@grpc/grpc-js';
import type { IncomingStream } from './intake.ts';
import {
  emptyMessage,
  type HealthRequest,
  readHealth,
  readHealthRequest,
  readStreamRequest,
  servingStatus,
  type StreamRequest,
  writeHealth,
} from './messages.ts';

/** An error as the caller sees it. */
export interface Refusal {
  readonly code: 'unknown' | 'invalid' | 'exhausted' | 'unavailable' | 'deadline' | 'internal';
  readonly text: string;
}

/** A request with a repository, to be answered by bytes. */
export interface Call {
  readonly what: 'manifests' | 'parameters' | 'match';
  readonly stream: IncomingStream;
  /** Milliseconds since 1970; Infinity without one. */
  readonly deadline: number;
  /** W3C trace context of the caller; '' without one. */
  readonly traceparent: string;
}

/** What the server does with a call. */
export type Answerer = (call: Call) => Promise<{ readonly response: Uint8Array } | Refusal>;

const codes: Readonly<Record<Refusal['code'], status>> = {
  unknown: status.UNKNOWN,
  invalid: status.INVALID_ARGUMENT,
  exhausted: status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
  deadline: status.DEADLINE_EXCEEDED,
  internal: status.INTERNAL,
};

/** Argo CD's own limit, both ways. */
const MESSAGE_BYTES = 100 * 1024 * 1024;

/** An error travels in a header, each byte that is not printable as three. Node sends no headers above 64 KiB. */
const TEXT_BYTES = 16 * 1024;

const options: ChannelOptions = {
  'grpc.max_receive_message_length': MESSAGE_BYTES,
  'grpc.max_send_message_length': MESSAGE_BYTES,
  'grpc.max_concurrent_streams': 100,
  // The archive comes through a local socket: a small window would only make it stop and go.
  'grpc-node.flow_control_window': 4 * 1024 * 1024,
  'grpc-node.max_session_memory': 64,
};

/** A text that fits into a header. */
function detailsOf(text: string): string {
  const bytes = Buffer.from(text.trimEnd());
  if (bytes.length <= TEXT_BYTES) return bytes.toString();
  return `${bytes
    .subarray(0, TEXT_BYTES)
    .toString()
    .replace(/\uFFFD$/u, '')}\n…`;
}

const bytesOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function method<Request>(path: string, read: (bytes: Buffer) => Request, streams: 'none' | 'request' | 'response') {
  return {
    path,
    requestStream: streams === 'request',
    responseStream: streams === 'response',
    requestSerialize: (): Buffer => Buffer.alloc(0),
    requestDeserialize: read,
    responseSerialize: bytesOf,
    responseDeserialize: (bytes: Buffer): Uint8Array => bytes,
  };
}

const PLUGIN = '/plugin.ConfigManagementPluginService/';
const HEALTH = '/grpc.health.v1.Health/';

const pluginService = {
  GenerateManifest: method(`${PLUGIN}GenerateManifest`, readStreamRequest, 'request'),
  MatchRepository: method(`${PLUGIN}MatchRepository`, readStreamRequest, 'request'),
  GetParametersAnnouncement: method(`${PLUGIN}GetParametersAnnouncement`, readStreamRequest, 'request'),
  CheckPluginConfiguration: method(`${PLUGIN}CheckPluginConfiguration`, () => ({}), 'none'),
} satisfies ServiceDefinition;

const healthService = {
  Check: method(`${HEALTH}Check`, readHealthRequest, 'none'),
  Watch: method(`${HEALTH}Watch`, readHealthRequest, 'response'),
} satisfies ServiceDefinition;

/** Milliseconds that a server which is well takes at most to say so. */
const CHECK_MS = 10_000;

/** Whether a server on the socket, this one or Argo CD's own, says that it is serving. */
export function isServing(path: string): Promise<boolean> {
  const client = new Client(`unix:${path}`, credentials.createInsecure());
  const { Check } = healthService;
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      Check.path,
      Check.requestSerialize,
      Check.responseDeserialize,
      {},
      { deadline: Date.now() + CHECK_MS },
      (error, response) => {
        client.close();
        resolve(error === null && response !== undefined && readHealth(response) === servingStatus.serving);
      },
    );
  });
}

type Reply = (error: { code: status; details: string } | null, response?: Uint8Array) => void;

/** A gRPC server on one socket. */
export class GrpcServer {
  readonly #server = new Server(options);
  readonly #watchers = new Set<ServerWritableStream<HealthRequest, Uint8Array>>();
  #ready = false;

  constructor(answer: Answerer) {
    const stream =
      (what: Call['what']) =>
      (call: ServerReadableStream<StreamRequest, Uint8Array>, reply: Reply): void => {
        const deadline = call.getDeadline();
        const [parent = ''] = call.metadata.get('traceparent');
        const request: Call = {
          what,
          stream: call,
          deadline: deadline instanceof Date ? deadline.getTime() : deadline,
          traceparent: parent.toString(),
        };
        void answer(request).then(
          (answered) => {
            if ('response' in answered) reply(null, answered.response);
            else reply({ code: codes[answered.code], details: detailsOf(answered.text) });
          },
          (error: unknown) => reply({ code: status.INTERNAL, details: detailsOf(String(error)) }),
        );
      };
    this.#server.addService(pluginService, {
      GenerateManifest: stream('manifests'),
      MatchRepository: stream('match'),
      GetParametersAnnouncement: stream('parameters'),
      CheckPluginConfiguration: (_call: ServerUnaryCall<object, Uint8Array>, reply: Reply) => reply(null, emptyMessage),
    });
    this.#server.addService(healthService, {
      Check: ({ request }: ServerUnaryCall<HealthRequest, Uint8Array>, reply: Reply) => {
        const known = this.#statusOf(request);
        if (known === servingStatus.serviceUnknown) reply({ code: status.NOT_FOUND, details: 'unknown service' });
        else reply(null, writeHealth(known));
      },
      Watch: (call: ServerWritableStream<HealthRequest, Uint8Array>) => {
        call.write(writeHealth(this.#statusOf(call.request)));
        this.#watchers.add(call);
        call.on('cancelled', () => this.#watchers.delete(call));
        call.on('close', () => this.#watchers.delete(call));
      },
    });
  }

  #statusOf({ service }: HealthRequest): (typeof servingStatus)[keyof typeof servingStatus] {
    if (!['', 'plugin.ConfigManagementPluginService', 'grpc.health.v1.Health'].includes(service)) {
      return servingStatus.serviceUnknown;
    }
    return this.#ready ? servingStatus.serving : servingStatus.notServing;
  }

  /** What the health service says from now on. */
  setReady(ready: boolean): void {
    this.#ready = ready;
    for (const call of this.#watchers) call.write(writeHealth(this.#statusOf(call.request)));
  }

  /** Begins to listen on a socket. */
  listen(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(`unix:${path}`, ServerCredentials.createInsecure(), (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /** Takes no more connections and waits, at most so many milliseconds, until every call has its answer. */
  async close(graceMs: number): Promise<void> {
    for (const call of this.#watchers) call.end();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.#server.forceShutdown();
        resolve();
      }, graceMs);
      this.#server.tryShutdown(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
