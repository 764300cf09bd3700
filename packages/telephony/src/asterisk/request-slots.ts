import { AriError } from './ari-error.ts';

/** Lets so many requests run at once and so many wait, in order; Asterisk closes connections beyond its own limit unanswered. */
export class RequestSlots {
  readonly #atOnce: number;
  readonly #waitingAtMost: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atOnce: number, waitingAtMost: number) {
    this.#atOnce = atOnce;
    this.#waitingAtMost = waitingAtMost;
  }

  /**
   * Runs `ask` as soon as there is a slot.
   *
   * @throws AriError `ARI_BUSY` when too many wait
   */
  async run<Result>(ask: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= this.#waitingAtMost) {
        throw new AriError('ARI_BUSY', `${this.#waitingAtMost} requests wait for Asterisk already; ask again later.`);
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      // The slot is handed on rather than freed, so that nobody overtakes.
      await promise;
    } else this.#running += 1;
    try {
      return await ask();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
