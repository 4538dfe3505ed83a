/**
 * From the names of folders and files to environments: which names speak of one, what they are called in waybill.yaml,
 * and the order in which they are promoted.
 */

/** Usual words, in the order of promotion; each row is one step. */
const steps: readonly (readonly string[])[] = [
  ['local', 'sandbox', 'preview', 'ci', 'e2e'],
  ['dev', 'develop', 'development'],
  ['test', 'testing', 'tst', 'int', 'integration', 'nonprod'],
  ['qa', 'uat', 'acc', 'acceptance', 'perf', 'load'],
  ['stage', 'staging', 'stg', 'demo', 'beta', 'canary'],
  ['preprod', 'preproduction', 'pre', 'rc'],
  ['prod', 'production', 'prd', 'live', 'stable', 'release', 'dr'],
];

function wordsOf(name: string): readonly string[] {
  return name.toLowerCase().split(/[^a-z0-9]+/u);
}

function stepOf(name: string): number {
  const words = wordsOf(name);
  if (words.includes('pre') && words.some((one) => one.startsWith('prod'))) return 5;
  return steps.findIndex((step) => step.some((word) => words.includes(word)));
}

/** Whether a name has one of the usual words of environments in it, such as `prod-eu`. */
export function speaksOfEnvironment(name: string): boolean {
  return stepOf(name) >= 0;
}

/**
 * Whether the folders `speaking`, of all `names` right in a directory, are its environments: at least two, and most of
 * the names. Otherwise a word such as `canary` in the name of one application among many would hide all others.
 */
export function areEnvironments(speaking: readonly string[], names: readonly string[]): boolean {
  return speaking.length > 1 && speaking.length * 2 > names.length;
}

/** Orders names by promotion; names without a usual word come between test and production, by alphabet. */
export function byPromotion(a: string, b: string): number {
  const [first, second] = [a, b].map((name) => {
    const step = stepOf(name);
    return step < 0 ? 3.5 : step;
  });
  return (first ?? 0) - (second ?? 0) || (a < b ? -1 : a > b ? 1 : 0);
}

/** The name of an environment for a folder or file: itself where it can be one; undefined when nothing is left of it. */
export function environmentName(raw: string): string | undefined {
  const name = raw
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/gu, '-')
    .replaceAll(/^-+|-+$/gu, '')
    .slice(0, 63)
    .replace(/-+$/u, '');
  return name === '' || /^(?:true|false|null)$/u.test(name) ? undefined : name;
}
