/**
 * The words of a schema error: what was found, what was expected. No JSON Schema jargon.
 */
import type { SchemaError } from './problems.ts';

const TYPES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'nothing',
};

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** Any value as text, never `[object Object]`. */
function asText(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'bigint'
      ? value.toString()
      : (JSON.stringify(value) ?? '');
}

/** `a`, `a or b`, `a, b or c`. */
function either(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? 'nothing') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** A name or key as a file writes it, in quotes, short. */
function quoted(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 57)}...` : name);
}

/** The value found, short. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null)
    return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping';
  if (value === null || value === undefined) return 'empty';
  if (typeof value === 'string') {
    return value === '' ? 'empty text' : quoted(value);
  }
  return `the ${typeof value === 'boolean' ? 'boolean' : 'number'} ${asText(value)}`;
}

function schemaOf(error: SchemaError): Readonly<Record<string, unknown>> {
  const { parentSchema } = error;
  return typeof parentSchema === 'object' && parentSchema !== null ? { ...parentSchema } : {};
}

/** What the schema's author wrote for people to read, in place of a pattern. */
function comment(error: SchemaError): string | undefined {
  const text = schemaOf(error)['$comment'];
  return typeof text === 'string' ? text : undefined;
}

function expected(error: SchemaError): string {
  const limit = asText(error.params['limit']);
  const schema = schemaOf(error);
  const some = (one: string): string => (limit === '1' ? `at least one ${one}` : `at least ${limit} ${one}s`);
  switch (error.keyword) {
    case 'type':
      return either(list(error.params['type'] ?? schema['type']).map((type) => TYPES[asText(type)] ?? asText(type)));
    case 'minLength':
      return limit === '1' ? 'some text' : `at least ${limit} characters`;
    case 'maxLength':
      return `at most ${limit} characters`;
    case 'minItems':
      return some('item');
    case 'maxItems':
      return `at most ${limit} items`;
    case 'minProperties':
      return some('key');
    case 'maxProperties':
      return `at most ${limit} keys`;
    case 'minimum':
      return `${limit} or more`;
    case 'maximum':
      return `${limit} or less`;
    case 'exclusiveMinimum':
      return `more than ${limit}`;
    case 'uniqueItems':
      return 'every item once';
    case 'format':
      return comment(error) ?? `a ${asText(error.params['format'])}`;
    default:
      return comment(error) ?? `something that matches ${asText(error.params['pattern'] ?? error.keyword)}`;
  }
}

/** What to do about the most frequent mix-ups of YAML's types. */
function hints(error: SchemaError): string[] {
  if (error.keyword !== 'type') return [];
  const types = new Set(list(error.params['type']));
  const { data } = error;
  if (types.has('string') && ['number', 'bigint', 'boolean'].includes(typeof data)) {
    // A number was written in some way that is not known here: 1.10 must not be advised to become "1.1".
    return typeof data === 'boolean'
      ? [`Put it in quotes to make it text: "${asText(data)}".`]
      : ['Put quotes around it, as it is written, to make it text.'];
  }
  if (typeof data === 'string' && types.has('boolean') && /^(true|false|yes|no|on|off)$/iu.test(data)) {
    return ['Leave the quotes out: true or false.'];
  }
  if (typeof data === 'string' && (types.has('number') || types.has('integer')) && /^\d+$/u.test(data)) {
    return ['Leave the quotes out.'];
  }
  if (types.has('array') && data !== null && data !== undefined) return ['Begin each item with "- ".'];
  return [];
}

/** Values that an enum or const allows, as they would be written. */
function allowed(error: SchemaError): string[] {
  const values = error.keyword === 'const' ? [error.params['allowedValue']] : list(error.params['allowedValues']);
  return values.map(asText);
}

/** The vocabulary of schema errors, used by problems.ts alone. */
export const words = { asText, quoted, either, shown, comment, expected, hints, allowed };
