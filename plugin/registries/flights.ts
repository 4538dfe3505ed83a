/**
 * Questions under way: whoever asks the same at the same time shares the answer.
 */

/** Questions of one kind. Nothing is kept once it is answered. */
export class Flights<Result> {
  readonly #running = new Map<string, Promise<Result>>();

  /** What `work` gives, or the work under way for the same key. */
  async once(key: string, work: () => Promise<Result>): Promise<Result> {
    const running = this.#running.get(key);
    if (running) return await running;
    const started = work();
    this.#running.set(key, started);
    try {
      return await started;
    } finally {
      this.#running.delete(key);
    }
  }
}
