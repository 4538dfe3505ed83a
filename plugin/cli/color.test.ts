import { expect, it } from 'vitest';
import { paintDiff, wantsColor } from './color.ts';

it.each([
  [{}, true, true],
  [{}, false, false],
  [{}, undefined, false],
  [{ TERM: 'dumb' }, true, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ FORCE_COLOR: 'false' }, true, false],
  [{ FORCE_COLOR: '3', NO_COLOR: '1' }, undefined, true],
])('%j on a terminal %s: %s', (env, isTTY, expected) => {
  expect(wantsColor(env, isTTY)).toBe(expected);
});

it('paints what is added, removed and changed, and nothing else', () => {
  expect(paintDiff('+', 'a')).toBe('\u001B[32ma\u001B[39m');
  expect(paintDiff('-', 'a')).toBe('\u001B[31ma\u001B[39m');
  expect(paintDiff('~', 'a')).toBe('\u001B[33ma\u001B[39m');
  expect(paintDiff(' ', 'a')).toBe('a');
});
