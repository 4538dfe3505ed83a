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

type Outcome = readonly JsonObject[] | 'error';

/** What `set` and a replacement with the same field path (`create: true`) make of a manifest. */
async function both(spec: JsonObject, path: string): Promise<{ ours: Outcome; theirs: Outcome }> {
  const manifest = { apiVersion: 'acme.dev/v1', kind: 'Runner', metadata: { name: 'm' }, spec };
  const targets = [{ select: { kind: 'Runner' }, fieldPaths: [path], options: { create: true } }];
  const built = await kustomize(oracle, [manifest], { replacements: [{ sourceValue: 'set', targets }] });
  const ours = await waybill([manifest], overlayOf({ kind: 'set', fields: [[path, 'set']] })).catch(
    (error: unknown): Outcome => {
      if (error instanceof Failure && error.diagnostics.every(({ code }) => code === 'overlay-set')) return 'error';
      throw error;
    },
  );
  return { ours, theirs: typeof built === 'string' ? 'error' : built };
}

const text = fc.constantFrom('x', 'w');
const map = fc.record({ a: text, b: text, 'c.d': text, 'e/f': text }, { requiredKeys: [] });
const specs = fc.record(
  {
    a: map,
    'c.d': map,
    b: text,
    list: fc.array(
      fc.record({ name: fc.constantFrom('main', 'side', 'a.b'), a: map, b: text }, { requiredKeys: ['name'] }),
      { maxLength: 3 },
    ),
    texts: fc.uniqueArray(fc.constantFrom('main', 'side'), { maxLength: 2 }),
  },
  { requiredKeys: ['list', 'texts'] },
);
const steps = fc.constantFrom(
  'a',
  'b',
  'c\\.d',
  '[c.d]',
  'e/f',
  'new',
  'list',
  'texts',
  '*',
  '0',
  '1',
  '[name=main]',
  '[name=side]',
  '[name=a.b]',
  '[=main]',
  '[=side]',
  '[b=x]',
);
const likely = fc.constantFrom(
  'spec.list.*.b',
  'spec.list.[name=main].b',
  'spec.list.[name=a.b].a.b',
  'spec.list.0.a.new',
  'spec.a.new.b',
  'spec.texts.[=main]',
);
const paths = fc.oneof(
  likely,
  fc.array(steps, { maxLength: 4 }).map((parts) => ['spec', ...parts].join('.')),
);

describe('set', () => {
  it('is what a replacement of kustomize makes of it, where we make anything of it', async () => {
    let applied = 0;
    await fc.assert(
      fc.asyncProperty(specs, paths, async (spec, path) => {
        const { ours, theirs } = await both(spec, path);
        if (ours === 'error') return;
        applied += 1;
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 3000 },
    );
    expect(applied).toBeGreaterThan(800);
  });

  // docs/overlays.md tells users.
  it.each<[string, JsonObject, string, JsonObject, JsonObject | 'error']>([
    [
      'takes the value in brackets for a regular expression that any part may match',
      { list: [{ name: 'main' }, { name: 'main-2' }] },
      'spec.list.[name=main].b',
      {
        list: [
          { name: 'main', b: 'set' },
          { name: 'main-2', b: 'set' },
        ],
      },
      { list: [{ name: 'main', b: 'set' }, { name: 'main-2' }] },
    ],
    ['makes items', { list: [] }, 'spec.list.[name=main].b', { list: [{ name: 'main', b: 'set' }] }, 'error'],
    ['adds an item behind the last', { list: ['a'] }, 'spec.list.1', { list: ['a', 'set'] }, 'error'],
    ['goes into texts that hold JSON', { text: '{"a":"b"}' }, 'spec.text.a', { text: '{"a":"set"}' }, 'error'],
  ])('kustomize %s', async (_, spec, path, kustomized, own) => {
    const { ours, theirs } = await both(spec, path);
    expect(theirs).toMatchObject([{ spec: kustomized }]);
    expect(ours === 'error' ? ours : ours[0]?.['spec']).toEqual(own);
  });

  it('takes `-` for the last item, which a replacement does not know', async () => {
    const { ours, theirs } = await both({ list: [{ a: 'x' }, { a: 'x' }] }, 'spec.list.-.a');
    expect(ours).toMatchObject([{ spec: { list: [{ a: 'x' }, { a: 'set' }] } }]);
    expect(theirs).toBe('error');
  });
});
