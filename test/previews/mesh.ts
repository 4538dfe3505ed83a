/**
 * A service mesh on loopback: Istio's control plane, a real Envoy as ingress gateway and one for each namespace, and
 * rendered Deployments as HTTP servers.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { JsonObject } from '../../plugin/resources/json.ts';
import { envoyBinary, istioBinary } from '../tools/envoy.mjs';

/** What came back through the gateway: the services that a request met, and the last one's `baggage` lines. */
interface Traced {
  readonly status: number;
  readonly path: readonly string[];
  readonly baggage: readonly string[];
}

/** A running mesh. */
export interface Mesh {
  /** Requests `host` at the gateway, with the lines of `baggage`. */
  get(host: string, baggage?: readonly string[]): Promise<Traced>;
  /** Asks until a request gets `wanted` as status: proxies are told of a change a moment after it. */
  until(host: string, wanted: (traced: Traced) => boolean): Promise<Traced>;
  /** Sends the control plane a command (test/tools/istio/main.go); its answer. */
  command(line: string): Promise<string>;
  stop(): void;
}

/** A port of 127.0.0.1 that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Envoy's configuration for a proxy of Istio; everything else comes from the control plane. */
function bootstrap(type: 'router' | 'sidecar', namespace: string, address: string, xdsPort: number): string {
  const labels = type === 'router' ? { 'gateway.networking.k8s.io/gateway-name': 'public' } : {};
  const ads = { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' };
  const http2 = { explicit_http_config: { http2_protocol_options: {} } };
  return JSON.stringify({
    node: {
      id: `${type}~${address}~${type}.${namespace}~${namespace}.svc.cluster.local`,
      cluster: namespace,
      metadata: {
        NAMESPACE: namespace,
        LABELS: labels,
        INSTANCE_IPS: address,
        INTERCEPTION_MODE: 'NONE',
        CLUSTER_ID: 'Kubernetes',
        ISTIO_VERSION: '1.99.0',
      },
    },
    // As Istio's own bootstrap has it: the default is too small for any regular expression of a route.
    layered_runtime: {
      layers: [{ name: 'istio', static_layer: { 're2.max_program_size.error_level': 32768 } }],
    },
    dynamic_resources: {
      lds_config: ads,
      cds_config: ads,
      ads_config: {
        api_type: 'GRPC',
        transport_api_version: 'V3',
        grpc_services: [{ envoy_grpc: { cluster_name: 'istiod' } }],
      },
    },
    static_resources: {
      clusters: [
        {
          name: 'istiod',
          type: 'STATIC',
          connect_timeout: '5s',
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
              '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
              ...http2,
            },
          },
          load_assignment: {
            cluster_name: 'istiod',
            endpoints: [
              {
                lb_endpoints: [
                  { endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: xdsPort } } } },
                ],
              },
            ],
          },
        },
      ],
    },
  });
}

function traced(port: number, host: string, baggage: readonly string[]): Promise<Traced> {
  return new Promise((resolve, reject) => {
    const headers = { host, ...(baggage.length > 0 ? { baggage: [...baggage] } : {}) };
    const asked = request({ host: '127.0.0.1', port, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const { statusCode: status = 0 } = response;
        const text = Buffer.concat(parts).toString();
        const said: unknown = status === 200 ? JSON.parse(text) : {};
        resolve(Object.assign({ status, path: [text], baggage: [] }, said));
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** An object whose Services have another port than 80, which not everybody may listen on. */
function withPort(object: JsonObject, port: number): string {
  const text = JSON.stringify(object);
  if (object['kind'] === 'Gateway') return text;
  return text
    .replaceAll('"port":80}', `"port":${port}}`)
    .replaceAll('"port":80,', `"port":${port},`)
    .replaceAll(/(http:\/\/[a-z.-]+)"/gu, `$1:${port}"`);
}

/** Runs `objects` (of all namespaces, the Gateway `gateways/public` among them). Files are in `folder`. */
export async function startMesh(
  objects: readonly JsonObject[],
  namespaces: readonly string[],
  folder: string,
): Promise<Mesh> {
  const children: ChildProcess[] = [];
  const stop = (): void => {
    for (const child of children) child.kill('SIGKILL');
  };
  try {
    const [port, servicePort] = [await freePort(), await freePort()];
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'objects.yaml');
    writeFileSync(file, objects.map((one) => withPort(one, servicePort)).join('\n---\n'));
    const istio = spawn(await istioBinary(), [file, String(port), String(servicePort), ...namespaces], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(istio);
    const lines = createInterface(istio.stdout)[Symbol.asyncIterator]();
    // Istio and OpenTelemetry log to the same stream.
    const line = async (): Promise<string> => {
      for (;;) {
        const next: IteratorResult<string, undefined> = await lines.next();
        if (next.done === true) throw new Error('the control plane ended');
        if (/^(?:xds|done|error)\b/u.test(next.value)) return next.value;
      }
    };
    const [, xds] = /^xds 127\.0\.0\.1:(\d+)$/u.exec(await line()) ?? [];
    const envoy = await envoyBinary();
    const start = (type: 'router' | 'sidecar', namespace: string, address: string): void => {
      const config = bootstrap(type, namespace, address, Number(xds));
      const args = ['--use-dynamic-base-id', '--disable-hot-restart', '--concurrency', '1', '-l', 'error'];
      children.push(spawn(envoy, [...args, '--config-yaml', config], { stdio: ['ignore', 'ignore', 'inherit'] }));
    };
    start('router', 'gateways', '127.0.0.1');
    for (const [index, namespace] of namespaces.entries()) start('sidecar', namespace, `127.0.0.${index + 2}`);
    const get: Mesh['get'] = (host, baggage = []) => traced(port, host, baggage);
    return {
      get,
      until: async (host, wanted) => {
        for (let tries = 0; ; tries++) {
          const last = await get(host).catch((error: unknown) => ({ status: 0, path: [String(error)], baggage: [] }));
          if (wanted(last)) return last;
          if (tries === 600) throw new Error(`${host} gives ${JSON.stringify(last)}`);
          await new Promise((again) => setTimeout(again, 25));
        }
      },
      command: async (text) => {
        istio.stdin.write(`${text}\n`);
        return line();
      },
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
}
