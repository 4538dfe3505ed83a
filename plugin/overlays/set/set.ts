/**
 * `set`: single fields by kustomize's field paths. Missing mappings on the way are made, items of lists are not: a path
 * that names a container which is not there is a mistake.
 */
import { listNames, suggest } from '../../diagnostics/suggest.ts';
import { fieldPathHelp } from '../../resources/field-path-spelling.ts';
import { type FieldStep, matchingIndexes, parseFieldPath } from '../../resources/field-path.ts';
import {
  equals,
  getKey,
  isArray,
  isObject,
  isScalar,
  type Json,
  type JsonObject,
  type MutableJsonObject,
  setKey,
} from '../../resources/json.ts';
import { type Path, unescapePointerKey } from '../../resources/pointer.ts';
import { type Attempt, below, type Target, problem, step, writeLeaves } from '../attempt.ts';

/** One field to set. */
interface Setting {
  /** The field path as written. */
  readonly text: string;
  /** Undefined when the text is no path. */
  readonly steps: readonly FieldStep[] | undefined;
  readonly value: Json;
}

type KeyStep = Extract<FieldStep, { kind: 'key' }>;

/** One field being set in one manifest. */
interface Running extends Setting {
  readonly attempt: Attempt;
}

/**
 * What sets the fields, in order, in a manifest. It throws Failure `overlay-set` for a path that leads nowhere.
 */
export function prepareSet(
  fields: readonly (readonly [path: string, value: Json])[],
): (attempt: Attempt, body: JsonObject) => JsonObject {
  const settings = fields.map(([text, value]): Setting => ({ text, steps: parseFieldPath(text), value }));
  return (attempt, body) => {
    let current = body;
    for (const setting of settings) {
      const before = current;
      current = step(attempt, before, (inner) => setOne({ ...setting, attempt: inner }, before));
    }
    return current;
  };
}

function setOne(setting: Running, before: JsonObject): JsonObject {
  if (setting.steps === undefined) throw invalidPath(setting);
  const after = setAt(setting, before, setting.steps, { from: [], to: [], at: ['set', setting.text] });
  return isObject(after) ? after : before;
}

function setAt(setting: Running, before: Json | undefined, steps: readonly FieldStep[], place: Target): Json {
  const [first, ...rest] = steps;
  if (first === undefined) {
    setting.attempt.growth.add(setting.attempt, setting.value, place.to.length, place.at);
    writeLeaves(setting.attempt, place, before, setting.value);
    return before !== undefined && equals(before, setting.value) ? before : setting.value;
  }
  if (isArray(before)) return setInList(setting, before, first, rest, place);
  // A number or `-` is an index, so it names no key but one that is there.
  const isIndex = first.kind === 'key' && /^(?:\d+|-)$/u.test(first.key);
  const isThere = isIndex && isObject(before) && getKey(before, first.key) !== undefined;
  if (first.kind !== 'key' || (isIndex && !isThere)) throw noList(setting, before, place);
  if (before !== undefined && before !== null && !isObject(before)) {
    throw fails(setting, `${place.to.join('.')} is a single value, nothing is below it`);
  }
  return setInMap(setting, before ?? undefined, first, rest, place);
}

function setInMap(
  setting: Running,
  before: JsonObject | undefined,
  first: KeyStep,
  rest: readonly FieldStep[],
  place: Target,
): Json {
  const { key } = first;
  const old = before && getKey(before, key);
  if (old === undefined) {
    refuseSplitKey(setting, before, key, rest, place);
    if (first.exact !== true) refuseStrangeKey(setting, before, key, place);
  }
  const made = setAt(setting, old, rest, below(place, key));
  if (before !== undefined && made === old) return before;
  // A spread copies the key __proto__ as an own property.
  const copy: MutableJsonObject = { ...before };
  setKey(copy, key, made);
  return copy;
}

/** Whether a mapping's values are texts: a mapping below a new key of it would be a key that was cut at its dots. */
function hasTexts({ attempt }: Running, path: Path): boolean {
  const [parent, name] = [path.at(-2), path.at(-1)];
  if (name === 'labels' || name === 'annotations') return parent === 'metadata';
  if (name === 'matchLabels') return true;
  const isData = path.length === 1 && (name === 'data' || name === 'stringData' || name === 'binaryData');
  return isData && /^(?:ConfigMap|Secret)\//u.test(attempt.resource);
}

const nameOf = (place: Target): string => place.to.join('.') || 'the manifest';
const bracketed = (place: Target, key: string): string => [...place.to, `[${key}]`].join('.');

/** Refuses a new key that is a piece of one: `data.app.properties` beside or for the key `app.properties`. */
function refuseSplitKey(
  setting: Running,
  before: JsonObject | undefined,
  key: string,
  rest: readonly FieldStep[],
  place: Target,
): void {
  const existing = Object.keys(before ?? {});
  const following = rest.flatMap((one) => (one.kind === 'key' ? [one.key] : []));
  for (let count = following.length; count > 0; count -= 1) {
    const whole = [key, ...following.slice(0, count)].join('.');
    if (!existing.includes(whole)) continue;
    throw fails(setting, `${nameOf(place)} has the key ${whole}, with dots in it`, [
      `Write it in brackets: ${bracketed(place, whole)}`,
    ]);
  }
  if (rest.length > 0 && hasTexts(setting, place.to) && following.length === rest.length) {
    const whole = [key, ...following].join('.');
    throw fails(setting, `the values of ${place.to.join('.')} are texts, and ${key} would be a mapping`, [
      `A key with dots is in brackets: ${bracketed(place, whole)}`,
    ]);
  }
}

/** What separates keys in other tools. */
const separators = /(?:->|[^\p{L}\p{N}_$.~-])+/u;
const separatorsAtTop = /(?:->|[^\p{L}\p{N}_$~-])+/u;
/** What no key has that is written without brackets. */
const strange = /[^\p{L}\p{N}_$./-]/u;

/**
 * Refuses a new key that another one was meant by: `template/spec` and `template->spec` beside the key `template`,
 * `Replicas` beside `replicas`, `app~1x` for the label `app/x`, `deployment` at the top of a Deployment.
 */
function refuseStrangeKey(setting: Running, before: JsonObject | undefined, key: string, place: Target): void {
  const existing = Object.keys(before ?? {});
  const forSure = `For a key of that name: ${bracketed(place, key)}`;
  const isTop = place.to.length === 0;
  const parts = key.split(isTop ? separatorsAtTop : separators).filter((part) => part !== '');
  const [head = ''] = parts;
  if (head !== key && existing.includes(head)) {
    throw fails(setting, `${nameOf(place)} has the key ${head}, but none named ${key}`, [
      `Keys are separated by dots: ${[...place.to, ...parts].join('.')}. ${forSure}`,
    ]);
  }
  if (/~[01]/u.test(key)) {
    const meant = unescapePointerKey(key);
    throw fails(setting, `${key} has an escape of JSON pointers`, [`Write ${bracketed(place, meant)}. ${forSure}`]);
  }
  if (strange.test(key)) throw fails(setting, `${nameOf(place)} has no key ${key}`, [forSure]);
  const other = existing.find((one) => one.toLowerCase() === key.toLowerCase());
  if (other !== undefined && !hasTexts(setting, place.to)) {
    throw fails(setting, `${nameOf(place)} has the key ${other}, and ${key} is another one`, [
      `Write ${[...place.to, other].join('.')}. ${forSure}`,
    ]);
  }
  const [kind = ''] = setting.attempt.resource.split('/');
  if (isTop && key.toLowerCase() === kind.toLowerCase()) {
    throw fails(setting, `a ${kind} has no key ${key}`, [`The path begins in the manifest: spec.replicas. ${forSure}`]);
  }
}

function setInList(
  setting: Running,
  list: readonly Json[],
  first: FieldStep,
  rest: readonly FieldStep[],
  place: Target,
): Json {
  const isLast = first.kind === 'key' && first.key === '-';
  const indexes = isLast ? list.map((_, index) => index).slice(-1) : matchingIndexes(list, first);
  if (indexes.length === 0) throw noItem(setting, list, first, place);
  const copy = [...list];
  for (const index of indexes) {
    copy[index] = setAt(setting, list[index], rest, {
      from: place.from && [...place.from, index],
      to: [...place.to, index],
      at: place.at,
    });
  }
  return copy.every((item, index) => item === list[index]) ? list : copy;
}

function noItem(setting: Running, list: readonly Json[], first: FieldStep, place: Target): Error {
  const field = place.to.join('.');
  if (list.length === 0) return fails(setting, `${field} is an empty list`);
  if (first.kind === 'where') {
    const existing = list.flatMap((item) => {
      const value = first.field === '' ? item : isObject(item) ? getKey(item, first.field) : undefined;
      return isScalar(value) && value !== null ? [String(value)] : [];
    });
    const meant = suggest(first.value, existing);
    const what = first.field === '' ? `value ${first.value}` : `${first.field} ${first.value}`;
    return fails(setting, `no item of ${field} has the ${what}`, [
      `There: ${listNames(existing)}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
    ]);
  }
  const key = first.kind === 'key' ? first.key : '*';
  return /^\d+$/u.test(key)
    ? fails(setting, `${field} has no item ${key}`, [`It has ${list.length}; the first is 0, the last \`-\`.`])
    : fails(setting, `${field} is a list, and ${key} is no item of it`, [
        'Name an item as [name=main], by its index, the last as `-`, or all as `*`.',
      ]);
}

function noList(setting: Running, before: Json | undefined, place: Target): Error {
  const field = place.to.join('.');
  if (isObject(before)) {
    return fails(setting, `${field || 'the manifest'} is a mapping, not a list`, [
      'Write a key, in brackets when it has dots: metadata.annotations.[acme.dev/team].',
    ]);
  }
  if (before !== undefined && before !== null) return fails(setting, `${field} is a single value, not a list`);
  return fails(setting, `there is no list ${field}`, ['`set` makes mappings that are missing, not items of lists.']);
}

function invalidPath(setting: Running): Error {
  return fails(setting, 'this is no field path', fieldPathHelp(setting.text));
}

function fails(setting: Running, message: string, help: readonly string[] = []): Error {
  const { attempt, text } = setting;
  return problem(attempt, 'overlay-set', `cannot set ${text}: ${message}`, { at: ['set', text], what: 'key', help });
}
