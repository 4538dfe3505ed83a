import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { helm4Binary, kustomizeBinary } from '../../tools/renderers.mjs';
import { input } from './inputs.ts';
import { lawKeeper } from './laws.ts';

// npm run fuzz -- --minutes N goes on with other inputs for as long as one likes.
let laws: ReturnType<typeof lawKeeper>;
beforeAll(async () => {
  laws = lawKeeper({ helm: await helm4Binary(), kustomize: await kustomizeBinary() });
});
afterAll(() => laws.close());

it('whatever an author writes, stdout is empty or complete, nothing leaks, and the limits hold', async () => {
  let rendered = 0;
  await fc.assert(
    fc.asyncProperty(input, async (one) => {
      rendered += 1;
      expect(await laws.broken(one)).toEqual([]);
    }),
    { numRuns: 250 },
  );
  expect(rendered).toBe(250);
});
