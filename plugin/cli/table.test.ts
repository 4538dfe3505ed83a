import { expect, it } from 'vitest';
import { brief } from './table.ts';

it.each([
  ['sha-8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706', 'sha-8f3c0e7b6a5d…'],
  ['8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706@sha256:aca578e8', '8f3c0e7b6a5d…@sha256:aca578e8'],
  ['1.4.2', '1.4.2'],
  ['deadbeef', 'deadbeef'],
  // A digest is no commit.
  [`sha256:${'a'.repeat(64)}`, `sha256:${'a'.repeat(64)}`],
])('a cell has the beginning of a full commit: %s', (cell, expected) => expect(brief(cell)).toBe(expected));
