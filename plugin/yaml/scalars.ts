/**
 * What an unquoted or tagged YAML scalar means to Kubernetes. Follows `resolve` of go.yaml.in/yaml/v2
 * (resolve.go), on which sigs.k8s.io/yaml stands: YAML 1.1 booleans, octals and underscores, no base 60,
 * timestamps stay strings. The value is what sigs.k8s.io/yaml then prints as JSON.
 */
import type { Json } from '../resources/json.ts';

/** What a scalar can be. */
export type Scalar = null | boolean | number | bigint | string;

/** Thrown for a scalar that Kubernetes refuses; the caller adds the position. */
export class ScalarError extends Error {}

const words = new Map<string, Scalar>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

const LONGEST_WORD = 5;

/** By first character: 1 may be a word of the table, 2 may be a number (or a signed word). Everything else is a string. */
const hints = new Uint8Array(128);
for (const character of 'yYnNtTfFoO~') hints[character.charCodeAt(0)] = 1;
for (const character of '+-.0123456789') hints[character.charCodeAt(0)] = 2;

const integer = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/u;
const signedAfterBinaryPrefix = /^0b([-+][01]+)$/u;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/u;
// After a leading dot go-yaml leaves the text to Go's ParseFloat, which takes underscores between digits.
const dotted = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/u;
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;

/** A number where it is exact, else a bigint. */
function shrink(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** The integer that Go's ParseInt or ParseUint (base 0) reads, or undefined where both refuse. */
function parseInteger(plain: string): number | bigint | undefined {
  const match = integer.exec(plain);
  if (!match) return undefined;
  const [, sign, hexadecimal, binary, octal, decimal] = match;
  const magnitude = BigInt(
    hexadecimal ? `0x${hexadecimal}` : binary ? `0b${binary}` : octal ? `0o${octal}` : (decimal ?? ''),
  );
  const value = sign === '-' ? -magnitude : magnitude;
  // A sign is for int64 only; without one the range ends with uint64.
  if (value < -MAX_INT64 - 1n || value > (sign ? MAX_INT64 : MAX_UINT64)) return undefined;
  return shrink(value);
}

/** A finite float; undefined beyond its range, where Go's ParseFloat fails and the scalar stays a string. */
function parseFloat64(plain: string): number | undefined {
  const value = Number(plain);
  // -0.0 is the number 0: nothing in Kubernetes tells them apart.
  return Number.isFinite(value) ? value + 0 : undefined;
}

function resolveNumeric(text: string): Scalar {
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  if (text.startsWith('.')) return (dotted.test(text) ? parseFloat64(plain) : undefined) ?? text;
  const whole = parseInteger(plain);
  if (whole !== undefined) return whole;
  if (float.test(plain)) return parseFloat64(plain) ?? text;
  const odd = signedAfterBinaryPrefix.exec(plain)?.[1];
  if (odd === undefined) return text;
  return parseInteger(`${odd.charAt(0)}0b${odd.slice(1)}`) ?? text;
}

/** Characters of numbers, in all their forms. */
const numeric = new Uint8Array(128);
for (const character of '0123456789abcdefABCDEFxXoO_+-.') numeric[character.charCodeAt(0)] = 1;

/** A quick look at what cannot be a number, such as `100m`. */
function mayBeNumeric(text: string): boolean {
  for (let index = 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 127 || numeric[code] === 0) return false;
  }
  return true;
}

function isShortDecimal(text: string): boolean {
  if (text.length > 15) return false;
  const first = text.charCodeAt(0);
  if (first < 0x31 || first > 0x39) return text === '0';
  for (let index = 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

/** The value of an unquoted scalar without a tag. May be NaN or infinite, which JSON cannot say: see {@link finite}. */
export function resolvePlain(text: string): Scalar {
  if (text === '') return null;
  const first = text.charCodeAt(0);
  const hint = first < 128 ? hints[first] : 0;
  if (hint === 0) return text;
  if (hint === 2 && isShortDecimal(text)) return Number(text);
  const word = text.length <= LONGEST_WORD ? words.get(text) : undefined;
  if (word !== undefined) return word;
  return hint === 2 && mayBeNumeric(text) ? resolveNumeric(text) : text;
}

/** The same value, or ScalarError for NaN and infinity, which JSON cannot express. */
export function finite(value: Scalar, text: string): Scalar {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new ScalarError(`\`${text}\` is not a number that JSON, and so Kubernetes, can hold`);
  }
  return value;
}

const PREFIX = 'tag:yaml.org,2002:';
const timestamp =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d*)?(?:Z|[-+]\d\d:\d\d)| +\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d*)?)?$/u;

/** Whether the text has one of the forms of a timestamp and names a day that exists. */
function isTimestamp(text: string): boolean {
  const [, year, month, day] = timestamp.exec(text)?.map(Number) ?? [];
  return new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day)).getUTCDate() === day;
}

function decodeBinary(text: string): string {
  const compact = text.replaceAll(/[\r\n]/gu, '');
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/u.test(compact)) {
    throw new ScalarError('a !!binary value must be base64');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(compact, 'base64'));
  } catch {
    throw new ScalarError(
      'a !!binary value that is not UTF-8 text loses its bytes in JSON; use `binaryData` or `data`',
    );
  }
}

/**
 * The value of a scalar with an explicit tag, given in its long form (`tag:yaml.org,2002:int`), whatever its
 * quotes. Unknown tags mean a string. ScalarError where text and tag do not fit, as `!!int x`.
 */
export function resolveTagged(tag: string, text: string): Scalar {
  if (!tag.startsWith(PREFIX)) return text;
  const name = tag.slice(PREFIX.length);
  const refuse = () => new ScalarError(`cannot read \`${text}\` as !!${name}`);
  switch (name) {
    case 'binary':
      return decodeBinary(text);
    case 'timestamp':
      if (!isTimestamp(text)) throw refuse();
      return text;
    case 'int':
    case 'float':
    case 'bool':
    case 'null': {
      const value = resolvePlain(text);
      const isBeyondInt64 = typeof value === 'bigint' && value > MAX_INT64;
      const fits = {
        int: isInteger(value, text),
        float: typeof value === 'number' || (typeof value === 'bigint' && !isBeyondInt64),
        bool: typeof value === 'boolean',
        null: value === null,
      };
      if (!fits[name]) throw refuse();
      return name === 'float' ? Number(value) : value;
    }
    default:
      return text;
  }
}

/** Whether go-yaml read `text` as an integer: 1e3 and 08 are floats although their values are whole. */
function isInteger(value: Json, text: string): boolean {
  if (typeof value === 'bigint') return true;
  const plain = text.replaceAll('_', '');
  return (
    typeof value === 'number' && (integer.test(plain) || signedAfterBinaryPrefix.test(plain)) && !isHugeDecimal(value)
  );
}

/** An integer literal beyond uint64 was read as a float. */
function isHugeDecimal(value: number): boolean {
  return !Number.isSafeInteger(value);
}

/** Go's FormatFloat(value, 'g', -1, 32): how a float key is written. */
function formatFloat32(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (Object.is(value, -0)) return '-0';
  const rounded = Math.fround(value);
  if (!Number.isFinite(rounded)) return rounded > 0 ? '.inf' : '-.inf';
  let digits = 1;
  while (digits < 9 && Math.fround(Number(rounded.toExponential(digits - 1))) !== rounded) digits += 1;
  const [mantissa = '', exponentText = ''] = rounded.toExponential(digits - 1).split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 6) {
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return Number(`${mantissa}e${exponent}`).toFixed(Math.max(0, digits - 1 - exponent));
}

/**
 * The JSON name of a mapping key: booleans, integers and floats become text as sigs.k8s.io/yaml writes them.
 * `text` is what stands in the file, `tag` its explicit tag. ScalarError for null and for integers beyond int64, which it refuses.
 */
export function keyName(value: Scalar, text: string, tag?: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value === null) throw new ScalarError('a mapping key must not be null; put it in quotes');
  if (typeof value === 'bigint') {
    if (value > MAX_INT64) throw new ScalarError(`the mapping key ${value} is beyond 64 bits; put it in quotes`);
    return String(value);
  }
  if (isInteger(value, text) && tag !== `${PREFIX}float`) return String(value);
  // Only as a key can minus zero be told from zero.
  return formatFloat32(value === 0 && text.startsWith('-') && !isInteger(value, text) ? -0 : value);
}
