/**
 * Globs over a FileTree. picomatch judges one name against one part of a pattern; the walk between the parts is
 * here, since it must go through the tree and its limits, and list only the directories that a pattern can reach.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { isGlob, joinPath } from './path.ts';
import { picomatch } from './picomatch.cjs';
import type { FileTree } from './tree.ts';

/**
 * More stars and braces in one part of a pattern make the regular expression behind it slow on names that nearly
 * match; names have at most 255 characters.
 */
const MAX_CHOICES = 3;
const MAX_PATTERN = 1024;

function invalid(pattern: string, why: string, location: Location | undefined): Error {
  return failure('glob-invalid', `the glob ${JSON.stringify(pattern)} ${why}`, {
    location,
    help: [
      'A glob has *, ** (any directories), ?, [abc] and {one,two} within a name; \\ before one of them makes it a letter.',
    ],
  });
}

/** Judges names by one part of a pattern. Names that begin with a dot only match a part that does. */
function matcher(part: string, pattern: string, location: Location | undefined): (name: string) => boolean {
  if (!isGlob(part)) return (name) => name === part;
  if ((part.match(/[*{]/gu)?.length ?? 0) > MAX_CHOICES) {
    throw invalid(pattern, `has more than ${MAX_CHOICES} stars and braces in one name`, location);
  }
  if (!/^[^{}]*(?:\{[^{}]*\}[^{}]*)*$/u.test(part)) {
    throw invalid(pattern, 'has braces around a slash, inside each other, or open', location);
  }
  if (part.includes('\\\\')) throw invalid(pattern, 'has two backslashes in a row', location);
  // Parentheses and bars would be a regular expression's: here they are letters of names.
  return picomatch(part.replace(/(?<!\\)[()|]/gu, '\\$&'), { noextglob: true, nonegate: true, strictBrackets: false });
}

/**
 * The files that `pattern` (a tree path, see resolvePath) names: itself when a file has that very name, else what
 * the glob matches, sorted; nothing when there are none. `**` stands for any number of directories, not those with
 * a leading dot. Failure `glob-invalid`.
 */
export function expandGlob(tree: FileTree, pattern: string, location?: Location): string[] {
  if (tree.kind(pattern) === 'file') return [pattern];
  if (!isGlob(pattern)) return [];
  if (pattern.length > MAX_PATTERN) throw invalid(`${pattern.slice(0, 40)}…`, 'is too long', location);
  const parts = pattern.split('/').map((part) => (part === '**' ? '**' : matcher(part, pattern, location)));
  const found = new Set<string>();
  const seen = new Set<string>();
  function walk(directory: string, index: number): void {
    const part = parts[index];
    // With several ** the same place is reached in several ways.
    const state = `${index}:${directory}`;
    if (part === undefined || seen.has(state)) return;
    seen.add(state);
    if (part === '**') walk(directory, index + 1);
    for (const name of tree.list(directory)) {
      if (part === '**' ? name.startsWith('.') : !part(name)) continue;
      const path = joinPath(directory, name);
      const kind = tree.kind(path);
      if (kind === 'directory') walk(path, part === '**' ? index : index + 1);
      else if (kind === 'file' && index === parts.length - 1) found.add(path);
    }
  }
  walk('', 0);
  return [...found].sort();
}
