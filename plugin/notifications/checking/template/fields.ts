/**
 * What a template reads that is not there, and secrets that it prints as numbers.
 */
import { templateVariables } from '../vocabulary.ts';
import type { Action, Word } from './actions.ts';

/** A use that prints something else than is meant. */
export interface Misuse {
  readonly kind: 'unknown' | 'secret';
  readonly name: string;
  readonly word: Word;
}

const movesDot = new Set(['range', 'with', 'define', 'block']);
const opens = new Set(['if', ...movesDot]);

/** The misuses of a template. Inside range and with the dot is something else and is not looked at. */
export function misusesOf(actions: readonly Action[]): Misuse[] {
  const open: string[] = [];
  return actions.flatMap(({ words }) => {
    const [first] = words;
    const keyword = first?.kind === 'identifier' ? first.text : '';
    if (keyword === 'end') open.pop();
    const moved = open.some((one) => movesDot.has(one));
    if (opens.has(keyword)) open.push(keyword);
    return words.flatMap((word): Misuse[] => {
      const root = rootOf(word, moved);
      if (root === undefined) return [];
      if (!templateVariables.includes(root)) return [{ kind: 'unknown', name: `.${root}`, word }];
      const printed = words.length === 1 && word.kind === 'field' && /^\.secrets\.\w+$/u.test(word.text);
      return printed ? [{ kind: 'secret', name: word.text, word }] : [];
    });
  });
}

/** `app` of `.app.metadata` and `$.app.metadata`; undefined for what is no field of the data. */
function rootOf({ kind, text }: Word, moved: boolean): string | undefined {
  if (kind === 'field' && !moved) return /^\.(\w+)/u.exec(text)?.[1];
  return kind === 'variable' ? /^\$\.(\w+)/u.exec(text)?.[1] : undefined;
}
