import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConstraint } from '../../plugin/strategies/semver/constraint.ts';
import { compareVersions, parseVersion } from '../../plugin/strategies/semver/version.ts';
import { type Oracle, startOracle } from '../tools/oracle.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

/** Versions and things that look like some: each constraint is asked about all of them. */
const versions = [
  ['0', '0.0', '0.0.0', '0.0.1', '0.0.3', '0.1', '0.1.0', '0.2.3', '0.2.4', '0.3', '0.0.0-0', '0.0.0-alpha'],
  ['1', '1.0', '1.0.0', 'v1', 'v1.2', 'v1.2.3', 'V1.2.3', '1.1.9', '1.2', '1.2.0', '1.2.3', '1.2.4', '1.3', '1.9.9'],
  ['1.2.3-0', '1.2.3-1', '1.2.3-10', '1.2.3-9', '1.2.3-alpha', '1.2.3-alpha.1', '1.2.3-alpha.10', '1.2.3-alpha.beta'],
  [
    '1.2.3-rc.1',
    '1.2.3-rc1',
    '1.2.3-alpine',
    '1.2-alpine',
    '1-alpine',
    '1.2.3-beta-2',
    '1.2.3--',
    '1.2.3-A',
    '1.2.3-a',
  ],
  ['1.2.3+build', '1.2.3+build.01', '1.2.3-rc.1+5', '1.2+b', '1.2.3+', '1.2.3-', '1.2.3-rc..1', '1.2.3-01', '1.2.3-0a'],
  ['2', '2.0', '2.0.0', '2.0.0-rc.1', '2.1.0', '2.4', '2.4.1', '3', '3.0.0', '10.0.0', '11.1.0', '11.1.1', '11.2.1'],
  ['01.2.3', '1.02.3', '1.2.03', '007', '20261121', '20261121.1', '2026.11.21', '2026.11.21-abc123', '1.20', '1.20.0'],
  ['18446744073709551615', '18446744073709551616', '1.18446744073709551616', '1.2.3-18446744073709551616'],
  [
    '1.2.3-18446744073709551615',
    '1.2.3-99999999999999999999',
    '',
    'v',
    '1.',
    '.1',
    '1.2.3.4',
    'latest',
    ' 1',
    '1 ',
    '1\n',
  ],
  ['1.2.3_1', '1.2.x', '-1', '1,2', 'sha-abc', '1.2.3-é', `1.2.3-${'a'.repeat(250)}`, `1.2.3-${'a'.repeat(251)}`],
].flat();

async function compare(constraint: string): Promise<void> {
  const { result, error } = await oracle.ask({ op: 'semver-check', constraint, versions });
  let accepts: ReturnType<typeof parseConstraint> | undefined;
  try {
    accepts = parseConstraint(constraint);
  } catch (problem) {
    expect(problem).toBeInstanceOf(SyntaxError);
  }
  expect({ constraint, refused: accepts === undefined }).toEqual({ constraint, refused: error !== undefined });
  if (!accepts) return;
  const ours = versions.map((text) => {
    const version = parseVersion(text);
    return version ? accepts(version) : null;
  });
  expect({ constraint, answers: ours }).toEqual({ constraint, answers: result });
}

const bounds = [
  ['*', 'x', 'X', '0', '0.0', '0.0.0', '0.0.1', '0.0.x', '0.1', '0.2.3', '0.x', '1', '1.x', '1.2', '1.2.x', '1.2.X'],
  [
    '1.2.*',
    '1.x.x',
    '1.*.3',
    '1.2.3',
    'v1.2.3',
    'v1',
    'V1',
    '1.2.3-0',
    '1.2-0',
    '1-0',
    '*-0',
    '1.2.3-rc.1',
    '1.2-alpha',
  ],
  [
    '1.2.3-alpha.1+b',
    '1.2.3+b',
    '11',
    '11.1',
    '2.0.0',
    '01.2',
    '1.2.3.4',
    '1.2.3-01',
    '1x',
    'xx',
    '|',
    '1.|',
    'latest',
  ],
  ['18446744073709551616', '2026.11.21', ''],
].flat();
const signs = ['', '=', '!=', '>', '<', '>=', '=>', '<=', '=<', '~', '~>', '^', '==', '>>', '!', '^^', '= '];

const table = [
  [
    '',
    ' ',
    ',',
    '||',
    '1 ||',
    '|| 1',
    '1 || || 2',
    '^1 || ^2',
    '^1||^2',
    '^1 | ^2',
    '~1.2 || >=2.0 <2.4',
    '1.x || >= 2',
  ],
  [
    '1 - 2',
    '1.2 - 1.4.5',
    '1.2.3 - 2.3.4 || 3',
    '1.2.3-alpha - 2',
    '1-2',
    '1 -2',
    '1 - 2 - 3',
    '1 - x',
    'x - 1',
    '1  -  2',
  ],
  [
    '>1, <2',
    '>1 <2',
    '>1,<2',
    '>1 , <2',
    '>1,, <2',
    '>1<2',
    '>=1.2, <3.0 != 1.2.4',
    '!=1.2.3, !=1.2.4',
    '^1 !=1.2',
    ' ^1 ',
  ],
  [
    '\t^1\n',
    '^1\v',
    '^1\u00a0',
    '>= 1.2.3-0',
    '>=1.2.3-0 <2',
    '<2.0.0-0',
    '!=1.2-0',
    '!=1.2.x-rc',
    '~1.2-0',
    '^0-0',
    '^0.0-0',
  ],
  [
    '1 2',
    '1,2',
    '1;2',
    'v1 v2',
    '>v1',
    '> v1.2',
    '^ v1',
    '1.2.3 - v2',
    '>=1 || <0',
    '1||2||3||4',
    '(1)',
    '1 && 2',
    'not 1',
  ],
  [Array.from({ length: 32 }, () => '1').join('||'), Array.from({ length: 33 }, () => '1').join('||')],
  [`>=${'1'.repeat(20)}`, `^1 ${' '.repeat(508)}1`, `^1 ${' '.repeat(509)}1`, `^1${'é'.repeat(255)}`],
].flat();

describe('constraints', () => {
  it.each(table)('%j means what it means to Go', async (constraint) => compare(constraint));

  it('every operator with every bound', async () => {
    for (const sign of signs) for (const bound of bounds) await compare(sign + bound);
  });

  it('generated ones', async () => {
    const term = fc
      .tuple(
        fc.constantFrom(...signs.slice(0, 12)),
        fc.constantFrom('', '', ' '),
        fc.constantFrom(...bounds.slice(0, 34)),
      )
      .map((parts) => parts.join(''));
    const range = fc.tuple(fc.constantFrom(...bounds), fc.constantFrom(...bounds)).map((ends) => ends.join(' - '));
    const glue = fc.constantFrom(' ', ', ', ',', ' || ', '||', '  ', '');
    const likely = fc
      .array(fc.tuple(fc.oneof({ weight: 5, arbitrary: term }, { weight: 1, arbitrary: range }), glue), {
        minLength: 1,
        maxLength: 4,
      })
      .map((parts) => parts.flat().slice(0, -1).join(''));
    const wild = fc
      .array(
        fc.constantFrom('1', '2', '0', '.', 'x', '*', '-', '+', ' ', ',', '|', '||', '>', '<', '=', '!', '~', '^', 'v'),
        {
          maxLength: 10,
        },
      )
      .map((parts) => parts.join(''));
    await fc.assert(fc.asyncProperty(fc.oneof(likely, wild), compare), { numRuns: 3000, seed: 5 });
  });
});

const part = fc.constantFrom('0', '1', '2', '9', '10', '01', 'a', 'A', 'rc', '-', 'x1', '99999999999999999999', '');
const anyVersion = fc
  .tuple(
    fc.constantFrom('', 'v'),
    fc.array(fc.constantFrom('0', '1', '2', '10', '01', '20261121', 'x'), { minLength: 1, maxLength: 4 }),
    fc.oneof(fc.constant([]), fc.array(part, { minLength: 1, maxLength: 3 })),
    fc.constantFrom('', '+b', '+1.2', '+'),
  )
  .map(([v, numbers, pre, build]) => `${v}${numbers.join('.')}${pre.length > 0 ? `-${pre.join('.')}` : ''}${build}`);

describe('versions', () => {
  const sorted = (texts: readonly string[]): string[] =>
    texts
      .flatMap((text) => parseVersion(text) ?? [])
      .toSorted(compareVersions)
      .map(({ original }) => original);

  it('are read and ordered as Go does', async () => {
    expect(sorted(versions)).toEqual((await oracle.ask({ op: 'semver-sort', versions })).result);
    await fc.assert(
      fc.asyncProperty(fc.array(anyVersion, { maxLength: 12 }), async (texts) => {
        expect(sorted(texts)).toEqual((await oracle.ask({ op: 'semver-sort', versions: texts })).result);
      }),
      { numRuns: 1000, seed: 5 },
    );
  });
});
