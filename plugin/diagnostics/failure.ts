/**
 * How an error travels: thrown as a Failure that carries every diagnostic found so far.
 */
import type { Code } from './codes.ts';
import type { Diagnostic, Location } from './diagnostic.ts';

/** Thrown when the input cannot be rendered. Holds at least one diagnostic of severity `error`. */
export class Failure extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((one) => `${one.code}: ${one.message}`).join('\n'));
    this.name = 'Failure';
    this.diagnostics = diagnostics;
  }
}

/** Makes a Failure of one error, ready to throw. */
export function failure(
  code: Code,
  message: string,
  details: { location?: Location | undefined; help?: readonly string[] | undefined } = {},
): Failure {
  return new Failure([
    {
      severity: 'error',
      code,
      message,
      ...(details.location ? { location: details.location } : {}),
      ...(details.help?.length ? { help: details.help } : {}),
    },
  ]);
}

/**
 * Runs `work` for every item and returns the results in order. Independent mistakes are all reported:
 * Failures are collected and thrown together after the last item. Any other exception passes at once.
 */
export function attemptAll<Item, Result>(items: Iterable<Item>, work: (item: Item, index: number) => Result): Result[] {
  const results: Result[] = [];
  const diagnostics: Diagnostic[] = [];
  let index = 0;
  for (const item of items) {
    try {
      results.push(work(item, index));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      diagnostics.push(...error.diagnostics);
    }
    index += 1;
  }
  if (diagnostics.length > 0) throw new Failure(diagnostics);
  return results;
}

/**
 * Waits for all of several independent pieces of work and returns their results in order. Their mistakes are thrown
 * together, in this order too; any other exception passes.
 */
export async function attemptTogether<Result>(work: readonly Promise<Result>[]): Promise<Result[]> {
  const settled = await Promise.allSettled(work);
  return attemptAll(settled, (one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

/**
 * Waits for both of two independent pieces of work. The mistakes of both are reported together, those of the first
 * before those of the second; any other exception passes.
 */
export async function attemptBoth<First, Second>(
  first: Promise<First>,
  second: Promise<Second>,
): Promise<readonly [First, Second]> {
  const [one, two] = await Promise.allSettled([first, second]);
  if (one.status === 'fulfilled' && two.status === 'fulfilled') return [one.value, two.value];
  const reasons = [one, two].flatMap((settled): unknown[] => (settled.status === 'rejected' ? [settled.reason] : []));
  const diagnostics = reasons.flatMap((reason) => {
    if (!(reason instanceof Failure)) throw reason;
    return reason.diagnostics;
  });
  throw new Failure(diagnostics);
}
