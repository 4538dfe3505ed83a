/**
 * A bounded queue that is fair between owners: each owner has a line of its own, and the lines take turns. An
 * application that asks a thousand times delays the others by one of its requests, not by a thousand.
 */

interface Waiting<Item> {
  readonly owner: string;
  readonly item: Item;
}

/** How much may wait. */
export interface QueueLimits {
  readonly total: number;
  readonly perOwner: number;
}

/** Items in the order in which they are to be worked on. */
export class FairQueue<Item> {
  readonly #limits: QueueLimits;
  /** In the order of their turns: an owner that was served goes to the end. */
  readonly #lines = new Map<string, Waiting<Item>[]>();
  #size = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** How many items wait. */
  get size(): number {
    return this.#size;
  }

  /** Adds an item at the end of its owner's line. False when there is no room. */
  push(owner: string, item: Item): boolean {
    const line = this.#lines.get(owner) ?? [];
    if (this.#size >= this.#limits.total || line.length >= this.#limits.perOwner) return false;
    line.push({ owner, item });
    this.#lines.set(owner, line);
    this.#size += 1;
    return true;
  }

  /** Takes the first item of the next owner that `mayRun` accepts; undefined when there is none. */
  take(mayRun: (owner: string) => boolean): Item | undefined {
    for (const [owner, line] of this.#lines) {
      if (!mayRun(owner)) continue;
      const [first] = line.splice(0, 1);
      this.#lines.delete(owner);
      if (line.length > 0) this.#lines.set(owner, line);
      if (first === undefined) continue;
      this.#size -= 1;
      return first.item;
    }
    return undefined;
  }

  /** Removes an item that waits. False when it does not. */
  remove(owner: string, item: Item): boolean {
    const line = this.#lines.get(owner);
    const index = line?.findIndex((waiting) => waiting.item === item) ?? -1;
    if (line === undefined || index < 0) return false;
    line.splice(index, 1);
    if (line.length === 0) this.#lines.delete(owner);
    this.#size -= 1;
    return true;
  }
}
