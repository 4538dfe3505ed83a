/**
 * Regular expressions (RE2, as expr and Go use them) for a record's name in which some fields are known. A dot and a
 * letter begin a field, a dot and a digit are an escaped character: see plugin/record.
 */
import { escapeField, escapedCharacters } from '../../record/escapes.ts';

/** One character inside a field as the name may write it. */
const anyCharacter = '(?:[^./]|[.][0-9])';
/** The same without a slash. */
const noSlash = '(?:[^./]|[.][0-24-9])';
/** Any field. */
export const anyField = `[a-z]${anyCharacter}*`;
/** Any repository. It has no slash: what stands behind one would lead to another page of the provider's API. */
const anyRepository = `[a-z]${noSlash}*`;
/** A slash and the beginning of a group's name, which begins with no dot: `..` would lead to another group. */
const below = '[.]3(?:[^./]|[.][124-9])';

/** Quotes an escaped field for a regular expression, without backslashes, which expr's strings would need twice. */
function quote(field: string): string {
  return field.replaceAll('.', '[.]');
}

/** How a character may stand in a name: a hyphen is escaped only at the edge of a label. */
function character(text: string): string {
  const escape = `[.]${escapedCharacters.indexOf(text)}`;
  if (text === '-') return `(?:-|${escape})`;
  return escapedCharacters.includes(text) ? escape : text;
}

/** What `*` stands for in each field that has globs. */
const wildcards = { owner: `(?:${noSlash}|${below})`, repository: noSlash, environment: anyCharacter };

/** A field that matches `glob`, whose `*` stands for any characters. Letters lose their case. */
export function fieldPattern(glob: string, field: keyof typeof wildcards): string {
  if (!glob.includes('*')) return quote(escapeField(glob));
  const wildcard = wildcards[field];
  const lower = glob.toLowerCase().replace(/\*+/gu, '*');
  const rest = lower.replace(/^\*/u, '');
  const body = rest.replaceAll(/\/\*|./gsu, (one) => {
    if (one === '*') return `${wildcard}*`;
    if (one !== '/*') return character(one);
    return field === 'owner' ? `${below}${wildcard}*` : `${character('/')}${wildcard}*`;
  });
  // A field that would not begin with a letter other than x has an x in front.
  const plain = /^[a-wyz]/u.test(rest);
  if (rest === lower) return plain ? body : `x${body}`;
  const begun = `[a-z]${wildcard}*${body}`;
  return plain ? `${begun}|${body}` : begun;
}

/** What a record's owner must be: exactly `name`, or also everything below it (GitLab's subgroups). */
export interface Owner {
  readonly name: string;
  readonly below?: boolean;
}

/**
 * Matches names of records of an owner (undefined: any) and of environments (undefined: any), from the name's
 * beginning; not anchored. Empty when both are undefined: then there may be no record at all.
 */
export function recordPattern(owner: Owner | undefined, environments: readonly string[] | undefined): string {
  const groups = owner?.below ? `(?:${below}${noSlash}*)*` : '';
  const owners = owner ? quote(escapeField(owner.name)) + groups : environments ? anyField : '';
  if (owners === '') return '';
  const repository = `waybill[.]${owners}[.]${anyRepository}`;
  if (!environments) return `${repository}[.][a-z]`;
  return `${repository}[.](?:${environments.map((glob) => fieldPattern(glob, 'environment')).join('|')})[.][a-z]`;
}
