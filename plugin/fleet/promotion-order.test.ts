import { describe, expect, it } from 'vitest';
import { promotionOrder } from './promotion-order.ts';

describe('promotionOrder', () => {
  it.each<[string, string[][], string[], string[]]>([
    ['one order', [['b', 'a']], [], ['b', 'a']],
    ['custom, without an order', [], ['production', 'qa', 'dev', 'staging'], ['dev', 'qa', 'staging', 'production']],
    [
      'two orders that agree',
      [
        ['development', 'production'],
        ['development', 'staging', 'production'],
      ],
      [],
      ['development', 'staging', 'production'],
    ],
    [
      'a later order that contradicts',
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
      [],
      ['a', 'b'],
    ],
    [
      'a contradiction over several',
      [
        ['a', 'b', 'c'],
        ['c', 'a'],
      ],
      ['other'],
      ['a', 'b', 'c', 'other'],
    ],
    ['nothing', [], [], []],
  ])('%s', (_name, orders, others, expected) => {
    expect(promotionOrder(orders, others)).toEqual(expected);
  });
});
