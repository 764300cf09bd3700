/** Waits for conditions that somebody else's events make true. */
export class Changes {
  readonly #looking = new Set<() => void>();

  /** Something has changed. */
  tell(): void {
    for (const look of this.#looking) look();
  }

  /** Whether the condition came true within `ms`, at once if it holds. */
  until(condition: () => boolean, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (held: boolean): void => {
        clearTimeout(timer);
        this.#looking.delete(look);
        resolve(held);
      };
      const look = (): void => {
        if (condition()) finish(true);
      };
      const timer = setTimeout(() => finish(condition()), ms);
      this.#looking.add(look);
      look();
    });
  }
}
