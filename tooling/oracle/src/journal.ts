import { closeSync, openSync, writeSync } from 'node:fs';

/** How long {@link Journal.when} waits, milliseconds. */
const PATIENCE_MS = 60_000;

/** An entry with its time: UTC, milliseconds since 1970. */
export type Stamped<Entry> = Entry & { readonly at: number };

/** Where a journal is kept besides memory, and whose clock stamps it. */
export interface JournalOptions {
  /** JSON lines are appended here; absent: memory only. */
  readonly file?: string;
  /** UTC, milliseconds since 1970. */
  readonly now?: () => number;
}

/** What happened, in the order it happened: entries are only ever added. */
export class Journal<Entry extends object> implements Disposable {
  readonly #entries: Stamped<Entry>[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #file: number | undefined;
  readonly #now: () => number;

  constructor({ file, now = Date.now }: JournalOptions = {}) {
    this.#file = file === undefined ? undefined : openSync(file, 'a');
    this.#now = now;
  }

  get entries(): readonly Stamped<Entry>[] {
    return this.#entries;
  }

  append(entry: Entry): void {
    const stamped = { at: this.#now(), ...entry };
    this.#entries.push(stamped);
    if (this.#file !== undefined) writeSync(this.#file, `${JSON.stringify(stamped)}\n`);
    for (const look of this.#watchers) look();
  }

  /**
   * Resolves with what `find` finds, now or after an entry to come. Rejects after `patienceMs`, naming `what` was awaited.
   */
  when<Found>(what: string, find: () => Found | undefined, patienceMs: number = PATIENCE_MS): Promise<Found> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        over();
        resolve(found);
      };
      const timer = setTimeout(() => {
        over();
        const last = this.#entries.slice(-5).map((entry) => JSON.stringify(entry));
        reject(new Error(`waited ${patienceMs} ms for ${what}; ${this.#entries.length} entries, the last:\n${last.join('\n')}`));
      }, patienceMs);
      const over = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** Resolves with the first entry, from number `from` on (0 is the first), that matches. */
  find(what: string, matches: (entry: Stamped<Entry>) => boolean, from = 0, patienceMs: number = PATIENCE_MS): Promise<Stamped<Entry>> {
    let next = from;
    return this.when(
      what,
      () => {
        while (next < this.#entries.length) {
          const entry = this.#entries[next];
          next += 1;
          if (entry !== undefined && matches(entry)) return entry;
        }
        return undefined;
      },
      patienceMs,
    );
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}
