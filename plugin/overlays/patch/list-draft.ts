/**
 * A list that is being patched, in chunks: inserting or removing an item moves the items of one chunk, where an array
 * would move all behind it. Twenty thousand insertions at the front then take as long as at the end.
 */

const CHUNK = 512;

/** A list whose items may be inserted and removed anywhere. */
export class ListDraft<Item> {
  #chunks: Item[][] = [];
  #length: number;

  constructor(items: readonly Item[]) {
    this.#length = items.length;
    for (let at = 0; at < items.length; at += CHUNK) this.#chunks.push(items.slice(at, at + CHUNK));
  }

  get length(): number {
    return this.#length;
  }

  /** The chunk that holds `index`, and the index in it; for the length of the list the place behind the last item. */
  #find(index: number): { chunk: Item[]; number: number; within: number } {
    const last = this.#chunks.length - 1;
    let within = index;
    for (let number = 0; number <= last; number += 1) {
      const chunk = this.#chunks[number] ?? [];
      if (within < chunk.length || (within === chunk.length && number === last)) return { chunk, number, within };
      within -= chunk.length;
    }
    const chunk: Item[] = [];
    this.#chunks.push(chunk);
    return { chunk, number: last + 1, within: 0 };
  }

  at(index: number): Item | undefined {
    if (index >= this.#length) return undefined;
    const { chunk, within } = this.#find(index);
    return chunk[within];
  }

  replace(index: number, item: Item): void {
    const { chunk, within } = this.#find(index);
    chunk[within] = item;
  }

  /** Puts an item before the one at `index`, or at the end. */
  insert(index: number, item: Item): void {
    const { chunk, number, within } = this.#find(index);
    chunk.splice(within, 0, item);
    this.#length += 1;
    if (chunk.length > CHUNK * 2) this.#chunks.splice(number, 1, chunk.slice(0, CHUNK), chunk.slice(CHUNK));
  }

  remove(index: number): void {
    const { chunk, number, within } = this.#find(index);
    chunk.splice(within, 1);
    this.#length -= 1;
    if (chunk.length === 0) this.#chunks.splice(number, 1);
  }

  items(): readonly Item[] {
    return this.#chunks.flat();
  }
}
