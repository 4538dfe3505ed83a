/**
 * What overlays may add. A JSON patch of forty lines can double a manifest with each line, and a merge can put a large
 * value into thousands of resources: what an operation adds is counted before it is made.
 */
import type { Json } from '../resources/json.ts';
import type { Path } from '../resources/pointer.ts';
import { type NodeBudget, nodesHelp, weightOf } from '../resources/weight.ts';
import { type Attempt, problem } from './attempt.ts';

/** No manifest is nested more deeply: what walks over values must not run out of stack. */
const MAX_DEPTH = 1000;

/** Counts what the overlays of one render add. */
export class Growth {
  readonly #budget: NodeBudget;

  constructor(budget: NodeBudget) {
    this.#budget = budget;
  }

  /**
   * Counts a value that is put `depth` levels deep into a manifest. `at` is where the overlay says so.
   * @throws Failure `limit-nodes`
   */
  add(attempt: Attempt, value: Json | undefined, depth: number, at: Path): void {
    if (!this.#budget.spend(value)) {
      const { limit } = this.#budget;
      const message = `the resources, with all that overlays put into them, hold more than ${limit} values`;
      throw problem(attempt, 'limit-nodes', message, { at, help: [nodesHelp] });
    }
    this.deepen(attempt, depth + weightOf(value).depth, at);
  }

  /**
   * Notes that something is put this deep into a manifest.
   * @throws Failure `limit-nodes`
   */
  deepen(attempt: Attempt, depth: number, at: Path): void {
    if (depth <= MAX_DEPTH) return;
    const message = `lists and mappings would be nested more than ${MAX_DEPTH} levels deep`;
    throw problem(attempt, 'limit-nodes', message, { at });
  }
}
