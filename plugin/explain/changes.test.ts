import { describe, expect, it } from 'vitest';
import type { Change } from '../provenance/change.ts';
import type { Json, JsonObject } from '../resources/json.ts';
import { type Path, valueAt } from '../resources/pointer.ts';
import { leafChanges } from './changes.ts';

function change(body: JsonObject, path: Path, before: Json | undefined, after: Json | undefined): Change {
  return {
    origin: { location: { file: 'a.yaml' } },
    path,
    body,
    before,
    after,
    cause: { kind: 'overlay', label: 'o' },
  };
}

function told(one: Change): string[] {
  return leafChanges(one).map(({ path, after }) => `${path} = ${after === undefined ? '-' : JSON.stringify(after)}`);
}

const body: JsonObject = {
  spec: {
    args: ['a', 'b'],
    containers: [
      { name: 'sidecar', image: 's:1' },
      { name: 'main', image: 'm:1', env: [{ name: 'X', value: '1' }] },
    ],
    empty: {},
  },
};

describe('leafChanges', () => {
  it.each<[string, Change, string[]]>([
    ['a scalar', change(body, ['spec', 'replicas'], 1, 3), ['spec.replicas = 3']],
    [
      'a field of a list item, named by its key',
      change(body, ['spec', 'containers', 1, 'env', 0, 'value'], '1', '2'),
      ['spec.containers.[name=main].env.[name=X].value = "2"'],
    ],
    [
      'a new mapping, leaf by leaf',
      change(body, ['spec', 'resources'], undefined, { limits: { cpu: '1' }, x: [] }),
      ['spec.resources.limits.cpu = "1"', 'spec.resources.x = []'],
    ],
    [
      'only the leaves that differ',
      change(body, ['spec', 'x'], { a: 1, b: 2, c: 3 }, { a: 1, b: 5, d: 4 }),
      ['spec.x.b = 5', 'spec.x.d = 4', 'spec.x.c = -'],
    ],
    [
      'a removed list item',
      change(body, ['spec', 'containers', 0], { name: 'sidecar', image: 's:1' }, undefined),
      ['spec.containers.[name=sidecar].name = -', 'spec.containers.[name=sidecar].image = -'],
    ],
    ['a replaced item of a list of scalars', change(body, ['spec', 'args', 1], 'b', 'c'), ['spec.args = ["a","c"]']],
    ['a removed item of a list of scalars', change(body, ['spec', 'args', 0], 'a', undefined), ['spec.args = ["b"]']],
    ['a new item of a list of scalars', change(body, ['spec', 'args', 0], undefined, 'a'), ['spec.args = ["a","b"]']],
    ['the same value again', change(body, ['spec', 'replicas'], 1, 1), []],
  ])('%s', (_name, one, expected) => {
    expect(told(one)).toEqual(expected);
  });

  it('keeps the place for looking the value up', () => {
    const [leaf] = leafChanges(change(body, ['spec', 'containers', 1, 'image'], 'm:0', 'm:1'));
    expect(valueAt(body, leaf?.place ?? [])).toBe('m:1');
  });
});
