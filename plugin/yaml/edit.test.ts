import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { editYaml, type YamlEdit } from './edit.ts';

const lock = `# written by CI
apiVersion: waybill.dev/v1
kind: ImageLock   # do not rename

images:
  # the API
  - name: ghcr.io/acme/user-service
    tag: "1.0"          # pinned
    digest:
    source: {repository: 'https://github.com/acme/user-service', pullRequest: 12}

  # the worker
  - name: ghcr.io/acme/worker
    tag: sha-0123
notes: |
  keep
  this
empty: []
none: {} # for now
`;

function change(text: string, ...edits: YamlEdit[]): string {
  return editYaml(text, edits, { file: 'a.yaml' });
}

/** The changed lines: `-` gone, `+` new. */
function diff(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < old.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  return [
    ...old.slice(start, old.length - end).map((line) => `-${line}`),
    ...now.slice(start, now.length - end).map((line) => `+${line}`),
  ];
}

describe('editYaml', () => {
  it.each<[name: string, edit: YamlEdit, expected: string[]]>([
    [
      'keeps double quotes',
      { op: 'set', path: ['images', 0, 'tag'], value: '1.1' },
      ['-    tag: "1.0"          # pinned', '+    tag: "1.1"          # pinned'],
    ],
    [
      'keeps plain text plain',
      { op: 'set', path: ['images', 1, 'tag'], value: 'sha-4567' },
      ['-    tag: sha-0123', '+    tag: sha-4567'],
    ],
    [
      'quotes what needs it',
      { op: 'set', path: ['images', 1, 'tag'], value: '1.10' },
      ['-    tag: sha-0123', '+    tag: "1.10"'],
    ],
    [
      'fills an empty value',
      { op: 'set', path: ['images', 0, 'digest'], value: 'sha256:ab' },
      ['-    digest:', '+    digest: sha256:ab'],
    ],
    [
      'keeps single quotes in flow',
      { op: 'set', path: ['images', 0, 'source', 'repository'], value: "it's" },
      [
        "-    source: {repository: 'https://github.com/acme/user-service', pullRequest: 12}",
        "+    source: {repository: 'it''s', pullRequest: 12}",
      ],
    ],
    [
      'adds a key in flow',
      { op: 'set', path: ['images', 0, 'source', 'ref'], value: 'a, b' },
      [
        "-    source: {repository: 'https://github.com/acme/user-service', pullRequest: 12}",
        `+    source: {repository: 'https://github.com/acme/user-service', pullRequest: 12, ref: "a, b"}`,
      ],
    ],
    [
      'removes a key in flow',
      { op: 'remove', path: ['images', 0, 'source', 'repository'] },
      [
        "-    source: {repository: 'https://github.com/acme/user-service', pullRequest: 12}",
        '+    source: {pullRequest: 12}',
      ],
    ],
    [
      'adds a key',
      { op: 'set', path: ['images', 1, 'source', 'commit'], value: 'abc' },
      ['+    source:', '+      commit: abc'],
    ],
    [
      'adds a key at the end',
      { op: 'set', path: ['last'], value: [1, { a: 'y' }] },
      ['+last:', '+  - 1', '+  - a: "y"'],
    ],
    ['removes a key', { op: 'remove', path: ['images', 0, 'digest'] }, ['-    digest:']],
    [
      'removes the key behind the dash',
      { op: 'remove', path: ['images', 1, 'name'] },
      ['-  - name: ghcr.io/acme/worker', '-    tag: sha-0123', '+  - tag: sha-0123'],
    ],
    [
      'removes an item, not the comment above it',
      { op: 'remove', path: ['images', 1] },
      ['-  - name: ghcr.io/acme/worker', '-    tag: sha-0123'],
    ],
    [
      'appends an item as the others are indented',
      { op: 'insert', path: ['images'], value: { name: 'c', tag: '2' } },
      ['+  - name: c', '+    tag: "2"'],
    ],
    [
      'inserts behind an item, before the comment of the next',
      { op: 'insert', path: ['images'], index: 1, value: 'x' },
      ['+  - x'],
    ],
    ['inserts at the front', { op: 'insert', path: ['images'], index: 0, value: { b: 1 } }, ['+  - b: 1']],
    ['fills an empty list', { op: 'insert', path: ['empty'], value: { a: 1 } }, ['-empty: []', '+empty:', '+  - a: 1']],
    [
      'fills an empty mapping',
      { op: 'set', path: ['none', 'a'], value: 1 },
      ['-none: {} # for now', '+none: # for now', '+  a: 1'],
    ],
    [
      'replaces a block by a line',
      { op: 'set', path: ['notes'], value: 'x' },
      ['-notes: |', '-  keep', '-  this', '+notes: x'],
    ],
    [
      'replaces a block by a block',
      { op: 'set', path: ['notes'], value: 'a\nb\n' },
      ['-  keep', '-  this', '+  a', '+  b'],
    ],
    [
      'replaces a list by a scalar',
      { op: 'set', path: ['images'], value: 3 },
      [
        ...lock
          .split('\n')
          .slice(4, 14)
          .map((line) => `-${line}`),
        '+images: 3',
      ],
    ],
    ['leaves an equal value', { op: 'set', path: ['images', 0, 'tag'], value: '1.0' }, []],
    ['leaves what is not there', { op: 'remove', path: ['images', 0, 'nothing'] }, []],
  ])('%s', (_name, edit, expected) => {
    expect(diff(lock, change(lock, edit))).toEqual(expected);
  });

  it.each<[name: string, text: string, edit: YamlEdit, expected: string]>([
    [
      'a key at its place',
      'a: |\n  x\n  y\nb: 1\n',
      { op: 'set', path: ['c'], value: 3, after: ['z', 'a'] },
      'a: |\n  x\n  y\nc: 3\nb: 1\n',
    ],
    [
      'a text without a last line end',
      'a: 1',
      { op: 'set', path: ['images', 0], value: { name: 'a' } },
      'a: 1\nimages:\n- name: a',
    ],
    ['the end of a document', 'a: 1\n---\nb: 1\n', { op: 'set', path: ['c'], value: 3 }, 'a: 1\nc: 3\n---\nb: 1\n'],
    ['a byte order mark', '\uFEFF---\na: 1 # x\n', { op: 'set', path: ['a'], value: 2 }, '\uFEFF---\na: 2 # x\n'],
    [
      'an empty value with a comment',
      'a:  # soon\nb: 1\n',
      { op: 'insert', path: ['a'], value: 'x' },
      'a:  # soon\n- x\nb: 1\n',
    ],
    ['an alias itself', 'a: &x 1\nb: *x\n', { op: 'set', path: ['b'], value: 2 }, 'a: &x 1\nb: 2\n'],
    ['an anchor that nobody uses', 'a: &x 1\n', { op: 'set', path: ['a'], value: 2 }, 'a: &x 2\n'],
    ['a key by another name', 'yes: 1\n', { op: 'set', path: ['true'], value: 2 }, 'yes: 2\n'],
    [
      'JSON',
      '{"a": [{"b": "1"}]}\n',
      { op: 'insert', path: ['a'], value: { b: 'c' } },
      '{"a": [{"b": "1"}, {"b":"c"}]}\n',
    ],
    ['a number in JSON', '{"a": 1}', { op: 'set', path: ['a'], value: 'x' }, '{"a": "x"}'],
    ['a key in JSON', '{"a": 1}', { op: 'set', path: ['b'], value: 'x' }, '{"a": 1, "b":"x"}'],
  ])('%s', (_name, text, edit, expected) => {
    expect(change(text, edit)).toBe(expected);
  });

  it('leaves an empty collection behind the last entry', () => {
    expect(
      change('a: # c\n- b\nd:\n  e: 1\n', { op: 'remove', path: ['a', 0] }, { op: 'remove', path: ['d', 'e'] }),
    ).toBe('a: [] # c\nd: {}\n');
  });

  it('keeps CRLF, also in what it adds', () => {
    const text = 'a: 1 # x\r\nb:\r\n- c\r\n';
    expect(
      change(text, { op: 'insert', path: ['b'], value: { d: 1, e: 2 } }, { op: 'set', path: ['a'], value: 'p\nq\n' }),
    ).toBe('a: |\r\n  p\r\n  q # x\r\nb:\r\n- c\r\n- d: 1\r\n  e: 2\r\n'.replace('|\r\n  p\r\n  q', '"p\\nq\\n"'));
  });

  it('writes the first value of an empty file below its comments', () => {
    expect(change('# nothing yet\n', { op: 'set', path: ['images', 0, 'name'], value: 'a' })).toBe(
      '# nothing yet\nimages:\n- name: a\n',
    );
  });

  it('edits one document of several', () => {
    const text = 'a: 1\n---\n# two\na: 1\n---\na: 1\n';
    expect(editYaml(text, [{ op: 'set', path: ['a'], value: 2 }], { file: 'a.yaml', document: 1 })).toBe(
      'a: 1\n---\n# two\na: 2\n---\na: 1\n',
    );
  });

  it('overrides what comes from a merge', () => {
    expect(change('x: &x {a: 1}\nz:\n  <<: *x\n', { op: 'set', path: ['z', 'a'], value: 2 })).toBe(
      'x: &x {a: 1}\nz:\n  <<: *x\n  a: 2\n',
    );
  });

  it('refuses, with the place, what an anchor shares', () => {
    expect(() => change('x: &x {a: 1}\nz: *x\n', { op: 'set', path: ['x', 'a'], value: 2 })).toThrow(Failure);
    expect(() => change('x: &x {a: 1}\nz: *x\n', { op: 'set', path: ['z', 'a'], value: 2 })).toThrow(
      '/z/a cannot be changed in place',
    );
  });

  it.each<[string, (string | number)[], string | undefined]>([
    ['x: &x {a: 1}\nz: *x\n', ['x', 'a'], 'Line 1 and the aliases *x (line 2) share'],
    ['x: &x {a: 1}\nz: *x\ny: [*x, *x]\n', ['z', 'a'], 'Line 1 and the aliases *x (line 2, 3) share'],
    ['x:\n  a: &v 1\nz: *v\n', ['z'], undefined],
    ['x:\n  a: &v 1\nz: *v\n', ['x', 'a'], 'Line 2 and the aliases *v (line 3) share'],
  ])('says where it is shared: %j %j', (text, path, message) => {
    const help = (): readonly string[] | undefined => {
      try {
        change(text, { op: 'set', path, value: 2 });
        return undefined;
      } catch (error) {
        return error instanceof Failure ? error.diagnostics[0]?.help : [];
      }
    };
    if (message === undefined) expect(help()).toBeUndefined();
    else expect(help()?.[0]).toContain(message);
  });
});

describe('comments of keys that stay', () => {
  const remove = (path: (string | number)[]): YamlEdit => ({ op: 'remove', path });
  it.each<[string, string, YamlEdit, string]>([
    [
      'above the key behind the first one of an item',
      '- digest: x # measured\n  # what the team calls it\n  name: a\n',
      remove([0, 'digest']),
      '- # what the team calls it\n  name: a\n',
    ],
    [
      'behind the key before the last one of a flow mapping',
      '- {name: a,\n   tag: v1, # the release\n   digest: x}\n',
      remove([0, 'digest']),
      '- {name: a,\n   tag: v1, # the release\n   }\n',
    ],
    [
      'above the next key of a flow mapping',
      '{name: a, # mine\n # of the tag\n tag: v1}\n',
      remove(['name']),
      '{\n # of the tag\n tag: v1}\n',
    ],
    ['above the next item of a flow list', '[a, # mine\n # of b\n b]\n', remove([0]), '[\n # of b\n b]\n'],
    ['above the next item of a nested list', '- - a\n  # of b\n  - b\n', remove([0, 0]), '- # of b\n  - b\n'],
  ])('%s', (_name, before, edit, after) => {
    expect(change(before, edit)).toBe(after);
  });
});

describe('several JSON values in one file', () => {
  const text = '{"a": 1}\n{"b": {"c": 2}}\n\n{"d": [3]}\n';
  it('are edited one by one', () => {
    const edit = (document: number, one: YamlEdit): string => editYaml(text, [one], { file: 'a.json', document });
    expect(edit(1, { op: 'set', path: ['b', 'c'], value: 'x' })).toBe(text.replace('2', '"x"'));
    expect(edit(2, { op: 'insert', path: ['d'], value: 4 })).toBe(text.replace('[3]', '[3, 4]'));
    expect(edit(0, { op: 'set', path: ['e'], value: null })).toBe(text.replace('1}', '1, "e":null}'));
  });

  it('keep a last line without a line end', () => {
    expect(editYaml('{"a": 1}{"a": 2}', [{ op: 'set', path: ['a'], value: 3 }], { file: 'a.json', document: 1 })).toBe(
      '{"a": 1}{"a": 3}',
    );
    expect(change('a: 1', { op: 'set', path: ['b'], value: 2 })).toBe('a: 1\nb: 2');
  });
});
