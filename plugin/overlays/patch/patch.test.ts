import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply, overlaysFrom, problems, resourcesFrom } from '../../../test/tools/overlays.ts';
import { Failure } from '../../diagnostics/failure.ts';
import { applyOverlays } from '../apply.ts';

const manifest = `apiVersion: v1
kind: ConfigMap
metadata: { name: c }
data: { a: x, b/c: w, big: 12345678901234567890 }
list: [a, b, c]
`;

async function patched(operations: string): Promise<Record<string, unknown>> {
  const [body] = await apply(manifest, `- target: { kind: ConfigMap }\n  patch: [${operations}]`);
  return { ...body };
}

describe('patch', () => {
  it.each<[string, object]>([
    [
      '{ op: add, path: /data/new, value: { q: [1] } }',
      { data: { a: 'x', 'b/c': 'w', big: 12345678901234567890n, new: { q: [1] } } },
    ],
    ['{ op: add, path: /list/1, value: z }', { list: ['a', 'z', 'b', 'c'] }],
    ['{ op: add, path: /list/-, value: z }', { list: ['a', 'b', 'c', 'z'] }],
    ['{ op: add, path: /list/3, value: z }', { list: ['a', 'b', 'c', 'z'] }],
    [
      '{ op: replace, path: /data/b~1c, value: 9007199254740993 }',
      { data: { a: 'x', 'b/c': 9007199254740993n, big: 12345678901234567890n } },
    ],
    ['{ op: remove, path: /list/0 }', { list: ['b', 'c'] }],
    ['{ op: remove, path: /data/a }', { data: { 'b/c': 'w', big: 12345678901234567890n } }],
    ['{ op: copy, from: /data, path: /copy }', { copy: { a: 'x', 'b/c': 'w', big: 12345678901234567890n } }],
    ['{ op: move, from: /list/0, path: /list/2 }', { list: ['b', 'c', 'a'] }],
    ['{ op: move, from: /list/0, path: /list/- }', { list: ['b', 'c', 'a'] }],
    ['{ op: move, from: /data/big, path: /data/a }', { data: { a: 12345678901234567890n, 'b/c': 'w' } }],
    ['{ op: move, from: /list, path: /list }', { list: ['a', 'b', 'c'] }],
    [
      '{ op: test, path: /data/big, value: 12345678901234567890 }, { op: replace, path: /list, value: [] }',
      { list: [] },
    ],
    ['{ op: add, path: /list/0, value: z }, { op: remove, path: /list/1 }', { list: ['z', 'b', 'c'] }],
    [
      '{ op: add, path: /data/toString, value: q }',
      { data: { a: 'x', 'b/c': 'w', big: 12345678901234567890n, toString: 'q' } },
    ],
    ['{ op: replace, path: "", value: { apiVersion: v1, kind: Q } }', { apiVersion: 'v1', kind: 'Q' }],
  ])('%s', async (operations, expected) => expect(await patched(operations)).toMatchObject(expected));

  it.each<[string, string]>([
    [
      '{ op: replace, path: /data/z, value: q }',
      '2:32 overlay-patch: overlay on ConfigMap/c: patch[0] (replace /data/z) fails: there is no /data/z | Keys there: a, b/c, big.',
    ],
    [
      '{ op: replace, path: /data/b/c, value: q }',
      '2:32 overlay-patch: overlay on ConfigMap/c: patch[0] (replace /data/b/c) fails: there is no /data/b | A slash inside a key is written ~1: /data/b~1c Keys there: a, b/c, big.',
    ],
    [
      '{ op: add, path: /data/acme.dev/team, value: q }',
      '2:28 overlay-patch: overlay on ConfigMap/c: patch[0] (add /data/acme.dev/team) fails: there is no /data/acme.dev | A slash inside a key is written ~1: /data/acme.dev~1team Keys there: a, b/c, big.',
    ],
    [
      '{ op: remove, path: /data/bigg }',
      '2:31 overlay-patch: overlay on ConfigMap/c: patch[0] (remove /data/bigg) fails: there is no /data/bigg | Keys there: a, b/c, big. Did you mean big?',
    ],
    [
      '{ op: remove, path: /data/toString }',
      '2:31 overlay-patch: overlay on ConfigMap/c: patch[0] (remove /data/toString) fails: there is no /data/toString | Keys there: a, b/c, big.',
    ],
    [
      '{ op: add, path: /q/r, value: q }',
      '2:28 overlay-patch: overlay on ConfigMap/c: patch[0] (add /q/r) fails: there is no /q | Keys there: apiVersion, kind, metadata, data, list.',
    ],
    [
      '{ op: add, path: /list/4, value: q }',
      '2:28 overlay-patch: overlay on ConfigMap/c: patch[0] (add /list/4) fails: there is no /list/4: the list has 3 items',
    ],
    [
      '{ op: replace, path: /list/-, value: q }',
      '2:32 overlay-patch: overlay on ConfigMap/c: patch[0] (replace /list/-) fails: /list is a list, and - is no index | Its items have indexes 0 to 2.',
    ],
    [
      '{ op: remove, path: /list/01 }',
      '2:31 overlay-patch: overlay on ConfigMap/c: patch[0] (remove /list/01) fails: /list is a list, and 01 is no index | Its items have indexes 0 to 2.',
    ],
    [
      '{ op: remove, path: /data/a/b }',
      '2:31 overlay-patch: overlay on ConfigMap/c: patch[0] (remove /data/a/b) fails: /data/a is a single value, nothing is below it',
    ],
    [
      '{ op: remove, path: /data/~2 }',
      '2:31 overlay-patch: overlay on ConfigMap/c: patch[0] (remove /data/~2) fails: /data/~2 is not a JSON pointer | In a pointer ~ is written ~0, and a slash inside a key ~1.',
    ],
    [
      '{ op: remove, path: "" }',
      '2:31 overlay-patch: overlay on ConfigMap/c: patch[0] (remove ) fails: it would leave no resource | To remove a resource, use `remove: true`.',
    ],
    [
      '{ op: test, path: /data/a, value: q }',
      '2:45 overlay-patch: overlay on ConfigMap/c: patch[0] (test /data/a) fails: the value is "x"',
    ],
    [
      '{ op: add, path: /data/q, value: 1 }, { op: copy, from: /data/r, path: /data/s }',
      '2:67 overlay-patch: overlay on ConfigMap/c: patch[1] (copy /data/s) fails: there is no /data/r | Keys there: a, b/c, big, q.',
    ],
    [
      '{ op: move, from: /data, path: /data/q }',
      '2:42 overlay-patch: overlay on ConfigMap/c: patch[0] (move /data/q) fails: a value cannot be moved into itself',
    ],
    [
      '{ op: add, path: /data/__proto__, value: 1 }',
      '2:28 overlay-patch: overlay on ConfigMap/c: patch[0] (add /data/__proto__) fails: /data/__proto__ is a forbidden key',
    ],
  ])('refuses %s', async (operations, expected) => expect(await problems(patched(operations))).toEqual([expected]));

  it('does not print the data of a Secret', async () => {
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\ndata: { password: aHVudGVyMg== }\n';
    const [message] = await problems(
      apply(secret, '- target: { kind: Secret }\n  patch: [{ op: test, path: /data/password, value: q }]'),
    );
    expect(message).toContain('fails: the value is another value');
    expect(message).not.toContain('aHVudGVyMg');
  });
});

describe('a patch that somebody listens to', () => {
  it('makes the same manifest', async () => {
    const path = fc.constantFrom(
      '/data/a',
      '/data/q',
      '/list/0',
      '/list/1',
      '/list/-',
      '/list',
      '/data',
      '/data/a/b',
      '/list/1/x',
    );
    const operation = fc.oneof(
      fc.record({
        op: fc.constantFrom('add', 'replace'),
        path,
        value: fc.constantFrom(1, 'x', [1, 2], { b: [{ x: 1 }] }),
      }),
      fc.record({ op: fc.constant('remove'), path }),
      fc.record({ op: fc.constantFrom('copy', 'move'), from: path, path }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 12 }), async (operations) => {
        const overlays = overlaysFrom(`- target: { kind: ConfigMap }\n  patch: ${JSON.stringify(operations)}`);
        const outcome = async (record?: () => void): Promise<unknown> => {
          try {
            return (await applyOverlays(resourcesFrom(manifest), overlays, { record })).map(({ body }) => body);
          } catch (error) {
            if (error instanceof Failure) return error.message;
            throw error;
          }
        };
        expect(await outcome(() => undefined)).toEqual(await outcome());
      }),
      { numRuns: 300 },
    );
  });
});
