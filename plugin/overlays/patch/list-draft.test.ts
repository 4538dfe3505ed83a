import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ListDraft } from './list-draft.ts';

describe('ListDraft', () => {
  it('is changed as an array is', () => {
    const change = fc.record({ kind: fc.constantFrom('insert', 'insert', 'remove', 'replace'), at: fc.nat() });
    fc.assert(
      fc.property(fc.nat({ max: 3000 }), fc.array(change, { maxLength: 400 }), (length, changes) => {
        const array = Array.from({ length }, (_, index) => index);
        const draft = new ListDraft(array);
        for (const [number, { kind, at }] of changes.entries()) {
          if (kind === 'insert') {
            const index = at % (array.length + 1);
            array.splice(index, 0, -number);
            draft.insert(index, -number);
          } else if (array.length > 0) {
            const index = at % array.length;
            if (kind === 'remove') {
              array.splice(index, 1);
              draft.remove(index);
            } else {
              array[index] = -number;
              draft.replace(index, -number);
            }
          }
          const index = at % (array.length + 2);
          expect(draft.at(index)).toBe(array[index]);
        }
        expect(draft.items()).toEqual(array);
        expect(draft.length).toBe(array.length);
      }),
      { numRuns: 40 },
    );
  });
});
