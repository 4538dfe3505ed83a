/**
 * Any text, such as a branch name, as a name that Kubernetes takes.
 */
const MAX = 63;
const HASH = 10;

/**
 * `text` as an RFC 1123 label: lower case letters, digits and hyphens, a letter or digit at both ends, 1 to 63
 * characters. Accents are dropped, everything else becomes a hyphen. When the label is cut, or nothing is left of the
 * text, it ends in (or is) 10 hexadecimal digits of the text's SHA-256, so that two long branch names never meet.
 * A label stays as it is.
 */
export function slug(text: string): string {
  // Every render compiles what it runs, and accents are rare.
  const plain = /[^ -~]/u.test(text) ? text.normalize('NFKD').replace(/\p{M}+/gu, '') : text;
  const label = plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-|-$/gu, '');
  if (label.length > 0 && label.length <= MAX) return label;
  // Not imported: loading node:crypto costs every render milliseconds, and few have a name to cut.
  const { createHash } = process.getBuiltinModule('node:crypto');
  const hash = createHash('sha256').update(text).digest('hex').slice(0, HASH);
  const kept = label.slice(0, MAX - HASH - 1).replace(/-$/u, '');
  return kept === '' ? hash : `${kept}-${hash}`;
}
