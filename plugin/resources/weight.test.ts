import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from './json.ts';
import { NodeBudget, weightOf } from './weight.ts';

describe('weightOf', () => {
  it.each<[Json | undefined, number, number]>([
    [undefined, 1, 0],
    [null, 1, 0],
    [12n, 1, 0],
    ['short', 1, 0],
    ['x'.repeat(640), 11, 0],
    [[], 1, 1],
    [[1, [2]], 4, 2],
    [{ a: { b: [1] } }, 4, 3],
    [{ ['k'.repeat(128)]: 1 }, 4, 1],
  ])('%#', (value, nodes, depth) => expect(weightOf(value)).toEqual({ nodes, depth }));

  it('weighs a value that is small in memory and would be endless in writing', () => {
    let value: Json = { a: 1 };
    for (let doubled = 0; doubled < 200; doubled += 1) value = [value, value];
    expect(weightOf(value).nodes).toBeGreaterThan(1e50);
    expect(weightOf(value).depth).toBe(201);
  });
});

describe('NodeBudget', () => {
  it('counts on, and names the place where it is over', () => {
    const budget = new NodeBudget(5);
    expect(budget.spend([1, 2])).toBe(true);
    expect(budget.spend([1])).toBe(true);
    expect(() => budget.read({}, { file: 'a.yaml' })).toThrow('limit-nodes: the resources hold more than 5');
  });

  it('counts what is read as weightOf does', () => {
    const { values } = fc.letrec<{ values: Json }>((tie) => ({
      values: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<Json>(null, true, 1, 2n ** 60n, ''),
        fc.nat(300).map((length) => 'x'.repeat(length)),
        fc.array(tie('values')),
        fc.dictionary(fc.string({ maxLength: 200 }), tie('values')),
      ),
    }));
    fc.assert(
      fc.property(values, (value) => {
        const { nodes } = weightOf(value);
        expect(() => new NodeBudget(nodes).read(value, { file: 'a.yaml' })).not.toThrow();
        expect(() => new NodeBudget(nodes - 1).read(value, { file: 'a.yaml' })).toThrow('limit-nodes');
      }),
      { numRuns: 200 },
    );
  });

  it('refuses a value whose parts are shared without walking over all of it', () => {
    let value: Json = { a: 1 };
    for (let doubled = 0; doubled < 200; doubled += 1) value = [value, value];
    expect(() => new NodeBudget(1000).read(value, { file: 'a.yaml' })).toThrow('limit-nodes');
  });
});
