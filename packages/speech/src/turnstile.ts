interface Waiting {
  readonly enter: () => void;
}

/** Lets so many in at once; the others wait in their order, and beyond `queue` nobody may. */
export class Turnstile {
  readonly #atOnce: number;
  readonly #queue: number;
  readonly #waiting: Waiting[] = [];
  #inside = 0;

  /** Whole numbers from 1 and from 0. */
  constructor(atOnce: number, queue: number) {
    this.#atOnce = atOnce;
    this.#queue = queue;
  }

  /** Whether one more would neither get in nor be allowed to wait. */
  get full(): boolean {
    return this.#inside >= this.#atOnce && this.#waiting.length >= this.#queue;
  }

  /** Runs `work` when it is its turn; rejects with the signal's reason when that comes first. Look at `full` before. */
  async pass<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#inside >= this.#atOnce) await this.#turn(signal);
    else this.#inside += 1;
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal?.reason as Error);
      };
      const waiting: Waiting = {
        enter: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      this.#waiting.push(waiting);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  /** The place goes to the next in line, without being free in between. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#inside -= 1;
    else next.enter();
  }
}
