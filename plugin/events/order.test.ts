import { describe, expect, it } from 'vitest';
import { Order } from './order.ts';
import { expired } from './retention.ts';

const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];
const row = (path: string, blob = 'c') => `:000000 100644 ${'0'.repeat(40)} ${blob.repeat(40)} A\t${path}\n`;
const order = new Order(
  `+${a} 100\n\n${row('events/x/1.json')}${row('events/x/2.json', 'd')}+${b} 50\n\n${row('events/x/1.json', 'e')}`,
);

describe('the order of additions', () => {
  it('takes the text of git log apart', () => {
    expect(order.entries.map(({ commit, committed, path, blob }) => [commit[0], committed, path, blob[0]])).toEqual([
      ['a', 100, 'events/x/1.json', 'c'],
      ['a', 100, 'events/x/2.json', 'd'],
      ['b', 50, 'events/x/1.json', 'e'],
    ]);
  });

  it('finds places, and what is behind them, also in the middle of a commit', () => {
    for (const [index, entry] of order.entries.entries()) {
      expect(order.placeOf(entry)).toBe(entry.at);
      expect(order.behind(entry.at)).toEqual(order.entries.slice(index + 1));
    }
    expect(order.placeOf({ commit: b, path: 'events/x/2.json' })).toBeUndefined();
    expect(order.placeOf({ commit: 'f'.repeat(40), path: 'events/x/1.json' })).toBeUndefined();
    expect(order.behind(-1)).toEqual(order.entries);
    expect(new Order('').entries).toEqual([]);
  });
});

describe('retention', () => {
  it('takes no event for older than one before it, whatever its writer’s clock said', () => {
    const gone = (now: number) => expired(order.entries, { olderThan: 10, keepLast: 1 }, now).map(({ at }) => at);
    const [first, second] = order.entries.map(({ at }) => at);
    expect(gone(105)).toEqual([]);
    expect(gone(111)).toEqual([first, second]);
  });
});
