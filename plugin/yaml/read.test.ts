import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import { readYaml } from './read.ts';

const strict = { file: 'a.yaml', duplicateKeys: 'error' } as const;

function values(text: string): unknown[] {
  return readYaml(text, strict).map(({ value }) => value);
}

function refusal(text: string, options: Parameters<typeof readYaml>[1] = strict): readonly Diagnostic[] {
  try {
    readYaml(text, options);
  } catch (error) {
    if (error instanceof Failure) return error.diagnostics;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

describe('documents', () => {
  it.each<[name: string, text: string, expected: unknown[]]>([
    ['YAML documents', 'a: 1\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['empty and null documents are left out', '---\n# nothing\n---\na: 1\n---\nnull\n---\n~\n--- # end\n', [{ a: 1 }]],
    ['concatenated JSON', '{"a":1}{"b":2}\n{"c":3}', [{ a: 1 }, { b: 2 }, { c: 3 }]],
    ['JSON lines', '{"a":1}\n{"b":2}\n', [{ a: 1 }, { b: 2 }]],
    ['JSON between YAML', '{"a":1}\n---\nb: 2\n---\n{"c": {"d": [3]}}\n', [{ a: 1 }, { b: 2 }, { c: { d: [3] } }]],
    ['JSON of several lines', '{\n\t"a": "\\ud83d\\ude00\\/",\n\t"b": [1,\n2]\n}\n', [{ a: '😀/', b: [1, 2] }]],
    ['a byte order mark', '\uFEFFa: 1', [{ a: 1 }]],
    ['CRLF', 'a: |\r\n  x\r\n  y\r\nb: 1\r\n', [{ a: 'x\ny\n', b: 1 }]],
    ['a document end', 'a: 1\n...\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['a comment on the separator', '--- # one\na: 1\n---# two\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['a last line without a line end, which gets one', 'a: |\n  x', [{ a: 'x\n' }]],
    ['JSON objects in a row', '{"a":1}{"b":2}\n{"c":3}\n', [{ a: 1 }, { b: 2 }, { c: 3 }]],
    [
      'blanks at the end of a block, also beside anchors',
      'a: &x |\n  y\n    \nb: |2-\n    z\n\n    \n',
      [{ a: 'y\n  \n', b: '  z\n\n  ' }],
    ],
    ['a directive', '%YAML 1.1\n---\na: yes\n', [{ a: true }]],
    ['separators inside a block scalar', 'a: |\n  ---\n  b\n', [{ a: '---\nb\n' }]],
    ['nothing', '', []],
    [
      'big numbers',
      'a: 9007199254740993\nb: {"c": 18446744073709551615}\n',
      [{ a: 9007199254740993n, b: { c: 18446744073709551615n } }],
    ],
    ['flow collections at the left edge', 'a: [\n1,\n2\n]\n', [{ a: [1, 2] }]],
    ['names of every object', 'constructor: 1\n__proto__: 2\n', [JSON.parse('{"constructor":1,"__proto__":2}')]],
  ])('%s', (_name, text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it('reads thousands of JSON objects in a row in one go', () => {
    const text = '{"a":\n1}\n'.repeat(20_000);
    const documents = readYaml(text, strict);
    expect(documents).toHaveLength(20_000);
    expect(documents.at(-1)?.line).toBe(39_999);
  });

  it('knows the line each document starts on', () => {
    const text = '# one\na: 1\n---\n\n# two\nb: 2\n';
    expect(readYaml(text, strict).map(({ line }) => line)).toEqual([2, 6]);
    expect(readYaml('\n{"c":1}\n{"d":2}\n---\n\n{"e":3}', strict).map(({ line }) => line)).toEqual([2, 3, 6]);
  });
});

describe('merge keys and aliases', () => {
  it.each<[name: string, text: string, expected: unknown]>([
    [
      'later keys override what was merged',
      'x: &x {a: 1, b: 1}\nz: {<<: *x, b: 2}\n',
      { x: { a: 1, b: 1 }, z: { a: 1, b: 2 } },
    ],
    [
      'a merge overrides keys before it, as in go-yaml',
      'x: &x {a: 1}\nz: {a: 2, <<: *x}\n',
      { x: { a: 1 }, z: { a: 1 } },
    ],
    ...['!!merge <<', '! <<', '!!merge "<<"', "! '<<'", '!<tag:yaml.org,2002:merge> <<', '&y <<'].map(
      (key): [string, string, unknown] => [
        `${key} is a merge key`,
        `x: &x {a: 1}\nz: {${key}: *x, b: 2}\n`,
        { x: { a: 1 }, z: { a: 1, b: 2 } },
      ],
    ),
    ...['"<<"', "'<<'", '!!str <<', '!x <<'].map((key): [string, string, unknown] => [
      `${key} is an ordinary key`,
      `z: {${key}: {a: 1}}\n`,
      { z: { '<<': { a: 1 } } },
    ]),
    ['earlier mappings of a list win', 'z: {<<: [{a: 1}, {a: 2, b: 2}]}\n', { z: { a: 1, b: 2 } }],
    ['an anchor may be set again', 'a: &x 1\nb: *x\nc: &x 2\nd: *x\n', { a: 1, b: 1, c: 2, d: 2 }],
    ['an alias may be a key', 'a: &x yes\n*x : 1\n', { a: true, true: 1 }],
  ])('%s', (_name, text, expected) => {
    expect(values(text)).toEqual([expected]);
  });

  it('stops alias bombs', () => {
    const bomb = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]'];
    for (let level = 1; level < 9; level += 1) {
      bomb.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(',')}]`);
    }
    const [limited] = refusal(bomb.join('\n'), { ...strict, limits: { aliasExpansion: 1000 } });
    expect(limited).toMatchObject({ code: 'alias-limit', location: { file: 'a.yaml', line: 3 } });
    // Without an operator's limit, Kubernetes' own.
    expect(refusal(bomb.join('\n'))[0]?.message).toMatch(/excessive aliasing|aliases expand/u);
  });
});

describe('errors have a place', () => {
  it.each<[name: string, text: string, code: string, line: number, column: number]>([
    ['a missing colon', 'a: 1\nb\nc: 2\n', 'yaml-syntax', 2, 1],
    ['a tab as indent', 'a:\n\tb: 1\n', 'yaml-syntax', 2, 1],
    ['a list in a mapping', '---\na: 1\n- b\n', 'yaml-syntax', 3, 1],
    ['an open bracket', 'a: [1, 2\nb: 3\n', 'yaml-syntax', 2, 1],
    ['infinity', 'a: 1\nb: .inf\n', 'yaml-syntax', 2, 4],
    ['a null key', '~: 1\n', 'yaml-syntax', 1, 1],
    ['a mapping as key', '? {a: 1}\n: b\n', 'yaml-syntax', 1, 3],
    ['an unknown alias', 'a: *x\n', 'yaml-syntax', 1, 4],
    ['a cyclic alias', 'a: &x\n  b: *x\n', 'yaml-syntax', 2, 6],
    ['a tag that does not fit', 'a: !!int x\n', 'yaml-syntax', 1, 10],
    ['a control character', 'a: 1\nb: \u0007\n', 'yaml-syntax', 2, 4],
    ['a line separator', 'a: x\u2028y\n', 'yaml-syntax', 1, 5],
    ['half a surrogate pair', 'a: "\\ud800"\n', 'yaml-syntax', 1, 4],
    ['the wrong YAML version', '%YAML 1.2\n---\na: 1\n', 'yaml-syntax', 1, 1],
    ['a second document without separator', 'a: 1\n...\nb: 2\n', 'yaml-syntax', 3, 1],
    ['broken JSON behind good JSON', '{"a":1}\n{"b":}}\n', 'yaml-syntax', 2, 1],
    ['a merge of a scalar', 'a: {<<: 1}\n', 'yaml-syntax', 1, 9],
    ['a key twice', 'a: 1\nb: 2\na: 3\n', 'yaml-duplicate-key', 3, 1],
    ['two names of one key', 'yes: 1\ntrue: 2\n', 'yaml-duplicate-key', 2, 1],
    ['a key twice in the third document', 'a: 1\n---\nb: 1\n---\nc: 1\nc: 2\n', 'yaml-duplicate-key', 6, 1],
  ])('%s', (_name, text, code, line, column) => {
    expect(refusal(text)[0]).toMatchObject({ code, severity: 'error', location: { file: 'a.yaml', line, column } });
  });

  it.each([
    ['open', '['.repeat(100_000)],
    ['closed', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['below each other', Array.from({ length: 3000 }, (_none, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('lists and mappings nested without end: %s', (_name, text) => {
    const message = 'lists and mappings are nested too deeply';
    expect(refusal(text)[0]).toMatchObject({ code: 'yaml-syntax', message, location: { file: 'a.yaml' } });
  });

  it('reports every duplicate key, with both lines', () => {
    expect(refusal('a: 1\na: 2\nb: {c: 1, c: 2}\n').map(({ message }) => message)).toEqual([
      'the key "a" is duplicate in a mapping; the first is on line 1',
      'the key "c" is duplicate in a mapping; the first is on line 3',
    ]);
  });

  it('warns and takes the last where the last wins', () => {
    const warnings: Diagnostic[] = [];
    const documents = readYaml('a: 1\na: 2\n', {
      file: 'out.yaml',
      duplicateKeys: 'last-wins',
      warn: (one) => warnings.push(one),
    });
    expect(documents.map(({ value }) => value)).toEqual([{ a: 2 }]);
    expect(warnings).toMatchObject([{ severity: 'warning', code: 'yaml-duplicate-key', location: { line: 2 } }]);
  });
});

describe('locate', () => {
  const text =
    'x: &x\n  p: 1\n---\nspec:\n  list:\n  - name: a\n    "image": b # c\n  - {name: d}\n  empty:\n  merged:\n    <<: {q: 1}\n';
  const [, document] = readYaml(text, strict);

  it.each<[path: (string | number)[], what: 'key' | 'value', line: number, column: number, endColumn: number]>([
    [[], 'value', 4, 1, 6],
    [['spec'], 'key', 4, 1, 5],
    [['spec', 'list', 0, 'image'], 'value', 7, 14, 15],
    [['spec', 'list', 0, 'image'], 'key', 7, 5, 12],
    [['spec', 'list', 1, 'name'], 'value', 8, 12, 13],
    [['spec', 'list', 1], 'value', 8, 5, 14],
    [['spec', 'merged', 'q'], 'value', 11, 13, 14],
    // The deepest part that exists.
    [['spec', 'list', 0, 'ports', 0], 'value', 6, 5, 12],
  ])('%j %s', (path, what, line, column, endColumn) => {
    expect(document?.locate(path, what)).toEqual({ file: 'a.yaml', line, column, endColumn });
  });

  it('finds the second JSON object of a line', () => {
    const [, second] = readYaml('{"a":1} {"b": 2}', strict);
    expect(second?.locate(['b'])).toMatchObject({ line: 1, column: 15 });
  });
});

describe('what YAML 1.1 and 1.2 read in two ways', () => {
  it.each<[text: string, expected: unknown]>([
    ['a: [?x]', { a: [{ x: null }] }],
    ['a: [?x: w, z]', { a: [{ x: 'w' }, 'z'] }],
    ['a: {?x, ?yes: 2}', { a: { x: null, true: 2 } }],
    ['a: ?x', { a: '?x' }],
    ['a: ["?x", ? w]', { a: ['?x', { w: null }] }],
  ])('%s', (text, expected) => {
    expect(values(text)).toEqual([expected]);
  });

  it.each<[text: string, message: string]>([
    ['a: [x?y]', 'the question mark of `x?y` for the sign of a key'],
    ['a: {b: ?x}', 'the question mark of `?x`'],
    ['a: {on:}', 'a colon for a part of the text when no blank follows'],
    ['a: [:x]', 'no text that begins with a colon'],
    ['a: [!t/, b]', 'for a part of the tag'],
    ['a: &b.c 1', 'for the name of an anchor, not &b.c'],
    ['%FOO 1\n---\na: 1', 'does not support the directive `%FOO 1`'],
    ['? "x"y', 'nothing may follow a quoted text'],
    ["- 'y''", "closing 'quote"],
    ['a: |\n  \tb\nc: &x 1', 'begins with a tab'],
    ['a: &x\n\t b: 1', 'abs'],
    ['--- a: 1', 'nothing but a comment on the line of `---`'],
    ['---\n{"a":1}\n{"b":2}', 'nothing behind the first object'],
    ['{"a":1}\n---\n{"b":1}{"c":1}', 'nothing behind the first object'],
    ['{"a":1}\n- b', 'nothing behind the first object'],
    ['|\na\n', 'begin with a blank'],
  ])('refuses %s', (text, message) => {
    expect(() => readYaml(text, strict)).toThrow(message);
  });
});
