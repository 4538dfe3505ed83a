import { expect, it } from 'vitest';
import { age } from './age.ts';

it.each([
  ['2026-01-02T00:00:00Z', '0s'],
  ['2026-01-01T23:59:20Z', '40s'],
  ['2026-01-01T23:48:00Z', '12m'],
  ['2026-01-01T21:00:01Z', '2h'],
  ['2025-12-20T00:00:00+00:00', '13d'],
  ['2026-02-01T00:00:00Z', '0s'],
  ['soon', '-'],
])('%s: %s', (time, expected) => {
  expect(age(time, Date.parse('2026-01-02T00:00:00Z'))).toBe(expected);
});
