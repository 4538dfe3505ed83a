import { expect, it } from 'vitest';
import { waitOf } from './wait.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

it.each<[Record<string, string>, number | undefined]>([
  [{ 'retry-after': '120' }, 120_000],
  [{ 'retry-after': ' 0 ' }, 0],
  [{ 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }, 60_000],
  [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
  [{ 'x-retry-after': String(now / 1000 + 30) }, 30_000],
  [{ 'ratelimit-remaining': '0;w=21600' }, 21_600_000],
  [{ 'ratelimit-remaining': '76;w=21600' }, undefined],
  [{ 'retry-after': 'soon' }, undefined],
  [{}, undefined],
])('%j', (headers, expected) => expect(waitOf(headers, now)).toBe(expected));
