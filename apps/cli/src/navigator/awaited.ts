/** Lets somebody wait for a value among those that are told. */
export class Awaited<Value> {
  readonly #waiting = new Set<(value: Value) => void>();

  /** Hands a value to everybody who waits. */
  tell(value: Value): void {
    for (const waiting of this.#waiting) waiting(value);
  }

  /** The first value told from now on that `wanted` accepts; undefined after `ms`, or when the signal aborts. */
  next(wanted: (value: Value) => boolean, ms: number, signal: AbortSignal): Promise<Value | undefined> {
    return new Promise((resolve) => {
      const settle = (value: Value | undefined): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', aborted);
        this.#waiting.delete(look);
        resolve(value);
      };
      const look = (value: Value): void => {
        if (wanted(value)) settle(value);
      };
      const aborted = (): void => settle(undefined);
      const timer = setTimeout(() => settle(undefined), ms);
      signal.addEventListener('abort', aborted, { once: true });
      this.#waiting.add(look);
      if (signal.aborted) settle(undefined);
    });
  }
}
