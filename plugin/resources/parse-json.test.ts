import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from './json.ts';
import { JsonProblem, parseJson, parseJsonSequence } from './parse-json.ts';

function problem(work: () => unknown): { message: string; line: number; column: number } | undefined {
  try {
    work();
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    const { message, line, column } = error;
    return { message, line, column };
  }
  return undefined;
}

/** As JSON.stringify writes it: integers that were written as doubles come back as bigint. */
function withNumbers(value: Json): string {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? Number(one) : one));
}

describe('parseJson', () => {
  it.each([
    ['{"a":"\uFEFF"}', { a: '\uFEFF' }],
    ['\uFEFF{"a":1}', { a: 1 }],
    ['{"a":"\\/\\u0041","b":"\u2028\u0085"}', { a: '/A', b: '\u2028\u0085' }],
    ['{"a":1,"a":2}', { a: 2 }],
    ['{"id":12345678901234567890,"n":-9007199254740993}', { id: 12345678901234567890n, n: -9007199254740993n }],
    [
      '{"text":"12345678901234567890 \\" 1","f":1234567890123456.5}',
      { text: '12345678901234567890 " 1', f: 1234567890123456.5 },
    ],
    ['["integer:1",12345678901234567890]', ['integer:1', 12345678901234567890n]],
    ['"yes"', 'yes'],
    ['1e3', 1000],
  ])('reads %s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it.each([
    ['a: 1', 1, 1],
    ['{"a": 1,\n "b": no}', 2, 7],
    ['{"a":1} {"b":2}', 1, 1],
    ['{"a":"1\n"}', 1, 6],
    ['{"a":[1,\n', 2, 1],
    ['<html>', 1, 1],
    ['', 1, 1],
  ])('refuses %j at line %i, column %i', (text, line, column) => {
    expect(problem(() => parseJson(text))).toMatchObject({ line, column });
  });

  it('keeps a key named __proto__ as a key', () => {
    expect(Object.keys(parseJson('{"__proto__":{"x":1}}') ?? {})).toEqual(['__proto__']);
  });

  it('reads whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(withNumbers(parseJson(text))).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});

describe('parseJsonSequence', () => {
  it.each([
    ['[1]\n', [[1]]],
    ['{"a":"}"}\n{"a":"\\""}\n', [{ a: '}' }, { a: '"' }]],
    ['[1][2]', [[1], [2]]],
    ['\n {"a":\n1}\n\n{"b":2}', [{ a: 1 }, { b: 2 }]],
    ['', []],
    ['1 "a" null', [1, 'a', null]],
  ])('reads %j', (text, values) => {
    expect(parseJsonSequence(text)).toEqual(values);
  });

  it.each([
    ['{"a":1}\n{"b":no}\n', 2, 6],
    ['context: a\n', 1, 1],
    ['{"a":1}\n[1', 2, 3],
  ])('refuses %j at line %i, column %i', (text, line, column) => {
    expect(problem(() => parseJsonSequence(text))).toMatchObject({ line, column });
  });

  it('reads back any values, one a line or one behind the other', () => {
    const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 5 });
    fc.assert(
      fc.property(objects, fc.constantFrom('\n', '', ' \r\n'), (values, between) => {
        const text = values.map((one) => JSON.stringify(one)).join(between);
        expect(withNumbers(parseJsonSequence(text))).toBe(JSON.stringify(values));
      }),
      { numRuns: 300 },
    );
  });
});
