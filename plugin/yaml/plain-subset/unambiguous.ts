/**
 * What every reader of YAML takes for the same: the reader of Kubernetes (YAML 1.1 by go-yaml v2), that of kustomize
 * (go-yaml v3), and what both make of it when they have written it and read it again. Numbers are whole and exact, and
 * a text that could be a number, a word for a boolean or a date is quoted.
 */

/** Words that one of the YAML versions takes for a boolean, for null, or for a number that is none. */
const words = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null', '~', '=', '<<', 'nan', 'inf']);

const wholeNumber = /^(?:0|-?[1-9][0-9]{0,14})$/u;

/** Begins like a number. */
const numeric = /^[-+.]*[0-9]|^[+.]/u;

/** Has a letter that no number and no date has (`100m`, `128Mi`, `10s`), or is a version or an address (`1.2.3`). */
const noNumber = /^[0-9]+(?:\.[0-9]+)?(?:m|Ki|Mi|Gi|Ti|k|M|G|s|h)$|^[0-9]+(?:\.[0-9]+){2,3}$/u;

/** Begins with a character that has no meaning in YAML. */
const letters = /^(?:[A-Za-z_/$(]|--?[A-Za-z])/u;

/** Whether all readers take an unquoted scalar for the same value. */
export function isUnambiguous(plain: string): boolean {
  if (plain === 'true' || plain === 'false' || plain === 'null' || plain === '' || wholeNumber.test(plain)) return true;
  if (!isOrdinary(plain) || plain.includes('\t') || words.has(plain.toLowerCase())) return false;
  if (numeric.test(plain)) return noNumber.test(plain);
  return letters.test(plain);
}

/** Whether a text has no characters that writers of YAML treat in ways of their own. */
export function isOrdinary(text: string): boolean {
  return /^[\t\n\u0020-\u007E\u00A1-\u1FFF\u2030-\u2FFF\u3001-\uD7FF]*$/u.test(text);
}
