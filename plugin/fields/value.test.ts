import { describe, expect, it } from 'vitest';
import type { Json } from '../resources/json.ts';
import { oneLine } from './value.ts';

describe('oneLine', () => {
  it.each<[Json, string]>([
    ['50m', '50m'],
    ['8f3c0e7b', '8f3c0e7b'],
    ['ghcr.io/acme/a:1.2@sha256:00', 'ghcr.io/acme/a:1.2@sha256:00'],
    ['two words (here)', 'two words (here)'],
    [3, '3'],
    ['3', '"3"'],
    ['1e3', '"1e3"'],
    ['0x1f', '"0x1f"'],
    ['1_000', '"1_000"'],
    ['true', '"true"'],
    ['y', '"y"'],
    ['', '""'],
    [' a', '" a"'],
    ['a: b', '"a: b"'],
    ['a\nb', '"a\\nb"'],
    ['(hidden)', '(hidden)'],
    [null, 'null'],
    [9007199254740993n, '9007199254740993'],
    [{ a: ['x', 1] }, '{"a":["x",1]}'],
  ])('%s', (value, text) => {
    expect(oneLine(value)).toBe(text);
  });
});
