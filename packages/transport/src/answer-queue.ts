import type { Ack, Fault, Message } from '@taxinav/codec';

/** What an {@link AnswerQueue} needs. */
export interface AnswerQueueOptions {
  /** How many may be handed out and not yet answered. */
  readonly limit: number;
  readonly handle: (received: Message | Fault) => Promise<Ack | undefined>;
  /** The bytes of an answer. */
  readonly encode: (ack: Ack, received: Message | Fault) => Uint8Array;
  /** Writes bytes; calls `done` when the system took them or never will. */
  readonly write: (bytes: Uint8Array, done: () => void) => void;
  readonly failed: (error: unknown) => void;
  /** Called whenever something was answered, so that the owner may read on or end. */
  readonly changed: () => void;
}

interface Slot {
  readonly received: Message | Fault;
  done: boolean;
  bytes: Uint8Array | undefined;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
}

/**
 * Hands received messages to a handler in their order, several at a time, and writes the answers in that same order.
 * What it holds is bounded: `limit` handed out or not yet taken by the system, and what one read of the socket completed.
 */
export class AnswerQueue {
  readonly #options: AnswerQueueOptions;
  #waiting: (Message | Fault)[] = [];
  readonly #slots: Slot[] = [];
  #unwritten = 0;
  #dropped = false;

  constructor(options: AnswerQueueOptions) {
    this.#options = options;
  }

  /** Nothing more should be read before {@link AnswerQueueOptions.changed}. */
  get full(): boolean {
    return this.#waiting.length > 0 || this.#held >= this.#options.limit;
  }

  /** Everything was handled and its answers were taken by the system. */
  get idle(): boolean {
    return this.#waiting.length === 0 && this.#held === 0;
  }

  take(results: readonly (Message | Fault)[]): void {
    if (this.#dropped) return;
    for (const received of results) this.#waiting.push(received);
    this.#handOut();
  }

  /** Hands out nothing more; what is being handled runs on, unanswered. */
  drop(): void {
    this.#dropped = true;
    this.#waiting = [];
  }

  get #held(): number {
    return this.#slots.length + this.#unwritten;
  }

  #handOut(): void {
    while (this.#held < this.#options.limit) {
      const received = this.#waiting.shift();
      if (received === undefined) return;
      const slot: Slot = { received, done: false, bytes: undefined };
      this.#slots.push(slot);
      this.#handle(slot).then(
        () => this.#settled(slot),
        (error: unknown) => {
          this.#options.failed(error);
          this.#settled(slot);
        },
      );
    }
  }

  async #handle(slot: Slot): Promise<void> {
    const ack = await this.#options.handle(slot.received);
    if (ack !== undefined) slot.bytes = this.#options.encode(ack, slot.received);
  }

  #settled(slot: Slot): void {
    slot.done = true;
    const parts: Uint8Array[] = [];
    while (this.#slots[0]?.done) {
      const bytes = this.#slots.shift()?.bytes;
      if (bytes !== undefined) parts.push(bytes);
    }
    if (parts.length > 0) {
      this.#unwritten += parts.length;
      this.#options.write(joined(parts), () => {
        this.#unwritten -= parts.length;
        this.#advance();
      });
    }
    this.#advance();
  }

  #advance(): void {
    this.#handOut();
    this.#options.changed();
  }
}
