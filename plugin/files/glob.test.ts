import { describe, expect, it } from 'vitest';
import { isGlob } from './path.ts';
import { expandGlob } from './glob.ts';
import { createMemoryTree } from './memory.ts';

const names = ['a.yaml', 'b.yml', '.dot.yaml', 'sub/a.yaml', 'sub/deep/c.yaml', 'sub/.git/x.yaml', 'other/[x].yaml'];
const tree = createMemoryTree(Object.fromEntries(names.map((name) => [`app/${name}`, ''])));

describe('expandGlob', () => {
  it.each([
    ['app/*.yaml', ['app/a.yaml']],
    ['app/*.{yaml,yml}', ['app/a.yaml', 'app/b.yml']],
    ['app/**/*.yaml', ['app/a.yaml', 'app/other/[x].yaml', 'app/sub/a.yaml', 'app/sub/deep/c.yaml']],
    ['app/**', ['app/a.yaml', 'app/b.yml', 'app/other/[x].yaml', 'app/sub/a.yaml', 'app/sub/deep/c.yaml']],
    ['**/[ab].y?ml', ['app/a.yaml', 'app/sub/a.yaml']],
    ['app/sub/*/*.yaml', ['app/sub/deep/c.yaml']],
    ['app/.*.yaml', ['app/.dot.yaml']],
    ['app/other/\\[x\\].yaml', ['app/other/[x].yaml']],
    ['none/*.yaml', []],
    ['app/a.yaml/*', []],
    ['app/@(a|b).yaml', []],
  ])('%s', (glob, expected) => {
    expect(expandGlob(tree, glob)).toEqual(expected);
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
