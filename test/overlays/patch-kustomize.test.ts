import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../plugin/diagnostics/failure.ts';
import type { JsonObject } from '../../plugin/resources/json.ts';
import { type Oracle, startOracle } from '../tools/oracle.ts';
import { kustomize, overlayOf, waybill } from './references.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

function runner(spec: JsonObject): JsonObject {
  return { apiVersion: 'acme.dev/v1', kind: 'Runner', metadata: { name: 'm' }, spec };
}

type Outcome = readonly JsonObject[] | 'error';

/** What both make of operations on a manifest. */
async function both(spec: JsonObject, operations: readonly JsonObject[]): Promise<{ ours: Outcome; theirs: Outcome }> {
  const manifest = runner(spec);
  const built = await kustomize(oracle, [manifest], {
    patches: [{ target: { kind: 'Runner' }, patch: JSON.stringify(operations) }],
  });
  const ours = await waybill([manifest], overlayOf({ kind: 'patch', operations })).catch((error: unknown): Outcome => {
    if (error instanceof Failure && error.diagnostics.every(({ code }) => code === 'overlay-patch')) return 'error';
    throw error;
  });
  return { ours, theirs: typeof built === 'string' ? 'error' : built };
}

const values = fc.constantFrom<(JsonObject[string] & {}) | null>('x', 1, true, [], {}, [1, 2], { a: 1 }, null);
const keys = fc.constantFrom('a', 'b', 'c/d', 'e~f', 'list', '0', '1', '2', '-', '01', 'toString', '');
const anywhere = fc
  .array(keys, { maxLength: 3 })
  .map((parts) => ['/spec', ...parts.map((key) => key.replaceAll('~', '~0').replaceAll('/', '~1'))].join('/'));
const likely = fc.constantFrom(
  '/spec/a',
  '/spec/b/a',
  '/spec/b/list',
  '/spec/list',
  '/spec/list/0',
  '/spec/b/list/0',
  '/spec/c~1d/e~0f',
);
const pointers = fc.oneof({ weight: 4, arbitrary: likely }, { weight: 1, arbitrary: anywhere });
const operations = fc.oneof(
  fc.record({ op: fc.constantFrom('add', 'replace', 'test'), path: pointers, value: values }),
  fc.record({ op: fc.constantFrom('remove'), path: pointers }),
  fc.record({ op: fc.constantFrom('move', 'copy'), from: pointers, path: pointers }),
);
const specs = fc.record(
  {
    a: values,
    b: fc.record({ a: values, list: fc.array(values, { minLength: 1, maxLength: 3 }) }),
    'c/d': fc.record({ 'e~f': values }),
    list: fc.array(fc.oneof(values, fc.record({ a: values, b: values })), { minLength: 1, maxLength: 4 }),
  },
  { requiredKeys: ['a', 'b', 'list'] },
);

describe('patch', () => {
  it('is what kustomize makes of it, where we make anything of it', async () => {
    let applied = 0;
    await fc.assert(
      fc.asyncProperty(specs, fc.array(operations, { minLength: 1, maxLength: 3 }), async (spec, list) => {
        const { ours, theirs } = await both(spec, list);
        if (ours === 'error') return;
        applied += 1;
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 4000 },
    );
    expect(applied).toBeGreaterThan(1000);
  });

  // RFC 6902 refuses all of these, and so do we. docs/overlays.md tells users.
  it.each<[string, JsonObject, JsonObject]>([
    ['replaces what is not there', { op: 'replace', path: '/spec/new', value: 1 }, { list: ['a', 'b'], new: 1 }],
    ['counts from the end', { op: 'remove', path: '/spec/list/-1' }, { list: ['a'] }],
    ['takes zeros before an index', { op: 'remove', path: '/spec/list/01' }, { list: ['a'] }],
    ['copies nothing', { op: 'copy', from: '/spec/none', path: '/spec/new' }, { list: ['a', 'b'], new: null }],
    ['finds null where nothing is', { op: 'test', path: '/spec/none', value: null }, { list: ['a', 'b'] }],
  ])('kustomize %s', async (_, operation, expected) => {
    const { ours, theirs } = await both({ list: ['a', 'b'] }, [operation]);
    expect(theirs).toMatchObject([{ spec: expected }]);
    expect(ours).toBe('error');
  });
});
