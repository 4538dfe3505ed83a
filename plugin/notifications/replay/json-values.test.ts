import { describe, expect, it } from 'vitest';
import { readJsonObjects } from './json-values.ts';

const values = (text: string) => readJsonObjects(text, 'watch.json');

describe('readJsonObjects', () => {
  it('takes JSON lines, pretty-printed objects one after the other, and objects without anything between', () => {
    expect(values('{"a":1}\n{"a":2}\n')).toEqual([
      { value: { a: 1 }, line: 1 },
      { value: { a: 2 }, line: 2 },
    ]);
    expect(values('{\n  "a": "}{\\"\\\\"\n}\n{\n  "b": {"c": []}\n}{"d":1}')).toEqual([
      { value: { a: '}{"\\' }, line: 1 },
      { value: { b: { c: [] } }, line: 4 },
      { value: { d: 1 }, line: 6 },
    ]);
    expect(values('  \n')).toEqual([]);
  });

  it('leaves out what an interrupted watch left half', () => {
    expect(values('{"a":1}\n{"b":{"c":"')).toEqual([{ value: { a: 1 }, line: 1 }]);
    expect(values('{"a":1}\n{"b":{}')).toEqual([{ value: { a: 1 }, line: 1 }]);
  });

  it.each([
    ['[{"a":1}]', 'a JSON object was expected, not "[{\\"a\\":1}]"'],
    ['{"a":1}\nNAME  SYNC', 'a JSON object was expected, not "NAME  SYNC"'],
    ['{"a":1,}', 'not JSON'],
  ])('refuses %s', (text, message) => expect(() => values(text)).toThrow(message));
});
