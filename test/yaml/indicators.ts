/**
 * Generators of texts in which every sign that YAML gives a meaning stands in every place: at the start, in the middle
 * and at the end of keys and values, in blocks and between brackets, in quotes, in comments, behind tags and anchors,
 * under directives and between documents.
 */
import * as fc from 'fast-check';

const signs = [
  ...'- ? : , [ ] { } # & * ! | > \' " % @ ` << = ~ . --- ... !!str !!merge !!int ! &a *a !x'.split(' '),
  '<<:',
  '? ',
  '- ',
  ': ',
  ' #',
  '\t',
];
const words = ['a', 'b', 'x y', '1', '-1', 'on', '', ' ', 'a.b', '/'];
/** Line ends and characters that YAML 1.1 and 1.2, or two libraries, treat differently. */
const rare = ['\r', '\r\n', '\u0085', '\u2028', '\uFEFF', '\u00A0', 'é', '😀', '\u007F', '\u0000'];
const mergeKeys = [
  '<<',
  '!!merge <<',
  '! <<',
  '!!str <<',
  '"<<"',
  "'<<'",
  '!x <<',
  '!!merge "<<"',
  "! '<<'",
  '&y <<',
  '!<tag:yaml.org,2002:merge> <<',
  '!!merge x',
  '? <<\n ',
];

const fragment: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 10, arbitrary: fc.constantFrom(...signs) },
      { weight: 10, arbitrary: fc.constantFrom(...words) },
      { weight: 1, arbitrary: fc.constantFrom(...rare) },
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join(''));

/** Where a fragment may stand; `@` and `~` are two of them, `^` is a merge key. */
const places = [
  '@\n',
  '@',
  'a: @\nb: c\n',
  '@: a\n',
  'b: 1\n@: ~\n',
  '- @\n- ~\n',
  'a:\n- @\n- b\n',
  '[@]\n',
  'a: [@, ~]\n',
  '{@: ~}\n',
  'a: {@}\n',
  'a: {b: @, c: d}\n',
  '[a, @: b]\n',
  'a: [b,@]',
  '[[@], {a: ~}]',
  'a: [\n@,\n b\n]\n',
  'a: {\n@: 1\n}\n',
  '? @\n: ~\n',
  'a:\n  ? @\n  : b\n',
  '--- @\n',
  'a: b\n  @\n',
  'a: b\n @\nc: ~\n',
  'a: "b\n  @\n  c"\n',
  "a: 'b\n@'\n",
  'a: "@"\nb: \'~\'\n',
  'a: "@" ~\n',
  '"@": 1\n\'~\': 2\n',
  'a: |\n  @\n  b\n',
  'a: |@\n  b\n',
  'a: >\n  x\n @\n  b\n',
  'a: >-\n @\n\n  ~\n b\nc: d\n',
  'a: &x |\n  @\n    \nb: >-\n  ~\n   \n\nc: d\n',
  'a: &x\n- |2-\n    @\n\n     \n- >+\n  ~\n   \n\n',
  '? |\n  @',
  'a: &x @\nb: *x\n',
  'a: !!str @\nb: ! ~\n',
  'a: &x {q: 1}\nb:\n  ^: *x\n  q: @\n',
  'a: &x {q: 1}\nb: {q: 2, ^: [*x, *x]}\n',
  'a: b # @\nc: ~ # d\n',
  'a: b@\n#~\nc: d\n',
  'a:\n   b: @\n  c: ~\n',
  'a:\n   b: @\n   c: ~\n',
  'a:\n   b: @\n\tc: ~\n',
  '%YAML 1.1\n---\na: @\n',
  '%TAG @\n---\na: b\n',
  '%@\n---\na: b\n',
  'a:@\nb : ~\n',
  '- - @\n  - b\n- c: ~\n  d: e\n',
  '[a]@: b\n',
  '{a: b}@\n',
];

/** A text of one document with signs in one place. */
export const signsInPlaces: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...places), fragment, fragment, fc.constantFrom(...mergeKeys))
  .map(([place, one, two, merge]) =>
    place.replaceAll(/[@~^]/gu, (mark) => (mark === '@' ? one : mark === '~' ? two : merge)),
  );

const pieces = [
  ...signs,
  ...signs,
  'a',
  'b',
  '1',
  'no',
  'null',
  ' ',
  '  ',
  '\n',
  '\n ',
  '\n  ',
  '\n\n',
  ', ',
  'a: ',
  '- a',
  '"x"',
  "'y'",
  '\\',
  '|\n  t',
  '>-\n  t\n  u',
  '{a: b}',
  '[a]',
];

/** Signs in any order. */
export const anySigns: fc.Arbitrary<string> = fc
  .array(
    fc.oneof({ weight: 40, arbitrary: fc.constantFrom(...pieces) }, { weight: 1, arbitrary: fc.constantFrom(...rare) }),
    { minLength: 2, maxLength: 11 },
  )
  .map((parts) => parts.join(''));

const separators = [
  '---\n',
  '---\n',
  '--- # c\n',
  '---  \n',
  '---\t\n',
  '---\r\n',
  '--- \n---\n',
  '...\n',
  '...\n---\n',
  '--- !!map\n',
  ' ---\n',
  '----\n',
  '---a\n',
  '--- |\n',
  '%YAML 1.1\n---\n',
];
const documents = [
  'a: 1\n',
  'a: 1',
  '{"a": 1}\n',
  '{"a": 1}{"b": 2}\n',
  '{"a": "x\\n---\\ny"}\n',
  '# only a comment\n',
  'null\n',
  '\n',
  'a: |\n  x\n  ---\n  y\n',
  'a: "x\n  --- y"\n',
  'a: b\r\nc: d\r\n',
  '\uFEFFa: 1\n',
  '- a\n- b\n',
  'text\n',
  'a: &x 1\nb: *x\n',
  'b: *x\n',
];

/** A file of several documents, JSON objects among them. */
export const severalDocuments: fc.Arbitrary<string> = fc
  .array(fc.tuple(fc.constantFrom('', ...separators), fc.constantFrom(...documents)), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.flat().join(''));
