/**
 * Times, commits and counts as people read them. Pure: the time of the clock is an argument.
 */

const units = [
  ['y', 31_536_000],
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
] as const;

/** `3d`, `5h`, `12m`, `now`: for tables. Empty for a text that is no time. A time that is yet to come is `now`. */
export function age(time: string | undefined, now: number): string {
  const seconds = Math.floor((now - Date.parse(time ?? '')) / 1000);
  if (Number.isNaN(seconds)) return '';
  const unit = units.find(([, length]) => seconds >= length);
  return unit === undefined ? 'now' : `${Math.floor(seconds / unit[1])}${unit[0]}`;
}

/** `3d 4h`, `12m`, `40s`: how long something took or lasts. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds}s`;
  const at = units.findIndex(([, length]) => seconds >= length);
  const [first, second] = [units[at], units[at + 1]];
  if (first === undefined) return `${seconds}s`;
  const rest = second === undefined ? 0 : Math.floor((seconds % first[1]) / second[1]);
  const head = `${Math.floor(seconds / first[1])}${first[0]}`;
  return rest === 0 || second === undefined ? head : `${head} ${rest}${second[0]}`;
}

/** `2026-11-30 18:04 UTC`, the same for everyone who reads it. */
export function moment(time: string | undefined): string {
  const at = Date.parse(time ?? '');
  if (Number.isNaN(at)) return '';
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Seven digits of a commit. */
export const short = (commit: string): string => commit.slice(0, 7);

/** `main`, of `refs/heads/main`. */
export const refName = (ref: string | undefined): string | undefined => ref?.replace(/^refs\/(?:heads|tags)\//u, '');

/** `1 commit`, `3 commits`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

/** `owner/name` of a repository's URL; the text itself where it is none. */
export function repositoryName(repository: string): string {
  return /^[a-z+]+:\/\/[^/]+\/(.+?)(?:\.git)?\/?$/u.exec(repository)?.[1] ?? repository;
}

/** The address, if it is one that a link may have: text from a repository must not become `javascript:`. */
export function linkAddress(url: string | undefined): string | undefined {
  return url !== undefined && /^https?:\/\//iu.test(url) ? url : undefined;
}
