import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isArray, isObject, type Json } from '../../plugin/resources/json.ts';
import { type Oracle, startOracle } from '../tools/oracle.ts';
import { mergeCases } from './manifests.ts';
import { kubernetesMerge, overlayOf, waybill, withoutEmpty } from './references.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

/**
 * What counts here: not the order of merged lists, which is kustomize's (kubectl appends), nor the nulls that kubectl
 * leaves in items that it adds.
 */
function comparable(value: Json | undefined): Json {
  if (isArray(value)) return value.map(comparable).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (!isObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, below]) => below !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, below]) => [key, comparable(below)]),
  );
}

// What is left out here is in the table of merge-differences.test.ts.
it('a merge is what the API server makes of it', async () => {
  const options = { inMaps: [], inItems: ['delete'], ofLists: ['replace'], composite: false };
  const isKnown = (kind: string): boolean => !kind.startsWith('acme.dev/');
  await fc.assert(
    fc.asyncProperty(mergeCases(options, isKnown), async ({ manifest, patch }) => {
      const expected = await kubernetesMerge(oracle, manifest, patch);
      // It leaves directives in items that it adds: see merge-differences.test.ts.
      fc.pre(!JSON.stringify(expected).includes('"$patch"'));
      const [made] = await waybill([manifest], overlayOf({ kind: 'merge', value: patch }));
      expect(comparable(made && withoutEmpty(made))).toEqual(
        typeof expected === 'string' ? expected : comparable(expected),
      );
    }),
    { numRuns: 1500 },
  );
});
