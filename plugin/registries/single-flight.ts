/**
 * Requests in flight: callers that ask for the same key at the same time share one request.
 */

/** Requests of one kind, by key. Results are not cached. */
export class SingleFlight<Result> {
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
