/**
 * How one field of a record's name is written, so that the whole is a DNS subdomain (RFC 1123), readable for
 * ordinary names, and can be taken apart again by a Go template or an expr expression, which know only
 * split, replace and trimPrefix.
 *
 * `.` and a letter begin a field; `.` and a digit are an escaped character. A field that would not begin with a
 * letter other than `x` gets an `x` in front. Letters lose their case: GitHub, GitLab and Bitbucket compare
 * owners, repositories and environments without it.
 */

/**
 * The escaped characters, by the digit that stands for them. A hyphen is escaped only where DNS forbids it, at
 * the edge of a label. A new character goes to the end: a name once written must always be read the same.
 */
export const escapedCharacters: readonly string[] = ['.', '_', '-', '/', ' ', '~', '+'];

const writable = /^[A-Za-z0-9._/ ~+-]+$/u;

/** True when {@link escapeField} can write `text`: not empty, ASCII letters, digits and `. _ - / ~ +` or space. */
export function isEscapable(text: string): boolean {
  return writable.test(text);
}

/** Writes one field. `text` must satisfy {@link isEscapable}. */
export function escapeField(text: string): string {
  const escaped = text
    .toLowerCase()
    .replace(/[^a-z0-9-]/gu, (character) => `.${escapedCharacters.indexOf(character)}`)
    .replace(/^-+|-+(?=\.|$)/gu, (hyphens) => '.2'.repeat(hyphens.length));
  return /^[a-wyz]/u.test(escaped) ? escaped : `x${escaped}`;
}

/** Reads one field that {@link escapeField} wrote: the text in lower case. Undefined for an unknown escape. */
export function unescapeField(field: string): string | undefined {
  const text = field.replace(/^x/u, '').replace(/\.([0-9])/gu, (escape, digit: string) => {
    return escapedCharacters[Number(digit)] ?? escape;
  });
  return isEscapable(text) && escapeField(text) === field ? text : undefined;
}
