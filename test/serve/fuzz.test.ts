import * as fc from 'fast-check';
import type { TarEntry } from 'modern-tar';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolders } from '../tools/folder.ts';
import { type ServeProcess, startServe } from '../tools/serve-process.ts';
import { archiveOf, Caller, chunk, file, messagesOf, metadata } from './client.ts';

// A caller that does everything wrong that can be done, at random. WAYBILL_FUZZ_RUNS=100000 tries more, and
// WAYBILL_TEST_SEED others.
const runs = Number(process.env['WAYBILL_FUZZ_RUNS'] ?? 150);
const folder = temporaryFolders();
let server: ServeProcess;
let caller: Caller;

beforeAll(async () => {
  const root = folder({});
  const env = { PATH: process.env['PATH'], TMPDIR: root };
  server = await startServe({ folder: root, env });
  caller = new Caller(server.socket);
});
afterAll(async () => {
  caller.close();
  expect(await server.stop()).toBe(0);
});

const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
const application = file('app/a.yaml', JSON.stringify(manifest));
/** What must be in no answer: it comes under the name of another file, or from another place. */
const foreign = JSON.stringify({ ...manifest, metadata: { name: 'b' } });

const name = fc.oneof(
  fc.constantFrom(
    'other/x',
    'other/x/y',
    '../x',
    '/x',
    'other/../../x',
    './other',
    'app',
    'app/',
    'app/a.yaml',
    '.git/x',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).map((text) => `other/${text}`),
);
const type = fc.constantFrom('file', 'directory', 'symlink', 'link', 'fifo', 'character-device');
const target = fc.constantFrom('x', '..', '../..', '/etc/passwd', '.', 'app/a.yaml', '');
const text = fc.oneof(fc.constant(foreign), fc.string({ maxLength: 2000 }));
const entry = fc.record({ name, type, target, text }).map((one): TarEntry => {
  if (one.type === 'file') return file(one.name, one.text);
  return { header: { name: one.name, type: one.type, size: 0, linkname: one.target } };
});

/** What is done to the bytes of the archive, before its checksum is made or after. */
const damage = fc.record({
  kind: fc.constantFrom('none', 'none', 'flip', 'cut', 'append'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  before: fc.boolean(),
});
type Damage = typeof damage extends fc.Arbitrary<infer Value> ? Value : never;

/** What is done to the messages. */
const change = fc.record({
  kind: fc.constantFrom('drop', 'double', 'swap', 'metadata', 'chunk', 'garbage', 'empty'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc.uint8Array({ maxLength: 100 }),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

function damaged(archive: Buffer, { kind, at }: Damage): Buffer {
  const index = Math.floor(at * archive.length);
  if (kind === 'flip')
    return Buffer.concat([
      archive.subarray(0, index),
      Buffer.from([(archive[index] ?? 0) ^ 1]),
      archive.subarray(index + 1),
    ]);
  if (kind === 'cut') return archive.subarray(0, index);
  return kind === 'append' ? Buffer.concat([archive, Buffer.from('more')]) : archive;
}

function changed(messages: readonly Buffer[], { kind, at, bytes }: Change): Buffer[] {
  const index = Math.floor(at * messages.length);
  const [before, one, after] = [messages.slice(0, index), messages.slice(index, index + 1), messages.slice(index + 1)];
  if (kind === 'drop') return [...before, ...after];
  if (kind === 'swap') return [...before, ...after.slice(0, 1), ...one, ...after.slice(1)];
  if (kind === 'double') return [...before, ...one, ...one, ...after];
  const added = {
    metadata: metadata(Buffer.from(bytes)),
    chunk: chunk(bytes),
    garbage: Buffer.from(bytes),
    empty: Buffer.alloc(0),
  };
  return [...before, added[kind], ...one, ...after];
}

const call = fc.record({
  entries: fc.array(entry, { maxLength: 4 }),
  damage,
  changes: fc.array(change, { maxLength: 3 }),
  cancel: fc.boolean(),
  chunkSize: fc.integer({ min: 1, max: 2000 }),
});

/** A call that is right but for a second file in the place of the application's own. */
function twice(place: string) {
  return {
    entries: [file(place, foreign)],
    damage: { kind: 'none' as const, at: 0, before: false },
    changes: [],
    cancel: false,
    chunkSize: 1000,
  };
}

it('every call ends, none is answered with anything but the manifests, and the server stays well', async () => {
  let rendered = 0;
  await fc.assert(
    fc.asyncProperty(call, async ({ entries, damage: harm, changes, cancel, chunkSize }) => {
      const archive = await archiveOf([application, ...entries]);
      const [sent, told] = harm.before
        ? [damaged(archive, harm), damaged(archive, harm)]
        : [damaged(archive, harm), archive];
      const [first = Buffer.alloc(0)] = messagesOf(told);
      const stream = [first, ...messagesOf(sent, {}, Math.max(chunkSize, 50)).slice(1)];
      const messages = changes.reduce(changed, stream);
      const answered = await caller.send(messages, {
        timeoutMs: 20_000,
        onStart: (stop) => {
          if (cancel) setImmediate(stop);
        },
      });
      expect(answered.status).not.toBe('DEADLINE_EXCEEDED');
      expect(answered.status).not.toBe('UNAVAILABLE');
      if (answered.status === 'OK') {
        rendered += 1;
        expect(answered.manifests.map((text): unknown => JSON.parse(text))).toEqual([manifest]);
      }
    }),
    { numRuns: runs, examples: [[twice('app/a.yaml')], [twice('app/./a.yaml')], [twice('./app/a.yaml')]] },
  );
  // Not all of the calls are so bad that nobody looks at what is rendered.
  expect(rendered).toBeGreaterThan(0);
  const good = await caller.render([application]);
  expect(good).toMatchObject({ status: 'OK' });
  const outcomes = new Set(server.log().map((line) => line['outcome']));
  expect(outcomes).toContain('done');
  expect(outcomes).toContain('archive-invalid');
  // Nothing unforeseen, and no thread that broke.
  expect(outcomes).not.toContain('internal');
  expect(outcomes).not.toContain('limit-memory');
});
