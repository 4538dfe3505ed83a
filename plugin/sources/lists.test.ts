import { describe, expect, it } from 'vitest';
import { failureText, listing } from '../../test/tools/source-context.ts';
import type { Json } from '../resources/json.ts';
import { takeApart } from './lists.ts';

const origin = { location: { file: 'a.yaml', line: 7 }, document: 2 };
const one = (name: string): Json => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
const list = (items: Json): Json => ({ apiVersion: 'v1', kind: 'List', items });

// What Argo CD's repo-server makes of each was seen with the real one (test/argocd).
describe('takeApart', () => {
  it.each<[string, Json, string[]]>([
    ['one manifest', one('a'), ['ConfigMap/a']],
    ['a list', list([one('a'), one('b')]), ['ConfigMap/a', 'ConfigMap/b']],
    ['an empty list', list([]), []],
    ['a null list', list(null), []],
    ['any kind with items', { apiVersion: 'acme.dev/v1', kind: 'Runner', items: [one('a')] }, ['ConfigMap/a']],
    ['null items beside a spec', { apiVersion: 'acme.dev/v1', kind: 'Runner', items: null, spec: {} }, ['Runner/']],
    ['items that are no list', { apiVersion: 'acme.dev/v1', kind: 'Runner', items: {} }, ['Runner/']],
    ['lists in lists', list([list([one('a')]), list([]), one('b'), list(null)]), ['ConfigMap/a', 'ConfigMap/b']],
  ])('%s', (_name, value, expected) => {
    expect(listing(takeApart(value, origin)).map((line) => line.split(' ')[0])).toEqual(expected);
  });

  it('remembers the place in the outermost list, in an origin of its own', () => {
    const resources = takeApart(list([one('a'), list([one('b'), one('c')])]), origin);
    expect(resources.map((resource) => resource.origin)).toEqual([
      { ...origin, item: 0 },
      { ...origin, item: 1 },
      { ...origin, item: 1 },
    ]);
    expect(new Set(resources.map((resource) => resource.origin)).size).toBe(3);
  });

  it.each<[string, Json, string]>([
    ['a scalar', 'hello', 'a manifest is a mapping, but this is the string "hello"'],
    ['a list of manifests', [one('a')], 'a manifest is a mapping, but this is a list'],
    ['no kind', { metadata: { name: 'a' } }, 'it has no kind'],
    ['a kind that is a number', { kind: 4 }, 'it has no kind'],
    ['a list without kind', { items: [one('a')] }, 'it has no kind'],
    ['an item that is null', list([null]), 'item 0 of the list is null, not a manifest'],
    ['items without kind', list([one('a'), { metadata: { name: 'b' } }]), 'it has no kind'],
  ])('refuses %s', async (_name, value, message) => {
    const text = await failureText(() => takeApart(value, origin));
    expect(text).toContain('a.yaml:7: error[');
    expect(text).toContain(message);
  });

  it('reports every bad item', async () => {
    const text = await failureText(() => takeApart(list([1, one('a'), 'x']), origin));
    expect(text.match(/item \d/gu)).toEqual(['item 0', 'item 2']);
  });
});
