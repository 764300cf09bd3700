import type { TrackingError } from '../errors.ts';
import { judgeError } from './database-error.ts';
import { awayError, failedForGood, tooMany } from './error-texts.ts';
import type { Company } from './locks.ts';

/** A request that waits for a slot. */
export interface Waiting {
  readonly name: string;
  /** Monotonic time, ms. */
  readonly startedAt: number;
  readonly reject: (error: unknown) => void;
}

/** What a queue is told. */
export interface SlotQueueOptions<Slot, Request extends Waiting> {
  readonly slots: readonly Slot[];
  /** Requests waiting at most. */
  readonly limit: number;
  /** How long one may wait for a slot, ms. */
  readonly waitMs: number;
  /** Requests that are taken together at most, of those that may be. */
  readonly groupSize: number;
  /** Runs requests on a slot and answers or rejects each; never throws. */
  readonly run: (slot: Slot, requests: readonly Request[]) => Promise<void>;
  /** Called when no further try can help. */
  readonly onFailed: (error: TrackingError) => void;
}

interface InLine<Request> {
  readonly turn: number;
  readonly company: Company;
  readonly request: Request;
}

/**
 * Hands requests to slots, first in, first out; the slot used last comes first, so that few connections are opened where few are needed.
 * Requests that would only wait for one another in the database are taken together: whatever of them waits when the group before has ended.
 */
export class SlotQueue<Slot, Request extends Waiting> {
  readonly #options: SlotQueueOptions<Slot, Request>;
  readonly #idle: Slot[];
  readonly #drained = Promise.withResolvers<void>();
  readonly #apart: InLine<Request>[] = [];
  /** Of these one group at a time is under way. */
  readonly #inTurn: InLine<Request>[] = [];
  #inTurnBusy = false;
  #turn = 0;
  #underWay = 0;
  #refusal: TrackingError | undefined;

  constructor(options: SlotQueueOptions<Slot, Request>) {
    this.#options = options;
    this.#idle = options.slots.toReversed();
  }

  /** Takes a request; `request` builds it from how it is to be answered. `company`: with whom. */
  use<Answer>(
    name: string,
    company: Company,
    request: (waiting: Waiting & { readonly resolve: (answer: Answer) => void }) => Request,
  ): Promise<Answer> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    if (this.#waiting >= this.#options.limit) return Promise.reject(tooMany(name, this.#options.limit));
    return new Promise((resolve, reject) => {
      const waiting = {
        name,
        startedAt: performance.now(),
        resolve,
        reject: (error: unknown) => reject(this.#judged(error)),
      };
      this.#turn += 1;
      (company === 'apart' || company === 'kin' ? this.#apart : this.#inTurn).push({
        turn: this.#turn,
        company,
        request: request(waiting),
      });
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
    for (const { request } of [...this.#apart.splice(0), ...this.#inTurn.splice(0)]) request.reject(error);
    this.#settleDrained();
  }

  get #waiting(): number {
    return this.#apart.length + this.#inTurn.length;
  }

  #judged(error: unknown): unknown {
    if (judgeError(error).reach !== 'never' || error === this.#refusal) return error;
    const failure = failedForGood(error);
    this.#options.onFailed(failure);
    return failure;
  }

  #dispatch(): void {
    for (;;) {
      const line = this.#nextLine();
      const slot = line === undefined ? undefined : this.#idle.pop();
      if (line === undefined || slot === undefined) return;
      const taken = line.splice(0, this.#groupAtHead(line));
      void this.#give(
        slot,
        line === this.#inTurn,
        taken.map(({ request }) => request),
      );
    }
  }

  /** Whose turn it is, of those that need not wait for their own. */
  #nextLine(): InLine<Request>[] | undefined {
    const apart = this.#apart[0]?.turn ?? Number.POSITIVE_INFINITY;
    const inTurn = this.#inTurnBusy ? Number.POSITIVE_INFINITY : (this.#inTurn[0]?.turn ?? Number.POSITIVE_INFINITY);
    if (apart === inTurn) return undefined;
    return apart < inTurn ? this.#apart : this.#inTurn;
  }

  /** How many at the head of a line go together. */
  #groupAtHead(line: readonly InLine<Request>[]): number {
    const [head] = line;
    if (head?.company !== 'group' && head?.company !== 'kin') return 1;
    const goesAlong = (other: InLine<Request> | undefined): boolean =>
      other?.company === head.company && (head.company === 'group' || other.request.name === head.request.name);
    const most = Math.min(line.length, this.#options.groupSize);
    let size = 1;
    while (size < most && goesAlong(line[size])) size += 1;
    return size;
  }

  async #give(slot: Slot, inTurn: boolean, requests: readonly Request[]): Promise<void> {
    this.#underWay += 1;
    if (inTurn) this.#inTurnBusy = true;
    const inTime = requests.filter((request) => this.#inTime(request));
    if (inTime.length > 0) await this.#options.run(slot, inTime);
    if (inTurn) this.#inTurnBusy = false;
    this.#underWay -= 1;
    this.#idle.push(slot);
    this.#dispatch();
    this.#settleDrained();
  }

  #inTime({ name, startedAt, reject }: Request): boolean {
    const { waitMs } = this.#options;
    if (performance.now() - startedAt < waitMs) return true;
    reject(awayError(name, waitMs, false, new Error('no connection was free')));
    return false;
  }

  #settleDrained(): void {
    if (this.#refusal !== undefined && this.#waiting + this.#underWay === 0) this.#drained.resolve();
  }
}
