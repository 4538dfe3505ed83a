/**
 * Text inside other languages.
 */

/** One word of POSIX shell that stands for `text`. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The alternatives of a shell `case`. */
export function shellCase(names: readonly string[]): string {
  return names.map(shellWord).join(' | ');
}

/** A regular expression that matches exactly these texts. */
export function exactly(names: readonly string[]): string {
  return `(${names.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\/]/gu, String.raw`\$&`)).join('|')})`;
}
