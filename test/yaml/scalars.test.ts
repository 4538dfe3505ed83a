/**
 * Every kind of scalar, in every place it can stand, read by us and by sigs.k8s.io/yaml.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../plugin/diagnostics/failure.ts';
import type { Json } from '../../plugin/resources/json.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { writeJson } from '../../plugin/yaml/write-json.ts';
import { writeYaml } from '../../plugin/yaml/write.ts';
import { type Oracle, startOracle } from '../tools/oracle.ts';
import { canonicalText, canonicalValue } from './canonical.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

const scalars = [
  'y Y yes Yes YES yEs n N no on On oN off OFF true True tRue FALSE ~ null Null nULL',
  '.nan .NaN .inf -.inf +.Inf .INF . .. .e5 .Infinity Infinity NaN nan',
  '0 -0 +1 -1 00 07 0644 0o644 0O17 08 09 0_7 0_8 0777777777777777777777777 -0o7 +0o7',
  '1_000 1__0 _1 1_ +_1 0x1F 0X1f 0x_1 0x 0xg 0b101 0b1_0 0b 0b2 0b-101 0b+1 -0b11 +0b11 0b+-1',
  '9007199254740991 9007199254740992 9007199254740993 9223372036854775807 -9223372036854775808',
  '-9223372036854775809 18446744073709551615 18446744073709551616 +18446744073709551615 12345678901234567890',
  '123456789012345678901234567890 0xffffffffffffffff 0x1ffffffffffffffff',
  '1.5 1. .5 +.5 -.5 .5_0 ._5 .5e1_0 1_000.5 1e3 1E+3 1e 1e+ 1e400 .5e400 -1e400 0.0e0 -0.0 12e03 0x1p-2',
  '1e20 1e21 1e-7 0.000001 1152921504606846976.0 0.1 3.14159265358979 5e-324',
  '190:20:30 1:20 2001-01-01 2001-1-1 2001-12-14t21:59:43.10-05:00 2001-13-45 12:30 10.0.0.1 1.21.3 1,000',
  '= << <<x -- -a --x 1-1 sha-0123 0e 0x1e2 e1 +a -- ä a.b http://x',
].flatMap((line) => line.split(' '));

const frames: Readonly<Record<string, (scalar: string) => string>> = {
  value: (scalar) => `a: ${scalar}`,
  item: (scalar) => `- ${scalar}`,
  key: (scalar) => `${scalar}: 1`,
  'double-quoted': (scalar) => `a: "${scalar}"`,
  'single-quoted key': (scalar) => `'${scalar}': 1`,
  'flow list': (scalar) => `a: [ ${scalar} , b ]`,
  'flow map': (scalar) => `a: { b: ${scalar} }`,
  'unknown tag': (scalar) => `a: !x ${scalar}`,
  'bare tag': (scalar) => `a: ! ${scalar}`,
  ...Object.fromEntries(
    ['str', 'int', 'float', 'bool', 'null', 'timestamp', 'merge', 'set'].map((tag) => [
      `!!${tag}`,
      (scalar: string) => `a: !!${tag} ${scalar}`,
    ]),
  ),
  'tagged key': (scalar) => `!!float ${scalar}: 1`,
};

function read(text: string): { value: unknown } | { refused: string } {
  try {
    return { value: canonicalValue(readYaml(text, { file: 'a.yaml', duplicateKeys: 'error' })[0]?.value ?? null) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { refused: error.message };
  }
}

async function kubernetes(text: string): Promise<{ value: unknown } | { refused: string }> {
  const { result, error } = await oracle.ask({ op: 'yaml-to-json', yaml: text });
  return typeof result === 'string' ? { value: canonicalText(result) } : { refused: error ?? '' };
}

describe.each(Object.entries(frames))('a scalar as %s', (_name, frame) => {
  it.each(scalars)('%s', async (scalar) => {
    const text = frame(scalar);
    const theirs = await kubernetes(text);
    const ours = read(text);
    if ('refused' in theirs) expect(ours, theirs.refused).toHaveProperty('refused');
    else expect(ours).toEqual(theirs);
  });
});

it.each([
  '1.5',
  '1e6',
  '123456.7',
  '1234567.5',
  '1e-5',
  '0.0001',
  '3.4e38',
  '3.5e38',
  '1e300',
  '16777217.0',
  '1.1e-10',
])('the float key %s has the name Kubernetes gives it', async (key) => {
  expect(read(`${key}: x`)).toEqual(await kubernetes(`${key}: x`));
});

const texts: readonly string[] = [
  ...scalars,
  // Where plain text, quotes and blocks have their limits.
  ...'| |a|a |a: b|a:|a #b|#a|- a|-|?|? a|:|*a|&a|!a|>|%a|@a|`a|"|[a|{a|]|}|,|a, b|a]|"a"|a\\b|\\n|---|--- a|...'.split(
    '|',
  ),
  "'",
  "'a'",
  "it's",
  '|',
  '|-',
  ' a',
  '\ta',
  'a\tb',
  '\u00A0',
  'ä',
  '日本',
  '😀',
  '{{ .Values.x }}',
  'a\n',
  'a\nb',
  'a\n\n',
  '\na',
  ' a\nb',
  '\n\n',
  '  \na',
  'a \nb ',
  'a\n \nb',
  '\ta\nb',
  'a\n---\nb',
  'a\n...\n',
  '#!/bin/sh\nset -e\n',
  'a\r\nb',
  'a\rb',
  '\u0000',
  '\u0007',
  '\u007F',
  '\u0085',
  '\u2028',
  'a\u2029b',
  '\uFEFFx',
  'x'.repeat(300),
  `${'long '.repeat(300)}end`,
];

it.each(texts.map((text) => [JSON.stringify(text).slice(0, 40), text] as const))(
  'writes %s as a string',
  async (_name, text) => {
    const values: Json[] = [
      text,
      [text],
      { a: text },
      { a: [text, { b: text }] },
      [[text]],
      { [text.slice(0, 500)]: text },
    ];
    for (const value of values) {
      for (const written of [writeYaml(value), `${writeJson(value)}\n`]) {
        expect(read(written), written).toEqual({ value: canonicalValue(value) });
        expect(await kubernetes(written), written).toEqual({ value: canonicalValue(value) });
      }
    }
  },
);
