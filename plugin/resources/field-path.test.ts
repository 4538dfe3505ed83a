import { describe, expect, it } from 'vitest';
import { findPaths, parseFieldPath } from './field-path.ts';
import { respelled } from './field-path-spelling.ts';
import { withValue } from './with-value.ts';

const key = (name: string) => ({ kind: 'key', key: name });
const exact = (name: string) => ({ kind: 'key', key: name, exact: true });

describe('parseFieldPath', () => {
  it.each<[string, unknown]>([
    ['spec', [key('spec')]],
    ['spec.image', [key('spec'), key('image')]],
    ['a.[name=x.y/z].b', [key('a'), { kind: 'where', field: 'name', value: 'x.y/z' }, key('b')]],
    ['a.[=-jar]', [key('a'), { kind: 'where', field: '', value: '-jar' }]],
    ['a.*.b', [key('a'), { kind: 'every' }, key('b')]],
    ['a.0', [key('a'), key('0')]],
    ['a\\.b.c', [key('a.b'), key('c')]],
    ['a.[b.c/d]', [key('a'), exact('b.c/d')]],
    ['', undefined],
    ['a.', undefined],
    ['.a', undefined],
    ['a..b', undefined],
    ['a.[b', undefined],
    ['a.[]', undefined],
    ['metadata.annotations.acme\\.dev/team', [key('metadata'), key('annotations'), key('acme.dev/team')]],
    ['a.e/f', [key('a'), key('e/f')]],
    ['a.-', [key('a'), key('-')]],
    ['a.\\[b\\]', [key('a'), exact('[b]')]],
    ['a.[x y]', [key('a'), exact('x y')]],
  ])('%s', (text, expected) => expect(parseFieldPath(text)).toEqual(expected));
});

describe('a path in the spelling of another tool', () => {
  it.each<[string, string | undefined]>([
    ['spec.containers[0].image', 'spec.containers.0.image'],
    ['spec.containers.(name=main).image', 'spec.containers.[name=main].image'],
    ['spec.containers.{name=main}.image', 'spec.containers.[name=main].image'],
    ['{.spec.containers[*].image}', 'spec.containers.*.image'],
    ['jsonpath={.spec.replicas}', 'spec.replicas'],
    ['{{ .spec.replicas }}', 'spec.replicas'],
    ['@.spec.replicas', 'spec.replicas'],
    ['#/spec/replicas', 'spec.replicas'],
    ['Deployment/web:spec.replicas', 'spec.replicas'],
    ['spec.containers[name=main].image', 'spec.containers.[name=main].image'],
    ['spec.containers[name="main"].image', 'spec.containers.[name=main].image'],
    ["spec.containers.[name='main'].image", 'spec.containers.[name=main].image'],
    ['spec.containers.[name==main].image', 'spec.containers.[name=main].image'],
    ['spec.containers.[ name = main ].image', 'spec.containers.[name=main].image'],
    ['spec.containers[?(@.name=="main")].image', 'spec.containers.[name=main].image'],
    ["$.spec.containers[?@.name == 'main'].image", 'spec.containers.[name=main].image'],
    ['spec.containers[*].image', 'spec.containers.*.image'],
    ['spec.containers.[*].image', 'spec.containers.*.image'],
    ['spec.containers[].image', 'spec.containers.*.image'],
    ['spec.containers[-1].image', 'spec.containers.-.image'],
    ['spec.containers.-1.image', 'spec.containers.-.image'],
    ['spec.containers.-2.image', undefined],
    ['$.spec.replicas', 'spec.replicas'],
    ['$', undefined],
    ['/spec/replicas', 'spec.replicas'],
    ['spec/replicas', 'spec.replicas'],
    ['/metadata/annotations/acme.dev~1team', 'metadata.annotations.[acme.dev/team]'],
    ['.spec.replicas', 'spec.replicas'],
    ['spec.replicas.', 'spec.replicas'],
    ['spec..replicas', 'spec.replicas'],
    [' spec.replicas', 'spec.replicas'],
    ['spec.replicas ', 'spec.replicas'],
    ['spec. replicas', 'spec.replicas'],
    ['spec.replicas\n', 'spec.replicas'],
    ['metadata.annotations["acme.dev/team"]', 'metadata.annotations.[acme.dev/team]'],
    ["metadata.annotations.['acme.dev/team']", 'metadata.annotations.[acme.dev/team]'],
    ['metadata.annotations."acme.dev/team"', 'metadata.annotations.[acme.dev/team]'],
    ['a[b', 'a.b'],
    ['a]', undefined],
    ['(.spec)', undefined],
    ['', undefined],
    ['...', undefined],
  ])('%s is refused, and said again', (text, meant) => {
    expect(parseFieldPath(text)).toBeUndefined();
    expect(respelled(text)).toBe(meant);
  });
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
