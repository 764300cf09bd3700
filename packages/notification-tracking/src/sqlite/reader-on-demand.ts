import type { TrackingError } from '../errors.ts';
import { tooMany, type WorkerLink } from './worker-link.ts';

/**
 * The worker that reads: started by the first read, ended when nothing was read for `idleMs`, started again by the next.
 * A store that only writes does without the thread's 25 MB.
 */
export class ReaderOnDemand {
  readonly #start: () => WorkerLink;
  readonly #idleMs: number;
  readonly #queueLimit: number;
  #link: Promise<WorkerLink> | undefined;
  /** Of a reader that was given up: its connection has to be gone before the writer's. */
  #ending: Promise<void> = Promise.resolve();
  #reading = 0;
  #idle: NodeJS.Timeout | undefined;
  #refusal: TrackingError | undefined;
  #started: WorkerLink | undefined;

  /** `queueLimit`: reads that may wait behind the one under way, also while the worker starts. */
  constructor(start: () => WorkerLink, idleMs: number, queueLimit: number) {
    this.#start = start;
    this.#idleMs = idleMs;
    this.#queueLimit = queueLimit;
  }

  async request(name: string, query: object, refusal: TrackingError): Promise<unknown> {
    if (this.#refusal !== undefined) throw this.#refusal;
    if (this.#reading > this.#queueLimit) throw tooMany(name, this.#queueLimit);
    clearTimeout(this.#idle);
    this.#reading += 1;
    try {
      const link = await (this.#link ??= this.#open());
      return await link.request(name, query);
    } finally {
      this.#reading -= 1;
      if (this.#reading === 0 && this.#refusal === undefined) {
        this.#idle = setTimeout(() => this.#end(refusal), this.#idleMs);
        this.#idle.unref();
      }
    }
  }

  /** Takes nothing more, finishes what is read, ends the worker. */
  async close(refusal: TrackingError): Promise<void> {
    this.#refusal ??= refusal;
    clearTimeout(this.#idle);
    this.#end(refusal);
    await this.#ending;
  }

  /** Takes nothing more and rejects what is read. */
  fail(error: TrackingError): void {
    this.#refusal ??= error;
    clearTimeout(this.#idle);
    this.#started?.fail(error);
  }

  async #open(): Promise<WorkerLink> {
    await this.#ending;
    const link = this.#start();
    this.#started = link;
    try {
      await link.open();
      return link;
    } catch (error) {
      // The next read tries again.
      this.#link = undefined;
      throw error;
    }
  }

  #end(refusal: TrackingError): void {
    const link = this.#link;
    if (link === undefined) return;
    this.#link = undefined;
    this.#started = undefined;
    this.#ending = link.then(
      (opened) => opened.close(refusal),
      () => undefined,
    );
  }
}
