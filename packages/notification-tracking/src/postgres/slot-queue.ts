import { TrackingError } from '../errors.ts';
import { judgeError } from './database-error.ts';
import { awayError, failedForGood, tooMany } from './error-texts.ts';
import type { Slot } from './slot.ts';

interface Waiting {
  readonly name: string;
  readonly startedAt: number;
  readonly start: (slot: Slot) => Promise<void>;
  readonly reject: (error: TrackingError) => void;
}

/** What a queue is told. */
export interface SlotQueueOptions {
  readonly slots: readonly Slot[];
  /** Requests waiting at most. */
  readonly limit: number;
  /** How long one may wait for a slot, ms. */
  readonly waitMs: number;
  /** Called when no further try can help. */
  readonly onFailed: (error: TrackingError) => void;
}

/** Hands requests to slots, first in, first out; the slot used last comes first, so that few connections are opened where few are needed. */
export class SlotQueue {
  readonly #options: SlotQueueOptions;
  readonly #idle: Slot[];
  readonly #drained = Promise.withResolvers<void>();
  #waiting: Waiting[] = [];
  #underWay = 0;
  #refusal: TrackingError | undefined;

  constructor(options: SlotQueueOptions) {
    this.#options = options;
    this.#idle = options.slots.toReversed();
  }

  /** Runs `work` on a slot; `startedAt` is the monotonic time of the request. */
  use<Answer>(name: string, work: (slot: Slot, startedAt: number) => Promise<Answer>): Promise<Answer> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    if (this.#waiting.length >= this.#options.limit) return Promise.reject(tooMany(name, this.#options.limit));
    return new Promise((resolve, reject) => {
      const startedAt = performance.now();
      const start = async (slot: Slot): Promise<void> => {
        try {
          resolve(await work(slot, startedAt));
        } catch (error) {
          reject(this.#judged(error));
        }
      };
      this.#waiting.push({ name, startedAt, start, reject });
      this.#dispatch();
    });
  }

  /** Takes nothing more and finishes what waits. */
  async drain(refusal: TrackingError): Promise<void> {
    this.#refusal ??= refusal;
    this.#settleDrained();
    await this.#drained.promise;
  }

  /** Takes nothing more and rejects what waits. */
  refuse(error: TrackingError): void {
    this.#refusal ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    this.#settleDrained();
  }

  #judged(error: unknown): unknown {
    if (judgeError(error).reach !== 'never') return error;
    const failure = failedForGood(error);
    this.#options.onFailed(failure);
    return failure;
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const slot = this.#idle.pop();
      if (slot === undefined) return;
      const next = this.#waiting.shift();
      if (next !== undefined) void this.#give(slot, next);
    }
  }

  async #give(slot: Slot, { name, startedAt, start, reject }: Waiting): Promise<void> {
    this.#underWay += 1;
    if (performance.now() - startedAt >= this.#options.waitMs) {
      reject(awayError(name, this.#options.waitMs, false, new Error('no connection was free')));
    } else await start(slot);
    this.#underWay -= 1;
    this.#idle.push(slot);
    this.#dispatch();
    this.#settleDrained();
  }

  #settleDrained(): void {
    if (this.#refusal !== undefined && this.#waiting.length + this.#underWay === 0) this.#drained.resolve();
  }
}
