/**
 * The clock of a life: things that are to happen, in the order of their times.
 */
interface Due {
  readonly at: number;
  readonly run: () => void;
  /** What comes again and again, whatever happens: it keeps nothing from having come to rest. */
  readonly recurring: boolean;
}

export class Schedule {
  readonly #due: Due[] = [];
  #now = 0;

  /** Seconds after the life's beginning. */
  get now(): number {
    return this.#now;
  }

  /** Makes something happen `seconds` from now, after what is already due at that moment. */
  after(seconds: number, run: () => void, recurring = false): void {
    const at = this.#now + Math.max(0, seconds);
    const later = this.#due.findIndex((due) => due.at > at);
    this.#due.splice(later === -1 ? this.#due.length : later, 0, { at, run, recurring });
  }

  /** Lets everything happen that is due until then. */
  until(at: number): void {
    for (let next = this.#due[0]; next && next.at <= at; next = this.#due[0]) {
      this.#due.shift();
      this.#now = next.at;
      next.run();
    }
    this.#now = Math.max(this.#now, at);
  }

  /** Lets time pass until nothing more is due than what recurs, or until `at`. */
  rest(at: number): void {
    for (
      let next = this.#due[0];
      next && next.at <= at && this.#due.some(({ recurring }) => !recurring);
      next = this.#due[0]
    )
      this.until(next.at);
  }
}
