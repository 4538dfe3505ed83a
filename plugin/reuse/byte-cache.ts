/**
 * A cache with a limit in bytes: what was not used for the longest time goes first.
 */

interface Kept<Value> {
  readonly value: Value;
  readonly bytes: number;
}

/** Values by keys that name all that they were made of, so that a value is never out of date. */
export class ByteCache<Value> {
  readonly #limit: number;
  readonly #largest: number;
  /** In the order of their last use. */
  readonly #kept = new Map<string, Kept<Value>>();
  #bytes = 0;

  /** @param limit bytes in all. @param largest bytes of one value: a larger one is not kept */
  constructor(limit: number, largest = limit / 4) {
    this.#limit = limit;
    this.#largest = largest;
  }

  /** Bytes of all that is kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The keys, in the order of their last use. */
  keys(): Iterable<string> {
    return this.#kept.keys();
  }

  get(key: string): Value | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept.value;
  }

  /** Keeps a value of about so many bytes. */
  set(key: string, value: Value, bytes: number): void {
    this.delete(key);
    if (bytes > this.#largest) return;
    this.#kept.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#limit) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#bytes -= kept.bytes;
  }

  /** Forgets everything. */
  clear(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }
}
