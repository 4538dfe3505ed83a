import { describe, expect, it } from 'vitest';
import { findPaths, parseFieldPath } from './field-path.ts';
import { withValue } from './with-value.ts';

const key = (name: string) => ({ kind: 'key', key: name });

describe('parseFieldPath', () => {
  it.each<[string, unknown]>([
    ['spec', [key('spec')]],
    ['spec.image', [key('spec'), key('image')]],
    ['a.[name=x.y/z].b', [key('a'), { kind: 'where', field: 'name', value: 'x.y/z' }, key('b')]],
    ['a.[=-jar]', [key('a'), { kind: 'where', field: '', value: '-jar' }]],
    ['a.*.b', [key('a'), { kind: 'every' }, key('b')]],
    ['a.0', [key('a'), key('0')]],
    ['a\\.b.c', [key('a.b'), key('c')]],
    ['a.[b.c/d]', [key('a'), key('b.c/d')]],
    ['', undefined],
    ['a.', undefined],
    ['.a', undefined],
    ['a..b', undefined],
    ['a.[b', undefined],
    ['a.[]', undefined],
  ])('%s', (text, expected) => expect(parseFieldPath(text)).toEqual(expected));
});

describe('findPaths and withValue', () => {
  const value = { spec: { list: [{ name: 'a', v: 1 }, { name: 'b' }, 'x'], 'a.b': 2 }, n: null };
  it.each<[string, unknown]>([
    [
      'spec.list.*.name',
      [
        ['spec', 'list', 0, 'name'],
        ['spec', 'list', 1, 'name'],
      ],
    ],
    ['spec.list.[name=b]', [['spec', 'list', 1]]],
    ['spec.list.[=x]', [['spec', 'list', 2]]],
    ['spec.list.1.name', [['spec', 'list', 1, 'name']]],
    ['spec.list.3', []],
    ['spec.list.name', []],
    ['spec.[a.b]', [['spec', 'a.b']]],
    ['n', [['n']]],
    ['n.a', []],
    ['toString', []],
  ])('%s', (text, expected) => expect(findPaths(value, parseFieldPath(text) ?? [])).toEqual(expected));

  it('copies only what is on the way', () => {
    const made = withValue(value, ['spec', 'list', 0, 'v'], 3);
    expect(made).toEqual({ ...value, spec: { ...value.spec, list: [{ name: 'a', v: 3 }, { name: 'b' }, 'x'] } });
    expect(value.spec.list[0]).toEqual({ name: 'a', v: 1 });
    expect(() => withValue(value, ['n', 'a'], 1)).toThrow('there is no a to replace');
  });
});
