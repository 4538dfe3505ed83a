/**
 * What a template reads that is not there, and secrets that it prints as numbers.
 */
import { templateVariables } from '../vocabulary.ts';
import type { Action, Word } from './actions.ts';

/** A use that prints something else than is meant. */
export interface Misuse {
  /** `tested`: a variable that does not exist, asked for by if or with. */
  readonly kind: 'unknown' | 'tested' | 'secret';
  readonly name: string;
  readonly word: Word;
}

/** A read of a field of the data, such as `.app.spec.source.repoURL`. */
export interface Read {
  /** From the data: also for `$.app`. */
  readonly path: string;
  readonly word: Word;
  readonly action: Action;
  /** The headers of the blocks around it. */
  readonly around: readonly Action[];
  /** Whether the action has another value in its place. */
  readonly hasDefault: boolean;
  /** In the header of an if or with. */
  readonly isTest: boolean;
}

const movesDot = new Set(['range', 'with', 'define', 'block']);
const tests = new Set(['if', 'with']);
const opens = new Set(['if', ...movesDot]);
/** Functions of sprig that take another value for one that is missing. */
const defaults = new Set(['default', 'coalesce', 'empty', 'ternary', 'hasKey', 'dig', 'get', 'or', 'and', 'not']);

interface Block {
  readonly keyword: string;
  /** The actions that decide: its own, and those of each `else if`. */
  readonly headers: Action[];
}

/** `.app.metadata` of `.app.metadata` and `$.app.metadata`; undefined for what is no field of the data. */
function pathOf({ kind, text, chained }: Word, isMoved: boolean): string | undefined {
  if (kind === 'field' && !isMoved && !chained && text !== '.') return text;
  return kind === 'variable' && text.startsWith('$.') ? text.slice(1) : undefined;
}

function keywordOf({ words: [first] }: Action): string {
  return first?.kind === 'identifier' ? first.text : '';
}

/** Whether an action asks whether `path` is there: it names it, or `hasKey` and the like its last part. */
function asksFor({ words }: Action, path: string): boolean {
  const last = path.slice(path.lastIndexOf('.') + 1);
  return words.some(({ kind, text }) => {
    if (kind === 'literal') return text.slice(1, -1) === last || text.slice(1, -1) === `${last}s`;
    const read = text.startsWith('$.') ? text.slice(1) : text;
    return (
      (kind === 'field' || kind === 'variable') && (read === path || read.startsWith(`${path}.`) || read === `${path}s`)
    );
  });
}

/** Every read of the data, in order. Inside range and with the dot is something else: only `$.` is looked at. */
export function readsOf(actions: readonly Action[]): Read[] {
  const open: Block[] = [];
  return actions.flatMap((action) => {
    const keyword = keywordOf(action);
    if (keyword === 'end') open.pop();
    const isMoved = open.some((one) => movesDot.has(one.keyword));
    // What define gets is not known.
    const isApart = open.some((one) => one.keyword === 'define');
    const around = open.flatMap(({ headers }) => headers);
    if (opens.has(keyword)) open.push({ keyword, headers: [action] });
    else if (keyword === 'else' && action.words.length > 1) open.at(-1)?.headers.push(action);
    const hasDefault = action.words.some(({ kind, text }) => kind === 'identifier' && defaults.has(text));
    const isTest = tests.has(keyword) || (keyword === 'else' && action.words.length > 1);
    return action.words.flatMap((word): Read[] => {
      const path = isApart ? undefined : pathOf(word, isMoved);
      return path === undefined ? [] : [{ path, word, action, around, hasDefault, isTest }];
    });
  });
}

/** Whether a missing value at `path` does no harm to the read: a block around it asks, or a default is given. */
export function isGuarded({ around, hasDefault }: Read, path: string): boolean {
  return hasDefault || around.some((one) => asksFor(one, path));
}

/** The misuses of a template. */
export function misusesOf(actions: readonly Action[]): Misuse[] {
  return readsOf(actions).flatMap((read): Misuse[] => {
    const { path, word, action, isTest } = read;
    const root = /^\.(\w+)/u.exec(path)?.[1] ?? '';
    if (!templateVariables.includes(root)) {
      if (isTest) return [{ kind: 'tested', name: `.${root}`, word }];
      return isGuarded(read, `.${root}`) ? [] : [{ kind: 'unknown', name: `.${root}`, word }];
    }
    const isPrinted = action.words.length === 1 && word.kind === 'field' && /^\.secrets\.\w+$/u.test(word.text);
    return isPrinted ? [{ kind: 'secret', name: word.text, word }] : [];
  });
}
