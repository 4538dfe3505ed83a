/**
 * "Did you mean …?": one place that judges which of the existing names a wrong one was meant to be.
 */
import { closestMatch } from 'leven';

/** How many names a message lists before it says how many more there are. */
const LISTED = 20;

/**
 * The candidate that `name` is most likely a misspelling of, ignoring case; undefined when none is near (one
 * change in names of 3 letters, two below 9, a third of the letters above, at most 4). Names over 100 characters are not compared.
 */
export function suggest(name: string, candidates: readonly string[]): string | undefined {
  const near = candidates.filter((one) => one !== name && one.length <= 100);
  if (name.length > 100 || near.length > 2000) return undefined;
  const same = near.find((one) => one.toLowerCase() === name.toLowerCase());
  if (same !== undefined) return same;
  // Two letters exchanged count as two changes, also in a short name.
  const longest = name.length < 4 ? 1 : Math.min(4, Math.max(2, Math.floor(name.length / 3)));
  const begun = near.filter(
    (one) => Math.min(name.length, one.length) >= 3 && (one.startsWith(name) || name.startsWith(one)),
  );
  // Short for a longer name: prod for production, but not a for all.
  return (
    (name.length < 3 ? undefined : closestMatch(name, near, { maxDistance: longest })) ??
    (begun.length === 1 ? begun[0] : undefined)
  );
}

/** `a, b, c` in the given order, cut after 20 names; `none` for none. */
export function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const rest = names.length - LISTED;
  return rest > 0 ? `${names.slice(0, LISTED).join(', ')} and ${rest} more` : names.join(', ');
}

/** Help lines for a name that does not exist: what exists, and the likely intention. `what` begins the line: `Environments here`. */
export function notFoundHelp(what: string, name: string, existing: readonly string[]): string[] {
  const meant = suggest(name, existing);
  return [`${what}: ${listNames(existing)}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`];
}
