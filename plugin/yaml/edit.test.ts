import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { isArray, isObject, type Json } from '../resources/json.ts';
import type { Path } from '../resources/pointer.ts';
import { editYaml, type YamlEdit } from './edit.ts';
import { writeYaml } from './write.ts';

const lock = `# which images production runs
images:
  # the service
  - name: ghcr.io/acme/user-service   # as in the manifests
    tag: 'v1'  # by CI
    source:
      commit: "0"

  - name: nginx
    tag: 1.27-alpine
# the end
`;

/** The lines of `after` that `before` does not have, with -, +. */
function changed(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `-${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+${line}`),
  ];
}

describe('editYaml', () => {
  it.each<[string, YamlEdit, string[]]>([
    [
      'a scalar keeps its quotes and comment',
      { path: ['images', 0, 'tag'], value: 'v2' },
      ["-    tag: 'v1'  # by CI", "+    tag: 'v2'  # by CI"],
    ],
    [
      'a plain scalar gets quotes when it needs them',
      { path: ['images', 1, 'tag'], value: '1.10' },
      ['-    tag: 1.27-alpine', '+    tag: "1.10"'],
    ],
    [
      'double quotes stay',
      { path: ['images', 0, 'source', 'commit'], value: 'abc' },
      ['-      commit: "0"', '+      commit: "abc"'],
    ],
    [
      'a new key goes where it belongs',
      { path: ['images', 0, 'digest'], value: 'sha256:0', after: ['name', 'tag'] },
      ['+    digest: sha256:0'],
    ],
    ['a new key goes to the end', { path: ['images', 1, 'digest'], value: 'sha256:0' }, ['+    digest: sha256:0']],
    ['a new mapping', { path: ['images', 1, 'source'], value: { commit: '1' } }, ['+      commit: "1"']],
    ['a missing mapping on the way', { path: ['images', 1, 'source', 'ref'], value: 'main' }, ['+      ref: main']],
    ['a new item', { path: ['images', 2], value: { name: 'redis', tag: '8' } }, ['+  - name: redis', '+    tag: "8"']],
    ['a key goes', { path: ['images', 0, 'tag'], value: undefined }, ["-    tag: 'v1'  # by CI"]],
    [
      'a key with all below it goes',
      { path: ['images', 0, 'source'], value: undefined },
      ['-    source:', '-      commit: "0"'],
    ],
    [
      'the first key of an item goes',
      { path: ['images', 1, 'name'], value: undefined },
      ['-  - name: nginx', '-    tag: 1.27-alpine', '+  - tag: 1.27-alpine'],
    ],
    ['an item goes', { path: ['images', 1], value: undefined }, ['-  - name: nginx', '-    tag: 1.27-alpine']],
    ['a key that is there already', { path: ['images', 0, 'tag'], value: 'v1' }, []],
  ])('%s', (_name, edit, expected) => {
    expect(changed(lock, editYaml(lock, 'a.yaml', [edit]))).toEqual(expected);
    const windows = lock.replaceAll('\n', '\r\n');
    expect(editYaml(windows, 'a.yaml', [edit])).toBe(editYaml(lock, 'a.yaml', [edit]).replaceAll('\n', '\r\n'));
    expect(editYaml(`\uFEFF---\n${lock}`, 'a.yaml', [edit])).toBe(`\uFEFF---\n${editYaml(lock, 'a.yaml', [edit])}`);
  });

  it.each<[string, string, YamlEdit[], string]>([
    [
      'an empty list',
      'images: []\nb: 1\n',
      [{ path: ['images', 0], value: { name: 'a' } }],
      'images:\n  - name: a\nb: 1\n',
    ],
    [
      'an empty list with a comment',
      'images: [] # none\n',
      [{ path: ['images', 0], value: 'a' }],
      'images:\n  - a # none\n',
    ],
    ['a list that is missing', 'a: 1', [{ path: ['images', 0], value: { name: 'a' } }], 'a: 1\nimages:\n- name: a'],
    [
      'a list that has no value',
      'images: # none\nb: 1\n',
      [{ path: ['images', 0], value: { name: 'a' } }],
      'images: # none\n  - name: a\nb: 1\n',
    ],
    [
      'the last item',
      'images:\n- a # x\nb: 1\n',
      [{ path: ['images', 0], value: undefined }],
      'images: [] # x\nb: 1\n',
    ],
    ['a key without a value', 'a:\nb: 1\n', [{ path: ['a'], value: 'x' }], 'a: x\nb: 1\n'],
    [
      'a key without a value and with a comment',
      'a:  # soon\nb: 1\n',
      [{ path: ['a'], value: 'x' }],
      'a: x  # soon\nb: 1\n',
    ],
    [
      'flow style',
      '{a: {b: 1, c: [x, y]}, d: "e"}\n',
      [
        { path: ['a', 'b'], value: '1' },
        { path: ['a', 'c', 2], value: 'z, z' },
        { path: ['a', 'm'], value: true },
        { path: ['d'], value: 'f' },
      ],
      '{a: {b: "1", c: [x, y, "z, z"], m: true}, d: "f"}\n',
    ],
    [
      'flow style, removing',
      '{a: 1, b: 2, c: [x, y]}\n',
      [
        { path: ['b'], value: undefined },
        { path: ['c', 1], value: undefined },
        { path: ['c', 0], value: undefined },
        { path: ['c'], value: undefined },
      ],
      '{a: 1}\n',
    ],
    ['an empty flow mapping', 'a: {}\n', [{ path: ['a', 'b'], value: 'c' }], 'a: { b: c }\n'],
    [
      'JSON',
      '{"images": [{"name": "a", "newTag": "1"}]}',
      [
        { path: ['images', 0, 'newTag'], value: '2' },
        { path: ['images', 1], value: { name: 'b' } },
      ],
      '{"images": [{"name": "a", "newTag": "2"}, {"name":"b"}]}',
    ],
    [
      'a later document',
      'a: 1\n---\n# nothing\n---\na: 2 # two\n',
      [{ document: 1, path: ['a'], value: 3 }],
      'a: 1\n---\n# nothing\n---\na: 3 # two\n',
    ],
    ['the end of a document', 'a: 1\n---\nb: 1\n', [{ path: ['c'], value: 3 }], 'a: 1\nc: 3\n---\nb: 1\n'],
    [
      'a block scalar before a new key',
      'a: |\n  x\n  y\nb: 1\n',
      [{ path: ['c'], value: 3, after: ['a'] }],
      'a: |\n  x\n  y\nc: 3\nb: 1\n',
    ],
    ['an anchor that nobody uses', 'a: &x 1\n', [{ path: ['a'], value: 2 }], 'a: &x 2\n'],
    ['an alias itself', 'a: &x 1\nb: *x\n', [{ path: ['b'], value: 2 }], 'a: &x 1\nb: 2\n'],
    ['a key that is a boolean elsewhere', 'y: 1\n', [{ path: ['true'], value: 2 }], 'y: 2\n'],
  ])('%s', (_name, text, edits, expected) => expect(editYaml(text, 'a.yaml', edits)).toBe(expected));

  it.each<[string, string, YamlEdit, string]>([
    [
      'a value that others share',
      'a: &x 1\nb: *x\n',
      { path: ['a'], value: 2 },
      'a cannot be changed in place: the text around it is too unusual',
    ],
    ['a block scalar', 'a: |\n  x\n', { path: ['a'], value: 'y' }, 'it is a block of several lines'],
    ['a mapping', 'a: { b: 1 }\n', { path: ['a'], value: 'y' }, 'a mapping or a list is in its place'],
    ['a scalar on the way', 'a: 1\n', { path: ['a', 'b'], value: 'y' }, 'neither a mapping nor a list'],
    [
      'a merged key',
      'x: &x { b: 1 }\na: { <<: *x }\n',
      { path: ['a', 'b'], value: undefined },
      'it is the only key of its mapping',
    ],
    [
      'a document that is not there',
      'a: 1\n',
      { document: 1, path: ['a'], value: 2 },
      'its document could not be found',
    ],
  ])('refuses %s', (_name, text, edit, message) => expect(() => editYaml(text, 'a.yaml', [edit])).toThrow(message));

  const scalar = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      'yes',
      '1.10',
      '0x1',
      '',
      '- a',
      'a: b',
      '#',
      'v1 # x',
      "it's",
      '"',
      '{',
      ']',
      ', ',
      '~',
      'null',
      '*a',
      '&a',
      '!x',
      '2024-01-01',
    ),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  const key = fc.oneof(
    fc.string({ unit: fc.constantFrom(...Array.from('abc-./')), minLength: 1, maxLength: 6 }),
    fc.constantFrom('name', 'yes', '1'),
  );
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      scalar,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  const document = fc.dictionary(key, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true });

  function scalars(value: Json, path: Path = []): Path[] {
    if (isArray(value)) return value.flatMap((item, index) => scalars(item, path.concat(index)));
    if (isObject(value))
      return Object.entries(value).flatMap(([name, item]) => scalars(item ?? null, path.concat(name)));
    return [path];
  }

  it('changes nothing but the scalar, whatever the file looks like', () => {
    let edited = 0;
    const style = fc.constantFrom<(value: Json) => string>(
      writeYaml,
      (one) => stringify(one, { version: '1.1', aliasDuplicateObjects: false, indent: 4 }),
      (one) =>
        stringify(one, {
          version: '1.1',
          aliasDuplicateObjects: false,
          defaultStringType: 'QUOTE_SINGLE',
          indentSeq: false,
        }),
      (one) =>
        stringify(one, {
          version: '1.1',
          aliasDuplicateObjects: false,
          defaultStringType: 'QUOTE_DOUBLE',
          collectionStyle: 'flow',
        }),
    );
    fc.assert(
      fc.property(
        document,
        style,
        fc.nat(),
        fc.string({ maxLength: 8 }),
        fc.boolean(),
        (value, write, choice, next, windows) => {
          const paths = scalars(value);
          fc.pre(paths.length > 0);
          const plain = `# begin\n${write(value)}# end\n`;
          const text = windows ? plain.replaceAll('\n', '\r\n') : plain;
          let after: string;
          try {
            after = editYaml(text, 'a.yaml', [{ path: paths[choice % paths.length] ?? [], value: next }]);
          } catch (error) {
            // Block scalars are left to people.
            expect(String(error)).toMatch(/block of several lines|Only|not allowed|yaml-edit|yaml-syntax/u);
            return;
          }
          edited += 1;
          const lines = text.split('\n');
          const now = after.split('\n');
          // One scalar on one line; long flow collections are folded, so that a scalar of theirs may span two.
          expect(Math.abs(lines.length - now.length)).toBeLessThanOrEqual(1);
          const same = now.filter((line, index) => line === lines[index] || line === lines.at(index - now.length));
          expect(now.length - same.length).toBeLessThanOrEqual(2);
        },
      ),
      { numRuns: 1500 },
    );
    expect(edited).toBeGreaterThan(1000);
  });
});
