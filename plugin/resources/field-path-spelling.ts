/**
 * Field paths in the spelling of other tools (yq, JSONPath, JSON pointers, helm), said again in ours, for the message
 * that refuses them: `$.spec.containers[?(@.name=="main")]` is `spec.containers.[name=main]`.
 */
import { parseFieldPath } from './field-path.ts';
import { unescapePointerKey } from './pointer.ts';

function unquoted(text: string): string {
  const trimmed = text.trim();
  const inside = /^(["'])(.*)\1$/u.exec(trimmed)?.[2];
  return inside ?? trimmed;
}

function keyStep(key: string): string {
  return /^[\w-]+$/u.test(key) && !/^-\d/u.test(key) ? key : `[${key}]`;
}

/** What stands between brackets. */
function subscript(content: string): string {
  const text = content.trim();
  if (text === '' || text === '*') return '*';
  if (/^\d+$/u.test(text)) return text;
  if (/^-\d+$/u.test(text)) return text === '-1' ? '-' : text;
  if (/^(["']).*\1$/u.test(text)) return keyStep(unquoted(text));
  const where = /^\??\s*[({]?\s*(?:@\s*\.\s*)?([\w./-]*)\s*={1,2}\s*(.*?)\s*$/u.exec(text);
  if (!where) return keyStep(text);
  const [, field = '', value = ''] = where;
  return `[${field}=${unquoted(/^\??\s*[({]/u.test(text) ? value.replace(/[)}]$/u, '') : value)}]`;
}

/** The end of a bracket or quote that opens at `start`; the text's end when it is open. */
function closing(text: string, start: number): number {
  const open = text.charAt(start);
  if (open !== '[') {
    const end = text.indexOf(open, start + 1);
    return end < 0 ? text.length : end;
  }
  let quote = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === ']') return at;
  }
  return text.length;
}

function dotted(text: string): string[] {
  const steps: string[] = [];
  for (let at = 0; at < text.length; ) {
    const character = text.charAt(at);
    if (character === '.' || /\s/u.test(character)) {
      at += 1;
    } else if (character === '[' || character === '"' || character === "'") {
      const end = closing(text, at);
      const content = text.slice(at + 1, end);
      steps.push(character === '[' ? subscript(content) : keyStep(content));
      at = end + 1;
    } else {
      const [plain = ''] = /^(?:\\.|[^.[\\])+/u.exec(text.slice(at)) ?? [text.slice(at)];
      const key = plain.replace(/\\(.)/gu, '$1').trim();
      const isItem = key === '*' || key === '**' || /^-?\d+$|^[({].*=.*[)}]$/u.test(key);
      steps.push(isItem ? subscript(key.replace('**', '*')) : keyStep(key));
      at += plain.length;
    }
  }
  return steps;
}

function pointer(text: string): string[] {
  return text
    .split('/')
    .filter((part) => part !== '')
    .map((part) => keyStep(unescapePointerKey(part)));
}

/** Without what other tools write around a path: `{.spec}`, `jsonpath={.spec}`, `{{ .spec }}`, `@.spec`, `#/spec`, `Pod/web:spec`. */
function unwrapped(text: string): string {
  const inside = /^(?:jsonpath(?:-as-json)?=)?\{{1,2}([^{}]*)\}{1,2}$/u.exec(text.trim())?.[1] ?? text;
  return inside
    .trim()
    .replace(/^[A-Z][A-Za-z]*\/[\w.-]+:/u, '')
    .replace(/^[$@](?=$|[.[])/u, '')
    .replace(/^#(?=\/)/u, '');
}

/**
 * How a text that {@link parseFieldPath} refuses is probably meant, as a field path. Undefined where nothing comes of it.
 */
export function respelled(text: string): string | undefined {
  const trimmed = unwrapped(text);
  const first = /^[^.[]*/u.exec(trimmed)?.[0] ?? '';
  const isPointer = first.includes('/') || (trimmed.startsWith('/') && !trimmed.includes('['));
  const made = (isPointer && !trimmed.includes('[') ? pointer(trimmed) : dotted(trimmed)).join('.');
  return made !== text && !/[()|]/u.test(made) && parseFieldPath(made) ? made : undefined;
}

/** Help for a text that is no field path: the spelling that is one, and what the syntax is. */
export function fieldPathHelp(text: string): readonly string[] {
  const meant = respelled(text);
  const items = 'an item of a list is a separate step (containers.0, containers.[name=main], containers.*)';
  if (meant !== undefined) {
    const subscripts = text.includes('[') ? [`Subscripts are no part of the syntax: ${items}.`] : [];
    return [`Write it as ${meant}`, ...subscripts];
  }
  return [
    `Keys are separated by dots; ${items}.`,
    'A key with dots or slashes is in brackets: metadata.annotations.[acme.dev/team]',
  ];
}
