import { describe, expect, it } from 'vitest';
import { expandGlob } from './glob.ts';
import { createMemoryTree } from './memory.ts';
import { isGlob } from './path.ts';

const tree = createMemoryTree(
  Object.fromEntries(
    [
      'app/a.yaml',
      'app/b.yml',
      'app/.hidden.yaml',
      'app/[id].yaml',
      'app/(x|y).yaml',
      'app/one+two.yaml',
      'app/deep/a.yaml',
      'app/deep/er/a.yaml',
      'app/.git/a.yaml',
      'app/.github/a.yaml',
      'other/a.yaml',
      `app/${'a'.repeat(250)}.txt`,
    ].map((path) => [path, '']),
  ),
);

describe('expandGlob', () => {
  it.each<[string, string[]]>([
    ['app/a.yaml', ['app/a.yaml']],
    ['app/none.yaml', []],
    ['app', []],
    ['app/*.yml', ['app/b.yml']],
    ['app/?.y*ml', ['app/a.yaml', 'app/b.yml']],
    ['app/{a,b}.{yaml,yml}', ['app/a.yaml', 'app/b.yml']],
    ['app/[ab].*', ['app/a.yaml', 'app/b.yml']],
    ['*/a.yaml', ['app/a.yaml', 'other/a.yaml']],
    ['app/**/a.yaml', ['app/a.yaml', 'app/deep/a.yaml', 'app/deep/er/a.yaml']],
    ['**/er/**', ['app/deep/er/a.yaml']],
    ['**/**/**/b.yml', ['app/b.yml']],
    [
      'app/**',
      [
        'app/(x|y).yaml',
        'app/[id].yaml',
        'app/a.yaml',
        `app/${'a'.repeat(250)}.txt`,
        'app/b.yml',
        'app/deep/a.yaml',
        'app/deep/er/a.yaml',
        'app/one+two.yaml',
      ],
    ],
    ['app/.*.yaml', ['app/.hidden.yaml']],
    ['app/.git/*', []],
    ['app/.*/*', ['app/.github/a.yaml']],
    ['app/nowhere/*', []],
    ['app/a.yaml/*', []],
    // A file of that very name wins over the glob it looks like.
    ['app/[id].yaml', ['app/[id].yaml']],
    ['app/(x|y).y*', ['app/(x|y).yaml']],
    ['app/(a|b).*', []],
    ['app/one+two.*', ['app/one+two.yaml']],
    ['app/!(a).yaml', []],
    ['app/@(a|b).yaml', []],
    ['app/\\[id\\].yaml', ['app/[id].yaml']],
    ['app/\\(x*', ['app/(x|y).yaml']],
  ])('%s', (pattern, expected) => {
    expect(expandGlob(tree, pattern)).toEqual([...expected].sort());
  });

  it.each([
    'app/*a*a*a*b',
    'app/{a/b,c}.yaml',
    'app/{a',
    'app/*\\\\\\\\(a|aa)*',
    'app/{a,{b}}',
    'app/{a,aa}{a,aa}{a,aa}{a,aa}b',
    `${'a'.repeat(2000)}*`,
  ])('refuses %s', (pattern) => {
    expect(() => expandGlob(tree, pattern)).toThrow('glob-invalid');
  });

  it('is quick with patterns that nearly match', () => {
    // 250 letters against three stars: some millions of steps at most.
    expect(expandGlob(tree, 'app/*a*a*ab')).toEqual([]);
    expect(expandGlob(tree, 'app/{a,aa}{a,aa}*b')).toEqual([]);
  });
});

describe('isGlob', () => {
  it.each([
    ['app/base', false],
    ['app/user@v2/a-b_c.yaml', false],
    ['app/*.yaml', true],
    ['app/?.yaml', true],
    ['app/[ab].yaml', true],
    ['app/{a,b}.yaml', true],
  ])('%s is %s', (path, expected) => {
    expect(isGlob(path)).toBe(expected);
  });
});
