/**
 * JSON pointers (RFC 6901) as they are authored in a patch, resolved in a manifest before anything is changed.
 */
import { unescapePathComponent } from 'fast-json-patch';
import { listNames, suggest } from '../../diagnostics/suggest.ts';
import { formatPointer, type Path } from '../../resources/pointer.ts';
import type { View } from './draft.ts';

/** What is wrong with a pointer, for a message and its help. */
export class PointerError extends Error {
  readonly help: readonly string[];

  constructor(message: string, help: readonly string[] = []) {
    super(message);
    this.name = 'PointerError';
    this.help = help;
  }
}

const INDEX = /^(?:0|[1-9]\d*)$/u;

/** The keys of a pointer. */
export function parsePointer(text: string): readonly string[] {
  if (text === '') return [];
  if (!text.startsWith('/')) {
    throw new PointerError(`${text} is not a JSON pointer`, [
      `A pointer begins with a slash: /${text.replaceAll('.', '/')}`,
    ]);
  }
  if (/~(?![01])/u.test(text)) {
    throw new PointerError(`${text} is not a JSON pointer`, [
      'In a pointer ~ is written ~0, and a slash inside a key ~1.',
    ]);
  }
  return text
    .slice(1)
    .split('/')
    .map((key) => unescapePathComponent(key));
}

/**
 * The path that a pointer leads to: indexes as numbers. With `adds` the last part may be new: a new key, the index
 * before which an item goes, or `-` for the end of a list.
 * @throws PointerError naming the first part that does not exist, and what does
 */
export function resolvePointer(manifest: View, keys: readonly string[], adds: boolean): Path {
  const path: (string | number)[] = [];
  let current = manifest;
  for (const [at, key] of keys.entries()) {
    const mayBeNew = adds && at === keys.length - 1;
    const rest = keys.slice(at);
    const part = current.kind === 'list' ? indexIn(current, key, path, mayBeNew) : keyIn(current, rest, path, mayBeNew);
    path.push(part);
    const next = current.child(part);
    // Only the last part may be new.
    if (next === undefined) return path;
    current = next;
  }
  return path;
}

function indexIn(list: View, key: string, path: Path, mayBeNew: boolean): number {
  if (mayBeNew && key === '-') return list.length;
  const place = formatPointer(path) || 'the manifest';
  if (!INDEX.test(key)) {
    throw new PointerError(`${place} is a list, and ${key} is no index`, [
      `Its ${list.length === 1 ? 'only item has index 0' : `items have indexes 0 to ${list.length - 1}`}.`,
    ]);
  }
  const index = Number(key);
  if (index < list.length || (mayBeNew && index === list.length)) return index;
  const size = list.length === 1 ? '1 item' : `${list.length} items`;
  throw new PointerError(`there is no ${formatPointer([...path, index])}: the list has ${size}`);
}

/** `keys` begins with the one that is looked for. */
function keyIn(value: View, keys: readonly string[], path: Path, mayBeNew: boolean): string {
  const [key = ''] = keys;
  if (value.kind === 'scalar') {
    throw new PointerError(`${formatPointer(path)} is a single value, nothing is below it`);
  }
  if (key === '__proto__') throw new PointerError(`${formatPointer([...path, key])} is a forbidden key`);
  if (mayBeNew || value.child(key) !== undefined) return key;
  const existing = value.keys();
  const meant = suggest(key, existing);
  throw new PointerError(`there is no ${formatPointer([...path, key])}`, [
    ...unescapedSlash(keys, existing, path),
    `Keys there: ${listNames(existing)}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
  ]);
}

/** Help for `/metadata/annotations/acme.dev/team`: a slash inside a key is written `~1`. */
function unescapedSlash(keys: readonly string[], existing: readonly string[], path: Path): readonly string[] {
  if (keys.length < 2) return [];
  const parts = keys.map((_, index) => keys.slice(0, index + 1).join('/'));
  const known = parts.find((whole, index) => index > 0 && existing.includes(whole));
  // Names of labels and annotations have one slash, behind a domain.
  const whole = known ?? (/[.]/u.test(keys[0] ?? '') ? keys.slice(0, 2).join('/') : undefined);
  if (whole === undefined) return [];
  const rest = keys.slice(whole.split('/').length);
  return [`A slash inside a key is written ~1: ${formatPointer([...path, whole, ...rest])}`];
}
