import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { packTar } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { decode, encode } from '../../test/serve/client.ts';
import { announcements } from '../argocd/announcement.ts';
import { createMemoryTree } from '../files/memory.ts';
import { onLargeWork } from '../limits/effort.ts';
import { ByteCache } from '../reuse/byte-cache.ts';
import { archiveLimits } from './archive.ts';
import { parseAddress } from './http.ts';
import { planMemory } from './memory.ts';
import {
  readHealthRequest,
  readStreamRequest,
  servingStatus,
  writeAnnouncements,
  writeHealth,
  writeManifests,
} from './messages.ts';
import { answersTheSame, ObservedTree } from './observed-tree.ts';
import { environmentOf } from './service.ts';
import { socketPath } from './socket.ts';
import { directoryOf, ServeTask } from './task.ts';
import { collectorOf, contextOf, Tracer } from './trace.ts';

const env = fc.array(fc.record({ name: fc.string({ unit: 'grapheme' }), value: fc.string({ unit: 'grapheme' }) }));

describe('messages', () => {
  it('are read as their description says', () => {
    const metadata = fc.record({
      appName: fc.string(),
      appRelPath: fc.string({ unit: 'grapheme' }),
      checksum: fc.string(),
      size: fc.integer({ min: -(2 ** 31), max: 2 ** 50 }),
      env,
    });
    fc.assert(
      fc.property(metadata, (one) => {
        expect(readStreamRequest(encode('plugin.AppStreamRequest', { metadata: one }))).toEqual({ metadata: one });
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const { chunk } = readStreamRequest(encode('plugin.AppStreamRequest', { file: { chunk: bytes } }));
        expect([...(chunk ?? [1])]).toEqual([...bytes]);
      }),
    );
    expect(readStreamRequest(Buffer.alloc(0))).toEqual({});
    expect(readHealthRequest(encode('grpc.health.v1.HealthCheckRequest', { service: 'x' }))).toEqual({ service: 'x' });
  });

  it('of any other bytes are read or refused, and never read beyond their end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          readStreamRequest(Buffer.from(bytes));
        } catch (error) {
          // Its own words, or those of the library that reads numbers and texts.
          expect(String(error)).toMatch(/a field is longer than|index out of range|invalid (?:wire type|varint)/u);
        }
      }),
      { numRuns: 1000 },
    );
    // Fields that are not known are passed over; a field that is longer than its message is not.
    expect(readStreamRequest(Buffer.from([0x7a, 1, 65]))).toEqual({});
    expect(() => readStreamRequest(Buffer.from([0x12, 1, 0x0a, 5, 65]))).toThrow('index out of range');
    expect(() => readStreamRequest(Buffer.from([0x0a, 2, 0x0a, 3, 65, 65, 65]))).toThrow('a field is longer than');
  });

  it('are written as their description says', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (manifests) => {
        expect(decode('plugin.ManifestResponse', writeManifests(manifests))).toEqual({ manifests, sourceType: '' });
      }),
    );
    const announced = announcements(['staging'], ['domain']);
    expect(decode('plugin.ParametersAnnouncementResponse', writeAnnouncements(announced))).toMatchObject({
      parameterAnnouncements: announced,
    });
    expect(decode('grpc.health.v1.HealthCheckResponse', writeHealth(servingStatus.notServing))).toEqual({ status: 2 });
  });
});

describe('an observed tree', () => {
  const files = { 'app/a.yaml': 'a', 'app/b.yaml': 'b', 'other/c.yaml': 'c' };

  function observe(): ObservedTree {
    const tree = new ObservedTree(createMemoryTree(files));
    tree.list('app');
    tree.readText('app/a.yaml');
    tree.kind('app/waybill.yaml');
    return tree;
  }

  it.each<[string, Record<string, string>, boolean]>([
    ['nothing', {}, true],
    ['a file that was not read', { 'app/b.yaml': 'x' }, true],
    ['another directory', { 'other/d.yaml': 'd' }, true],
    ['a file that was read', { 'app/a.yaml': 'x' }, false],
    ['a name in a directory that was listed', { 'app/d.yaml': 'x' }, false],
    ['a file that was not there', { 'app/waybill.yaml': 'x' }, false],
  ])('gives other answers when %s changes: %s', (_what, changed, same) => {
    const { observations } = observe();
    expect(answersTheSame(createMemoryTree({ ...files, ...changed }), observations ?? [])).toBe(same);
  });

  it('says nothing about later trees when an answer was an error', () => {
    const tree = observe();
    expect(() => tree.readText('app/missing.yaml')).toThrow('file-missing');
    expect(tree.observations).toBeUndefined();
    expect(answersTheSame(createMemoryTree({}), observe().observations ?? [])).toBe(false);
  });

  it('asks the tree no more than the render does: limits count the same', () => {
    const limits = { fileBytes: 10, totalBytes: 10, files: 1 };
    const tree = new ObservedTree(createMemoryTree({ a: 'a' }, limits));
    tree.readText('a');
    expect(() => tree.readText('a')).toThrow('limit-files');
  });
});

describe('a cache', () => {
  it('keeps what was used last, within its bytes', () => {
    const cache = new ByteCache<string>(8);
    for (const key of ['a', 'b', 'c', 'd']) cache.set(key, key, 2);
    cache.get('a');
    cache.set('e', 'e', 2);
    cache.set('huge', 'huge', 3);
    expect([...cache.keys()]).toEqual(['c', 'd', 'a', 'e']);
    expect(cache.bytes).toBe(8);
    cache.set('c', 'new', 1);
    expect(cache.bytes).toBe(7);
    cache.clear();
    expect([cache.bytes, cache.get('c')]).toEqual([0, undefined]);
  });
});

describe('what a caller says', () => {
  it.each([
    ['', ''],
    ['.', ''],
    ['a/b', 'a/b'],
    ['./a//b/../c/', 'a/c'],
  ])('the application %j lies in %j', (path, expected) => {
    expect(directoryOf(path)).toBe(expected);
  });

  it.each(['..', 'a/../..', '/a', 'a\0b'])('the application %j lies nowhere', (path) => {
    expect(() => directoryOf(path)).toThrow('plugin-environment');
  });

  it('is an environment as a process would get it', () => {
    const entries = [
      { name: 'A', value: '1' },
      { name: 'B=C', value: '2\n' },
      { name: '', value: '3' },
      { name: 'A', value: '4=5' },
      { name: '__proto__', value: '6' },
    ];
    const environment = environmentOf(entries);
    expect(Object.entries(environment)).toEqual([
      ['A', '4=5'],
      ['B', 'C=2\n'],
      ['__proto__', '6'],
    ]);
  });
});

describe('a trace', () => {
  const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it.each([
    [parent, { traceId: '0af7651916cd43dd8448eb211c80319c', parentId: 'b7ad6b7169203331', sampled: true }],
    [parent.replace(/01$/u, '00'), { sampled: false }],
    [parent.replace('00-', '01-').concat('-more'), { sampled: true }],
  ])('is continued from %s', (text, expected) => {
    expect(contextOf(text)).toMatchObject(expected);
  });

  it.each(['', 'x', parent.replace('00-', 'ff-'), parent.replace('b7ad6b7169203331', '0'.repeat(16)), parent.slice(1)])(
    'is not continued from %j',
    (text) => {
      expect(contextOf(text)).toBeUndefined();
    },
  );

  it.each([
    [{}, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel:4318' }, 'http://otel:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a/', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://b/t' }, 'http://b/t'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel:4318', OTEL_TRACES_EXPORTER: 'none' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel:4318', OTEL_SDK_DISABLED: 'true' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'otel:4317' }, undefined],
  ])('goes where %o says', (env, expected) => {
    expect(collectorOf(env)?.href).toBe(expected);
  });

  it('is sent as spans, those that are wanted, and a collector that is away costs nothing', async () => {
    const bodies: unknown[] = [];
    const collector = createServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        bodies.push([request.url, JSON.parse(text)]);
        response.end('{}');
      });
    });
    await new Promise<void>((listening) => {
      collector.listen(0, '127.0.0.1', listening);
    });
    const address = collector.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1/traces`;
    const tracer = new Tracer(new URL(url), {});
    const request = { name: 'waybill manifests', begun: 1000, ended: 1002.5, failed: false, attributes: { files: 3 } };
    for (const text of [parent, parent.replace(/01$/u, '00')]) {
      const context = contextOf(text);
      if (context) tracer.add(context, request);
    }
    await tracer.flush();
    collector.close();
    collector.closeAllConnections();
    expect(bodies).toHaveLength(1);
    expect(bodies).toMatchObject([
      [
        '/v1/traces',
        {
          resourceSpans: [
            {
              resource: { attributes: [{ key: 'service.name', value: { stringValue: 'waybill' } }] },
              scopeSpans: [
                {
                  spans: [
                    {
                      traceId: '0af7651916cd43dd8448eb211c80319c',
                      parentSpanId: 'b7ad6b7169203331',
                      startTimeUnixNano: '1000000000',
                      endTimeUnixNano: '1002500000',
                      attributes: [{ key: 'files', value: { intValue: '3' } }],
                      status: { code: 1 },
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    ]);
    const context = contextOf(parent);
    if (context) tracer.add(context, request);
    await tracer.flush();
  });
});

it.each([
  ['127.0.0.1:9095', { host: '127.0.0.1', port: 9095 }],
  ['[::1]:1', { host: '::1', port: 1 }],
  [':9095', { host: '::', port: 9095 }],
  ['9095', undefined],
  ['a:b', undefined],
  ['a:70000', undefined],
])('the address %s is %o', (text, expected) => {
  expect(parseAddress(text)).toEqual(expected);
});

it('the path of a socket is at most what the system takes', () => {
  expect(socketPath('/plugins', 'waybill')).toBe('/plugins/waybill.sock');
  expect(() => socketPath(`/${'x'.repeat(100)}`, 'waybill')).toThrow('server-socket');
});

it('the memory is divided so that its parts fit into it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 512, max: 65_536 }), fc.integer({ min: 2, max: 8 }), (mebibytes, threads) => {
      const bytes = mebibytes * 1024 * 1024;
      const plan = planMemory(bytes, threads);
      const kept = plan.resultBytes + plan.intakeBytes;
      expect(kept).toBeLessThan(bytes / 4);
      expect(plan.pressureBytes).toBeLessThan(bytes);
      expect(plan.heapMiB).toBeGreaterThanOrEqual(96);
    }),
  );
});

it('the work of a thread starts no watcher of its own: the limits of the thread hold it', async () => {
  let heard = 0;
  const before = onLargeWork(() => (heard += 1));
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: "${'x'.repeat(3 * 1024 * 1024)}"}\n`;
  const bytes = new Uint8Array(
    gzipSync(await packTar([{ header: { name: 'app/a.yaml', size: text.length }, body: text }])),
  );
  const task = new ServeTask({}, { archiveBytes: 2 ** 26, documentBytes: 2 ** 26, printedBytes: 2 ** 20 });
  const { output } = await task.work({
    what: 'manifests',
    archive: { key: 'a', bytes },
    limits: archiveLimits(2 ** 26),
    directory: 'app',
    env: { ARGOCD_APP_NAME: 'shop' },
    policy: undefined,
    scope: '',
    earlier: undefined,
  });
  expect(output).toMatchObject({ outcome: 'done', resources: 1 });
  // Whoever watches hears of large work instead of this test.
  expect(heard).toBe(1);
  onLargeWork(before);
});
