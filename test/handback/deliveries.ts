/**
 * Counts what was handed over and what arrived. Every test of a hand-back prints it, so that a run says for itself
 * how many deployments started their tests.
 */
import { expect } from 'vitest';
import { tell } from '../events/harness.ts';

/** What must arrive, and what did, by names of the test's choice. */
export class Deliveries {
  readonly #what: string;
  readonly #attempted: string[] = [];
  readonly #delivered: string[] = [];

  /** `what`: the first words of the printed line. */
  constructor(what: string) {
    this.#what = what;
  }

  /** Something sets out that has to arrive. */
  attempt(...names: readonly string[]): void {
    this.#attempted.push(...names);
  }

  /** Something has arrived. */
  deliver(...names: readonly string[]): void {
    this.#delivered.push(...names);
  }

  /** Prints `WHAT: delivered N of M (P %)`, and fails unless everything arrived, once, and nothing else. */
  settle(): void {
    const attempted = new Set(this.#attempted);
    const arrived = new Set(this.#delivered.filter((name) => attempted.has(name)));
    tell(this.#what, arrived.size, attempted.size);
    expect(this.#delivered.toSorted()).toEqual(this.#attempted.toSorted());
    expect(attempted.size).toBeGreaterThan(0);
  }
}
