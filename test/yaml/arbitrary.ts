/**
 * Generators of YAML for property tests: nasty strings, values, the same value written in many styles, and real
 * manifests with random damage.
 */
import * as fc from 'fast-check';
import { isArray, isObject, type Json } from '../../plugin/resources/json.ts';
import { writeJson } from '../../plugin/yaml/write-json.ts';
import { manifests } from './manifests.ts';

const pieces =
  'y no on off true null ~ 0 1 -1 08 0644 0x1F 1_000 1e3 .5 .inf 12:30 2001-01-01 9007199254740993 18446744073709551616 = << - -- --- ... : :: # | > & * ! % @ ` \' " [ ] { } , \\ a b key é 日本 😀 {{x}} http://x/?y#z'.split(
    ' ',
  );
const blanks = [
  ' ',
  '  ',
  '\n',
  '\n\n',
  '\t',
  ': ',
  ' #',
  '- ',
  '\r',
  '\u0000',
  '\u0085',
  '\u2028',
  '\uFEFF',
  '\u00A0',
  '\u007F',
];

/** Strings that look like something else, or that are hard to quote. */
export const nastyString: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...pieces) },
  {
    weight: 4,
    arbitrary: fc.array(fc.constantFrom(...pieces, ...blanks), { maxLength: 6 }).map((all) => all.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.array(fc.string({ maxLength: 12 }), { maxLength: 5 }).map((all) => all.join('\n')) },
);

/** Numbers as JSON has them; integers beyond 2^53 as bigint, up to what 64 bits hold. */
const numeric: fc.Arbitrary<number | bigint> = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map((value) => {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }),
);

function objects(value: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc.dictionary(nastyString, value, { maxKeys: 5, noNullPrototype: true });
}

/** Values to write: nested lists and objects of nasty scalars. */
export const value: fc.Arbitrary<Json> = fc.letrec<{ node: Json }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'json' },
    fc.oneof(nastyString, numeric, fc.boolean(), fc.constant(null)),
    fc.array(tie('node'), { maxLength: 4, depthIdentifier: 'json' }),
    objects(tie('node')),
  ),
})).node;

/** Takes the next of a list of decisions, which repeat when they are used up. */
type Choose = (below: number) => number;

function styledScalar(scalar: string | number | bigint | boolean | null, choose: Choose): string {
  if (typeof scalar !== 'string') return String(scalar);
  // Double quotes hold everything, with the escapes that both JSON and YAML have.
  const double = writeJson(scalar);
  if (choose(2) === 0 || double.includes('\\')) return double;
  if (choose(2) === 0) return `'${scalar.replaceAll("'", "''")}'`;
  return /^[A-Za-z][\w ./-]*$/u.test(scalar) && !scalar.endsWith(' ') ? scalar : double;
}

function flow(node: Json, choose: Choose): string {
  const space = () => ['', ' ', '\n   ', ' # c\n  '][choose(4)] ?? '';
  if (isArray(node)) return `[${space()}${node.map((item) => flow(item, choose) + space()).join(`,${space()} `)}]`;
  if (isObject(node)) {
    const entries = Object.entries(node).map(
      ([key, item]) => `${styledScalar(key, choose)}:${choose(2) ? ' ' : '  '}${flow(item ?? null, choose)}${space()}`,
    );
    return `{${space()}${entries.join(`,${space()} `)}}`;
  }
  return styledScalar(node, choose);
}

function comment(choose: Choose): string {
  return ['', '', '', ' # comment', '\n', '\n   # own line'][choose(6)] ?? '';
}

function block(node: Json, indent: number, choose: Choose): string {
  const pad = ' '.repeat(indent);
  const step = 1 + choose(4);
  if (choose(5) === 0 || !(isArray(node) || isObject(node)) || Object.keys(node).length === 0) {
    return ` ${flow(node, choose)}${comment(choose)}\n`;
  }
  if (isArray(node)) {
    return `${comment(choose)}\n${node
      .map((item) => {
        const text = block(item, indent + step, choose);
        return `${pad}-${text.trim() === '' ? ' null\n' : text}`;
      })
      .join('')}`;
  }
  return `${comment(choose)}\n${Object.entries(node)
    .map(([key, item]) => {
      const isCompact = isArray(item) && choose(2) === 0;
      return `${pad}${styledScalar(key, choose)}:${block(item ?? null, isCompact ? indent : indent + step, choose)}`;
    })
    .join('')}`;
}

/** A value and a YAML text for it, in a mixture of styles. */
export const styledText: fc.Arbitrary<string> = fc
  .tuple(objects(value), fc.array(fc.nat(1000), { minLength: 8, maxLength: 64 }))
  .map(([node, decisions]) => {
    let next = 0;
    return block(node, 0, (below) => {
      next += 1;
      return (decisions[next % decisions.length] ?? 0) % below;
    });
  });

const bits = [
  ...' ,  ,:,: ,- ,-,? ,#, #,",\',[,],{,},|,>,|-,>+,|2,&a ,*a,!,!!str ,%,@,`,~,y,0,1,.,_,e,=,<<: ,{},[],a: b,null'.split(
    ',',
  ),
  ',',
  '\n',
  '\n\n',
  '\t',
  '\\',
  '\\n',
  '\\x41',
  "''",
  'é',
  '😀',
  '\n ',
  '\n  ',
  '\n    ',
  '\n- ',
  '\n  - ',
  'a:\n',
];

interface Damage {
  readonly kind: 'insert' | 'cut' | 'swap' | 'indent' | 'dedent';
  readonly at: number;
  readonly bit: string;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom('insert', 'insert', 'cut', 'swap', 'indent', 'dedent'),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  bit: fc.constantFrom(...bits),
});

function apply(text: string, { kind, at, bit }: Damage): string {
  const offset = Math.floor(at * (text.length + 1));
  if (kind === 'insert') return text.slice(0, offset) + bit + text.slice(offset);
  if (kind === 'cut') return text.slice(0, offset) + text.slice(offset + bit.length);
  const lines = text.split('\n');
  const index = Math.floor(at * lines.length);
  const line = lines[index] ?? '';
  if (kind === 'swap') lines.splice(index, 2, lines[index + 1] ?? '', line);
  else lines[index] = kind === 'indent' ? ` ${line}` : line.replace(/^ {1,2}/u, '');
  return lines.join('\n');
}

/** A part of a manifest with up to three random changes. */
export const damagedText: fc.Arbitrary<string> = fc
  .record({
    manifest: fc.constantFrom(...manifests),
    from: fc.nat(40),
    count: fc.integer({ min: 1, max: 60 }),
    changes: fc.array(damage, { maxLength: 3 }),
  })
  .map(({ manifest, from, count, changes }) => {
    const lines = manifest.split('\n');
    const start = from % lines.length;
    const part = lines.slice(start, start + count);
    const indent = /^ */u.exec(part[0] ?? '')?.[0].length ?? 0;
    const text = part.map((line) => (line.slice(0, indent).trim() === '' ? line.slice(indent) : line)).join('\n');
    return changes.reduce(apply, text);
  });
