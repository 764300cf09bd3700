/** The seven statuses. Source: [TN-16]. */
export const STATUSES = ['Queued', 'Active', 'Done', 'Busy', 'Unanswered', 'Unreachable', 'Canceled'] as const;

/** One of the seven. */
export type Status = (typeof STATUSES)[number];

/** A status as it stood on the wire. */
export interface SeenStatus {
  readonly bytes: string;
  readonly status: Status;
  /** UTC, milliseconds since 1970, to the second. */
  readonly changedAt: number;
}

/** Whether a round can end with this status; a result may also be followed by `Queued` and another attempt. */
export function canBeFinal(status: Status): boolean {
  return status !== 'Queued' && status !== 'Active';
}

/** Tells what a Taxi Navigator may see of one GUID, one status after another. Source: [TN-13, TN-16, reading 31, reading 33]. */
export class StatusOrder {
  readonly #sentAgain: boolean;
  #last: SeenStatus | undefined;
  /** Whether this round was ever reported as being dialled. */
  #dialled = false;

  /** `sentAgain`: the GUID was sent more than once, so that a further round may follow a final status. */
  constructor(sentAgain: boolean) {
    this.#sentAgain = sentAgain;
  }

  get last(): SeenStatus | undefined {
    return this.#last;
  }

  /** Takes the next status: `next` in order, `repeat` byte-identical to the one before, else what is wrong with it. */
  take(seen: SeenStatus): 'next' | 'repeat' | { readonly wrong: string } {
    const before = this.#last;
    if (before?.bytes === seen.bytes) return 'repeat';
    const wrong = this.#wrong(seen);
    this.#last = seen;
    if (before === undefined || before.status === 'Done' || before.status === 'Canceled') this.#dialled = false;
    this.#dialled ||= seen.status === 'Active';
    return wrong === undefined ? 'next' : { wrong };
  }

  #wrong({ status, changedAt }: SeenStatus): string | undefined {
    const before = this.#last;
    if (before === undefined) {
      return status === 'Queued' || status === 'Canceled' ? undefined : `begins with ${status}`;
    }
    if (status === before.status) return `${status} again, but not byte-identical`;
    if (changedAt < before.changedAt)
      return `${status} is ${(before.changedAt - changedAt) / 1_000} s older than ${before.status} before it`;
    return this.#mayFollow(before.status, status) ? undefined : `${status} after ${before.status}`;
  }

  #mayFollow(before: Status, status: Status): boolean {
    switch (before) {
      case 'Queued':
        if (status === 'Canceled') return !this.#dialled;
        // Its last result, when no further attempt fits into its time to live.
        return status === 'Active' || (this.#dialled && status !== 'Done');
      case 'Active':
        return status !== 'Canceled';
      case 'Busy':
      case 'Unanswered':
      case 'Unreachable':
        return status === 'Queued';
      case 'Done':
      case 'Canceled':
        return this.#sentAgain && status === 'Queued';
      default:
        return before satisfies never;
    }
  }
}
