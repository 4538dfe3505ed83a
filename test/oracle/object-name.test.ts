import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordName } from '../../plugin/record/name.ts';
import { type Oracle, startOracle } from '../tools/oracle.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

it('names records as Kubernetes allows', async () => {
  expect(await oracle.ask({ op: 'object-name', name: 'a.-b' })).not.toEqual({ result: '' });
  const field = fc.string({ unit: fc.constantFrom(...Array.from('axz09.-_/~+ A')), minLength: 1, maxLength: 20 });
  const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
  await fc.assert(
    fc.asyncProperty(field, field, field, field, async (owner, repository, environment, application) => {
      const name = recordName({ owner, repository, environment, application, commit });
      expect(await oracle.ask({ op: 'object-name', name })).toEqual({ result: '' });
    }),
    { numRuns: 1500 },
  );
});
