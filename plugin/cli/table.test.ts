import { expect, it } from 'vitest';
import { brief, fitted, table } from './table.ts';

it.each([
  ['sha-8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706', 'sha-8f3c0e7b6a5d…'],
  ['8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706@sha256:aca578e8', '8f3c0e7b6a5d…@sha256:aca578e8'],
  ['1.4.2', '1.4.2'],
  ['deadbeef', 'deadbeef'],
  // A digest is no commit.
  [`sha256:${'a'.repeat(64)}`, `sha256:${'a'.repeat(64)}`],
])('a cell has the beginning of a full commit: %s', (cell, expected) => expect(brief(cell)).toBe(expected));

it('shortens the widest columns to 100 characters, and leaves what fits alone', () => {
  const heading = ['APPLICATION', 'ENVIRONMENT', 'IMAGE', 'VERSION', 'EXISTS', 'TAG', 'SOURCE', 'POLICY', 'SIGNATURE'];
  const state = ['ok', 'WRONG', '?', 'ok', '-'];
  const long = [
    'apps/user-service-frontend',
    'production',
    'ghcr.io/acme-platform/payments/user-service',
    '1.4.2',
    ...state,
  ];
  const lines = table(heading, fitted(heading, [long]))
    .trimEnd()
    .split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(lines[1]).toMatch(/^apps\/u\S*…\S*frontend +production +ghcr\.io\S*…\S*service +1\.4\.2 /u);
  const few = ['APPLICATION', 'IMAGE', 'VERSION'];
  const row = ['apps/web', `ghcr.io/${'a'.repeat(120)}/web`, '1.4.2'];
  const [top = '', shown = ''] = table(few, fitted(few, [row]))
    .trimEnd()
    .split('\n');
  expect(top).toHaveLength(100);
  expect(shown).toMatch(/^apps\/web +ghcr\.io\/a+…a+\/web +1\.4\.2$/u);
  expect(fitted(few, [['apps/web', 'ghcr.io/acme/web', '1.4.2']])).toEqual([['apps/web', 'ghcr.io/acme/web', '1.4.2']]);
});
