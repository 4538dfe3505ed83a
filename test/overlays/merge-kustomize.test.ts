import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../plugin/resources/json.ts';
import { type Oracle, startOracle } from '../tools/oracle.ts';
import { mergeCases } from './manifests.ts';
import { kustomizeMerge, overlayOf, waybill, withoutEmpty } from './references.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

async function merged(manifest: JsonObject, patch: JsonObject): Promise<JsonObject | undefined> {
  const [body] = await waybill([manifest], overlayOf({ kind: 'merge', value: patch }));
  return body && withoutEmpty(body);
}

describe('merge', () => {
  it('is what kustomize makes of it', async () => {
    const options = {
      inMaps: ['replace', 'delete', 'merge'],
      inItems: ['delete', 'merge'],
      ofLists: ['replace', 'delete'],
    };
    await fc.assert(
      fc.asyncProperty(mergeCases(options), async ({ manifest, patch }) => {
        const expected = await kustomizeMerge(oracle, manifest, patch);
        // kustomize prints the directive of a list that the manifest does not have: see the differences below.
        fc.pre(!JSON.stringify(expected).includes('"$patch"'));
        expect(await merged(manifest, patch)).toEqual(expected);
      }),
      { numRuns: 1500 },
    );
  });
});
