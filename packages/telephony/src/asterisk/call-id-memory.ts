import type { CallId } from '../pbx.ts';

/** Remembers call ids; the oldest go first. */
export class CallIdMemory {
  readonly #ids = new Set<CallId>();
  readonly #limit: number;

  /** @param limit how many are remembered at most; 10,000 unless told */
  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  has(callId: CallId): boolean {
    return this.#ids.has(callId);
  }

  delete(callId: CallId): void {
    this.#ids.delete(callId);
  }

  clear(): void {
    this.#ids.clear();
  }

  add(callId: CallId): void {
    this.#ids.delete(callId);
    this.#ids.add(callId);
    if (this.#ids.size <= this.#limit) return;
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest);
      break;
    }
  }
}
