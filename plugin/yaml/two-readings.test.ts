import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { checkReadings } from './two-readings.ts';

function problems(text: string): string[] {
  try {
    checkReadings(text, 'a.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(
      ({ code, message, location, help }) =>
        `${location?.line}:${location?.column} ${code}: ${message} | ${help?.join(' ')}`,
    );
  }
}

const scalars = [
  [
    'yes',
    'yes is true in YAML 1.1, which Kubernetes reads, and the text "yes" in YAML 1.2 | Write true, or "yes" in quotes.',
  ],
  [
    'n',
    'n is false in YAML 1.1, which Kubernetes reads, and the text "n" in YAML 1.2 | Write false, or "n" in quotes.',
  ],
  [
    'Off',
    'Off is false in YAML 1.1, which Kubernetes reads, and the text "Off" in YAML 1.2 | Write false, or "Off" in quotes.',
  ],
  ['1.10', '1.10 is the number 1.1: as a text it would be another one | Write 1.1, or "1.10" in quotes.'],
  ['1.0', '1.0 is the number 1: as a text it would be another one | Write 1, or "1.0" in quotes.'],
  ['.5', '.5 is the number 0.5: as a text it would be another one | Write 0.5, or ".5" in quotes.'],
  ['+1', '+1 is the number 1: as a text it would be another one | Write 1, or "+1" in quotes.'],
  ['1e3', '1e3 is the number 1000: as a text it would be another one | Write 1000, or "1e3" in quotes.'],
  [
    '0755',
    '0755 is the number 493 in YAML 1.1, which Kubernetes reads, and 755 in YAML 1.2 | Write 493, or "0755" in quotes.',
  ],
  ['0o7', '0o7 is the number 7: as a text it would be another one | Write 7, or "0o7" in quotes.'],
  ['08', '08 is the number 8: as a text it would be another one | Write 8, or "08" in quotes.'],
  ['0x1F', '0x1F is the number 31: as a text it would be another one | Write 31, or "0x1F" in quotes.'],
  [
    '0b11',
    '0b11 is the number 3 in YAML 1.1, which Kubernetes reads, and the text "0b11" in YAML 1.2 | Write 3, or "0b11" in quotes.',
  ],
  [
    '1_000',
    '1_000 is the number 1000 in YAML 1.1, which Kubernetes reads, and the text "1_000" in YAML 1.2 | Write 1000, or "1_000" in quotes.',
  ],
  [
    '1234567890123456.75',
    '1234567890123456.75 is the number 1234567890123456.8: as a text it would be another one | Write 1234567890123456.8, or "1234567890123456.75" in quotes.',
  ],
  [
    '0.1234567890123456789',
    '0.1234567890123456789 is the number 0.12345678901234568: as a text it would be another one | Write 0.12345678901234568, or "0.1234567890123456789" in quotes.',
  ],
] as const;

const frames: readonly (readonly [string, (scalar: string) => string, string])[] = [
  ['a value', (scalar) => `a: ${scalar}\n`, '1:4'],
  ['a key', (scalar) => `b:\n  ${scalar}: x\n`, '2:3'],
  ['an item', (scalar) => `- a\n- ${scalar}`, '2:3'],
  ['between brackets', (scalar) => `a: [x, ${scalar}]\n`, '1:8'],
  ['in braces', (scalar) => `a: { b: ${scalar} } # c\n`, '1:9'],
  ['behind an anchor', (scalar) => `a: &x ${scalar}\nb: *x\n`, '1:7'],
  ['behind a text with a number sign', (scalar) => `a: { c: "x #y", d: 'it #', b: ${scalar} } # it's\n`, '1:31'],
  ['behind a text of two lines', (scalar) => `{a: "x\n #y", b: ${scalar}}\n`, '2:10'],
  ['in a later document', (scalar) => `a: 1\n---\nb: ${scalar}\n`, '3:4'],
];

describe.each(frames)('a scalar as %s', (_name, frame, place) => {
  it.each(scalars)('%s', (scalar, expected) => {
    expect(problems(frame(scalar))).toEqual([`${place} yaml-two-readings: ${expected}`]);
  });
});

it.each([
  'a: "yes"',
  "a: '1.10'",
  'a: !!str 1.10',
  'a: yes, it is',
  'a: true\nb: False\nc: null\nd: ~',
  'a: 1\nb: -1\nc: 1.5\nd: 0\ne: 12345678901234567890',
  'a: 2001-12-14\nb: 12:30\nc: 1:20\nd: 10.0.0.10\ne: v1.10\nf: 1.10.0',
  'a: x # yes, no, 1.10',
  'a: x # it\'s on, "no" is 1.10',
  'a: |\n  yes\n  b: 1.10\n',
  'a: >-\n  no\n',
  'a: "x\n  no\n  y"',
  'a: b\n  no\n',
])('has one reading: %s', (text) => expect(problems(text)).toEqual([]));

it('tells all of them', () => expect(problems('a: on\nb: 1.20\n')).toHaveLength(2));
