import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../plugin/resources/json.ts';
import { identify } from '../../plugin/resources/resource.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { withValue } from '../../plugin/resources/with-value.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { runCli } from '../tools/run-cli.ts';
import { type Mesh, startMesh } from './mesh.ts';

// examples/partial-previews with real traffic: four services in a chain, three previews at once and the sandbox, routed
// by Istio's control plane and Envoy.
const chain = ['frontend', 'orders', 'payments', 'ledger'] as const;
const example = 'examples/partial-previews';

/** The pull requests: `foo` is a branch in two repositories, and `foo-bar` begins with another's name. */
const pulls: readonly { readonly service: string; readonly number: number; readonly branch: string }[] = [
  { service: 'frontend', number: 11, branch: 'foo' },
  { service: 'payments', number: 7, branch: 'foo' },
  { service: 'orders', number: 12, branch: 'foo-bar' },
  { service: 'payments', number: 8, branch: 'Baz/1' },
  { service: 'ledger', number: 8, branch: 'Baz/1' },
];

function objectsIn(text: string, file: string): JsonObject[] {
  return readYaml(text, { file, duplicateKeys: 'error' }).flatMap(({ value }) => (isObject(value) ? [value] : []));
}

/** The head commit of a pull request. */
const commitOf = (service: string, number: number): string =>
  Buffer.from(`${service}${number}`).toString('hex').padEnd(40, '0').slice(0, 40);

async function rendered(service: string, more: readonly string[]): Promise<JsonObject[]> {
  const { code, stdout, stderr } = await runCli(['render', `${example}/${service}`, ...more]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return objectsIn(stdout, service);
}

async function preview({ service, number, branch }: (typeof pulls)[number]): Promise<JsonObject[]> {
  const given = [`number=${number}`, `branch=${branch}`, `commit=${commitOf(service, number)}`];
  return rendered(service, ['-e', 'preview', ...given.flatMap((one) => ['--preview', one])]);
}

/** What a Kubernetes with Istio makes something of, as the API server stores it. */
function stored(objects: readonly JsonObject[]): JsonObject[] {
  const kinds = new Set(['Deployment', 'Service', 'HTTPRoute', 'ReferenceGrant', 'Gateway']);
  return objects.flatMap((one, index) => {
    if (!kinds.has(identify(one).kind)) return [];
    // The first is the oldest.
    const created = new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString().replace('.000', '');
    const dated = withValue(one, ['metadata', 'creationTimestamp'], created);
    if (one['kind'] !== 'Service') return [dated];
    return [withValue(dated, ['spec', 'clusterIP'], `10.0.${index >> 8}.${index & 255}`)];
  });
}

/** The Gateway of the example; its certificate is not there, so it listens without TLS. */
function gateway(): JsonObject {
  const [one = {}] = objectsIn(readFileSync(`${example}/gateway.yaml`, 'utf8'), 'gateway.yaml');
  const listener = valueAt(one, ['spec', 'listeners', 0]);
  if (!isObject(listener)) throw new Error('no listener');
  const { tls: _tls, ...rest } = listener;
  return withValue(one, ['spec', 'listeners'], [{ ...rest, port: 80, protocol: 'HTTP' }]);
}

const namespacesOf = (objects: readonly JsonObject[]): string[] => [
  ...new Set(objects.filter((one) => one['kind'] === 'Deployment').map((one) => identify(one).namespace)),
];

const folder = mkdtempSync(join(tmpdir(), 'waybill-mesh-'));
let mesh: Mesh;
let sandbox: Record<string, string> = {};

beforeAll(async () => {
  const base = (await Promise.all(chain.map((service) => rendered(service, ['-e', 'sandbox'])))).flat();
  const previews = (await Promise.all(pulls.map(preview))).flat();
  // The sandbox has a host of its own.
  const route = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'sandbox', namespace: 'shop-sandbox' },
    spec: {
      parentRefs: [{ name: 'public', namespace: 'gateways' }],
      hostnames: ['sandbox.preview.acme.inc'],
      rules: [{ backendRefs: [{ name: 'frontend', port: 80 }] }],
    },
  };
  const all = [gateway(), route, ...base, ...previews];
  sandbox = Object.fromEntries(
    base.flatMap((one): [string, string][] => {
      const image = valueAt(one, ['spec', 'template', 'spec', 'containers', 0, 'image']);
      return typeof image === 'string' ? [[identify(one).name, /:([^:@]+)@/u.exec(image)?.[1] ?? '']] : [];
    }),
  );
  const namespaces = namespacesOf(all);
  const labelled = namespaces.map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
  }));
  mesh = await startMesh([...labelled, ...stored(all)], namespaces, folder);
  // Each proxy hears of the routes in its own time.
  const wanted = Object.entries(expected());
  await Promise.all(
    wanted.map(([label, versions]) => mesh.until(hostOf(label), ({ path }) => path.join() === versions.join())),
  );
});
afterAll(() => {
  mesh.stop();
  rmSync(folder, { recursive: true, force: true });
});

const hostOf = (label: string): string => `${label}.preview.acme.inc`;

/** The versions that a request for a host meets. */
function versions(changed: Readonly<Record<string, number>>): string[] {
  return chain.map((service) => {
    const number = changed[service];
    return `${service}@${number === undefined ? sandbox[service] : `sha-${commitOf(service, number)}`}`;
  });
}

const expected = (): Record<string, string[]> => ({
  sandbox: versions({}),
  foo: versions({ frontend: 11, payments: 7 }),
  'foo-bar': versions({ orders: 12 }),
  'baz-1': versions({ payments: 8, ledger: 8 }),
});

describe('partial previews', () => {
  it('give 300 requests, over three previews and the sandbox, the right versions of all four services', async () => {
    const wanted = expected();
    const labels = Object.keys(wanted);
    const counted: Record<string, number> = {};
    const ask = async (index: number): Promise<void> => {
      const label = labels[index % labels.length] ?? '';
      const others = index % 3 === 0 ? [] : [`user=alice-${index};tier=gold,region=eu`];
      const { status, path, baggage } = await mesh.get(hostOf(label), others);
      expect({ label, status, path }).toEqual({ label, status: 200, path: wanted[label] });
      // What the client sent has reached the last service.
      if (others.length > 0) expect(baggage.join()).toMatch(new RegExp(`user=alice-${index};tier=gold`, 'u'));
      counted[label] = (counted[label] ?? 0) + 1;
    };
    for (let done = 0; done < 300; done += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => ask(done + index)));
    }
    expect(counted).toEqual({ sandbox: 75, foo: 75, 'foo-bar': 75, 'baz-1': 75 });
  });

  it.each<[string, string[], RegExp]>([
    ["another preview's member", ['preview=foo-bar,user=alice'], /user=alice/u],
    ['another preview, twice', ['preview=foo-bar', 'preview=baz-1,preview=foo-bar'], /./u],
    ['members that are malformed', [',,no equals,=x,user=alice'], /./u],
    ['more bytes than the specification lets pass', [`k=${'v'.repeat(9000)}`], /./u],
  ])("take a client's header along, and do not believe it: %s", async (_what, lines, arrives) => {
    const { path, baggage } = await mesh.get(hostOf('foo'), lines);
    expect(path).toEqual(expected()['foo']);
    expect(baggage.join()).toMatch(arrives);
    expect(baggage.join()).toMatch(/preview=foo(?:[,;]|$)/u);
  });

  // The specification lets a library drop what is over its limits: OpenTelemetry for Go keeps the first 64 members.
  it('lose a request that has more members than the specification lets pass', async () => {
    const members = (count: number): string[] => [Array.from({ length: count }, (_, n) => `k${n}=v`).join()];
    expect((await mesh.get(hostOf('foo'), members(63))).path).toEqual(expected()['foo']);
    expect((await mesh.get(hostOf('foo'), members(100))).path).toEqual(versions({ frontend: 11 }));
  });

  it('go one by one: a closed pull request leaves the others as they are', async () => {
    for (const name of ['payments-80-preview-7', 'payments-host-preview-7']) {
      expect(await mesh.command(`delete HTTPRoute shop-sandbox ${name}`)).toBe('done');
    }
    const left = versions({ frontend: 11 });
    await mesh.until(hostOf('foo'), ({ path }) => path.join() === left.join());
    for (const label of ['sandbox', 'foo-bar', 'baz-1']) {
      expect((await mesh.get(hostOf(label))).path).toEqual(expected()[label]);
    }
  });

  it('fail alone when their base has lost a service', async () => {
    expect(await mesh.command('delete Service shop-sandbox ledger')).toBe('done');
    // Nobody answers to the name any more, neither for the preview nor for the sandbox; what does not need it goes on.
    const { status, path } = await mesh.until(hostOf('baz-1'), (traced) => traced.status !== 200);
    expect(status).toBe(502);
    expect(path.join()).toContain('ledger.shop-sandbox');
  });
});
