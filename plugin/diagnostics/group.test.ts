import { expect, it } from 'vitest';
import type { Diagnostic } from './diagnostic.ts';
import { countLine, groupByCause } from './group.ts';

const names = ['apps/a', 'apps/b', 'staging', 'production'];

function error(file: string, message: string, more: Partial<Diagnostic> = {}): Diagnostic {
  return { severity: 'error', code: 'overlay-no-match', message, location: { file, line: 3 }, ...more };
}

it('tells one cause once, with the other places', () => {
  const grouped = groupByCause(
    ['apps/a', 'apps/b'].flatMap((app) =>
      ['staging', 'production'].map((environment) =>
        error(`${app}/waybill.yaml`, `overlay "x" matches no resource in environment ${environment}`),
      ),
    ),
    names,
  );
  expect(grouped.diagnostics).toHaveLength(1);
  expect(grouped.diagnostics[0]?.message).toBe('overlay "x" matches no resource in environment staging');
  expect(grouped.diagnostics[0]?.help).toEqual([
    'The same 3 times more: apps/a/waybill.yaml:3 (overlay "x" matches no resource in environment production), apps/b/waybill.yaml:3, apps/b/waybill.yaml:3 (overlay "x" matches no resource in environment production).',
  ]);
  expect(countLine(grouped)).toBe('4 errors of 1 cause');
});

it.each([
  ['another message', error('a', 'one'), error('a', 'two')],
  ['another code', error('a', 'one'), error('a', 'one', { code: 'overlay-set' })],
  ['another severity', error('a', 'one'), error('a', 'one', { severity: 'warning' })],
  ['another help', error('a', 'one', { help: ['a'] }), error('a', 'one', { help: ['b'] })],
  ['a name inside a word', error('a', 'not-staging'), error('a', 'not-production')],
])('keeps %s apart', (_name, one, other) => {
  expect(groupByCause([one, other], names).diagnostics).toEqual([one, other]);
});

it('counts errors and warnings, and is silent about one', () => {
  const warning = error('a', 'w', { severity: 'warning' });
  expect(countLine(groupByCause([error('a', 'one'), error('b', 'one'), error('b', 'x'), warning], []))).toBe(
    '3 errors of 2 causes, 1 warning',
  );
  expect(countLine(groupByCause([warning], []))).toBeUndefined();
  expect(countLine(groupByCause([], []))).toBeUndefined();
});
