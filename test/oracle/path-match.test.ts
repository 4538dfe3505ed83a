import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compilePathMatch } from '../../plugin/expressions/path-match.ts';
import { type Oracle, startOracle } from '../tools/oracle.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

function ours(pattern: string, text: string): unknown {
  try {
    return { result: compilePathMatch(pattern)(text) };
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxError);
    return { error: 'syntax error in pattern' };
  }
}

it.each([
  ['abc', 'abc'],
  ['*', 'abc'],
  ['*', 'a/b'],
  ['*c', 'abc'],
  ['a*', 'a'],
  ['a*/b', 'a/c/b'],
  ['v1.*-rc*', 'v1.2-rc.1'],
  ['a*b*c*d*e*', 'axbxcxdxexxx'],
  ['ab[c]', 'abc'],
  ['ab[b-d]', 'abc'],
  ['ab[d-b]', 'abc'],
  ['ab[^c]', 'abc'],
  ['ab[^d-b]', 'abc'],
  ['ab[!c]', 'ab!'],
  ['a[^a]b', 'a/b'],
  ['a?b', 'a☺b'],
  ['a?b', 'a/b'],
  ['[a-ζ]*', 'α'],
  ['[\\]a]', ']'],
  ['[\\-]', '-'],
  ['[x\\-]', '-'],
  ['[]a]', 'a'],
  ['[-]', '-'],
  ['[x-]', 'x'],
  ['[-x]', 'x'],
  ['[a-b-c]', 'a'],
  ['[', 'a'],
  ['[^', 'a'],
  ['[^bc', 'a'],
  ['a[', 'a'],
  ['a[', 'ab'],
  ['a[', 'x'],
  ['a\\', 'a'],
  ['\\*', '*'],
  ['[a\\', 'a'],
  ['*x[', 'xxx'],
  ['{a,b}', 'a'],
  ['{a,b}', '{a,b}'],
  ['**', 'a/b'],
  ['', ''],
  ['a', 'a\n'],
  ['.', 'a'],
  ['(a|b)$', '(a|b)$'],
])('%j on %j is what Go says', async (pattern, text) => {
  expect(ours(pattern, text)).toEqual(await oracle.ask({ op: 'path-match', pattern, text }));
});

it('generated patterns are what Go says', async () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    '1',
    '.',
    '-',
    '*',
    '?',
    '[',
    ']',
    '^',
    '\\',
    '/',
    '!',
    '{',
    'é',
    '[a-b]',
    '[^1]',
  );
  const pattern = fc.array(piece, { maxLength: 7 }).map((parts) => parts.join(''));
  const text = fc
    .array(fc.constantFrom('a', 'b', '1', '.', '-', '/', 'é', ']'), { maxLength: 5 })
    .map((all) => all.join(''));
  await fc.assert(
    fc.asyncProperty(pattern, text, async (one, other) => {
      expect(ours(one, other)).toEqual(await oracle.ask({ op: 'path-match', pattern: one, text: other }));
    }),
    { numRuns: 3000, seed: 7 },
  );
});
