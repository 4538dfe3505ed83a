import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../plugin/resources/json.ts';
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

/** True when a patch takes away a label or annotation: kustomize then writes the text "null" if the patch has a target. */
function removesMetadata({ metadata }: JsonObject): boolean {
  if (!isObject(metadata)) return false;
  return [metadata['labels'], metadata['annotations']].some(
    (texts) => texts === null || (isObject(texts) && Object.values(texts).includes(null)),
  );
}

describe('merge', () => {
  const options = {
    inMaps: ['replace', 'delete', 'merge'],
    inItems: ['delete', 'merge'],
    ofLists: ['replace', 'delete'],
  };

  it.each([
    ['its kind and name', undefined],
    ['a target', { name: 'm' }],
  ])('is what kustomize makes of a patch by %s', async (_, target) => {
    await fc.assert(
      fc.asyncProperty(mergeCases(options), async ({ manifest, patch }) => {
        fc.pre(target === undefined || !removesMetadata(patch));
        const expected = await kustomizeMerge(oracle, manifest, patch, target);
        // kustomize prints the directive of a list that the manifest does not have: see merge-differences.test.ts.
        fc.pre(!JSON.stringify(expected).includes('"$patch"'));
        expect(await merged(manifest, patch)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('takes away a label, where kustomize writes "null" if the patch has a target', async () => {
    const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm', labels: { a: 'x', b: 'x' } } };
    const patch = { metadata: { labels: { a: null } } };
    const without = { metadata: { name: 'm', labels: { b: 'x' } } };
    expect(await merged(manifest, patch)).toMatchObject(without);
    expect(await kustomizeMerge(oracle, manifest, patch)).toMatchObject(without);
    expect(await kustomizeMerge(oracle, manifest, patch, { name: 'm' })).toMatchObject({
      metadata: { labels: { a: 'null', b: 'x' } },
    });
  });
});
