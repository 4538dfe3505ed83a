/**
 * What can be wrong in a strategy before any registry is asked: `waybill validate` tells it also where the lock says
 * what runs, so that the next `images update` does not fail.
 */
import type { Strategy } from '../config/environment.ts';
import { attemptAll } from '../diagnostics/failure.ts';
import { compileFilter } from './filter.ts';
import { compileConstraint } from './semver/ranking.ts';

/** @throws Failure `strategy-invalid` with every mistake */
export function checkStrategies(strategies: readonly Strategy[]): void {
  attemptAll(
    strategies.flatMap((strategy) => [
      () => (strategy.kind === 'digest' ? undefined : compileFilter(strategy)),
      () => (strategy.kind === 'semver' ? compileConstraint(strategy) : undefined),
    ]),
    (check) => check(),
  );
}
