/**
 * What the names in the generated expressions (notification-templates/expressions) mean, for people who ask why nothing
 * was told. A name that is not here is shown as the expression has it, so hand-written triggers are explained, too.
 */

/** What is so when a variable holds something, and when it holds nothing (false, nil, an empty text or list). */
interface Words {
  readonly yes?: string;
  readonly no?: string;
}

/** By variable. */
const variables: Readonly<Record<string, Words>> = {
  at: {},
  arrival: { no: 'nothing of another revision has arrived' },
  arrived: { no: 'no operation by hand has deployed another revision' },
  away: { no: 'it is not away from the compared revision' },
  chosen: {},
  current: { yes: 'the operation is of the compared revision', no: 'the operation is of another revision' },
  degraded: { no: 'it has not been degraded for long enough' },
  deleting: { yes: 'the Application is being deleted', no: 'the Application is not being deleted' },
  denied: { no: 'no sync window denies a sync' },
  deployed: { no: 'nothing was deployed from another revision' },
  failing: { yes: 'the operation failed', no: 'no operation has failed' },
  failed: { no: 'no operation has failed' },
  healthy: { no: 'its health is not final yet' },
  here: { yes: 'the operation is of the compared revision', no: 'the operation is of another revision' },
  hookFailed: { yes: 'a hook failed', no: 'no hook failed' },
  idle: { no: 'nothing waits, or an operation is requested' },
  kept: { no: 'no note has to be renewed' },
  left: { no: 'no record has left' },
  live: { yes: 'all that is rendered is live', no: 'not all that is rendered is live' },
  manual: { yes: 'sync is manual', no: 'sync is automated' },
  news: {},
  places: { no: 'there is nothing new' },
  possible: {},
  running: { yes: 'an operation runs', no: 'no operation runs' },
  state: {},
  targets: { no: 'the compared revision renders no record that may be reported' },
  waiting: { no: 'nothing waits for a sync' },
};

/** By the text of a condition, for those without a name. */
const texts: readonly (readonly [RegExp, string])[] = [
  [/^none\((told|states), /u, 'it was already reported'],
  [/now\(\) - date\(newest\) </u, 'it is too old for a first report'],
  [/^not \(raw contains "\\"waybill/u, 'nothing was reported for it before'],
  [/^len\(line\) > 0/u, 'nothing is known yet of its repository, environment and application'],
  [/^now\(\)\.Unix\(\) - .* < \d+$/u, 'it is given up: the provider did not take it in time'],
  [/waybill:\[|~/u, 'the provider refused it; it is tried again later'],
  [/spec\?\.project|metadata\.namespace|endsWith/u, 'trust does not let this Application report it'],
  [/(?:<|>=) \d{6}$/u, "the Application's annotations are almost full"],
];

/** Why nothing is said of an operation that runs. */
export const anotherRuns = 'the operation that runs is of another revision';

/**
 * Which of several reasons decides, the first that there is: what may be reported at all; what was reported already; an
 * operation; health; what is live.
 */
export const byWeight: readonly RegExp[] = [
  /trust does not let|annotations are almost full/u,
  /it was already reported$/u,
  /renders no record that may be reported/u,
  /it is older than the time/u,
  new RegExp(anotherRuns, 'u'),
  /^it has not been degraded for long enough/u,
  /^its health says nothing/u,
  /^not all that is rendered is live/u,
];

/** Conditions of deliveries that are not true while there is nothing to deliver: that is no silence. */
const nothingToDeliver = /^note matches |^(?:not |!)\(?raw contains "?\+/u;

/** Whether a condition only says that there is nothing to deliver. */
export function isNothingToDeliver(text: string): boolean {
  return nothingToDeliver.test(text);
}

/** What a variable's value means; undefined for a name without words, empty for one that says nothing by itself. */
export function wordsOfVariable(name: string, holds: boolean): string | undefined {
  const words = variables[name];
  return words && ((holds ? words.yes : words.no) ?? '');
}

/** What a condition means that is not true; undefined for one without words. */
export function wordsOfText(text: string): string | undefined {
  return texts.find(([pattern]) => pattern.test(text))?.[1];
}
