/** What a phone of the simulated network does when it is called. Times are milliseconds. */
export interface Subscriber {
  /** Early media from the originate on: an announcement, or a network's own ringing. */
  readonly progressAfterMs?: number;
  /** Rings, from the originate on. */
  readonly ringsAfterMs?: number;
  /** Answers, from the originate on. */
  readonly answersAfterMs?: number;
  /** Ends the call without an answer, from the originate on. */
  readonly refuses?: { readonly afterMs: number; readonly hangupCause: number; readonly sipCode?: number };
  /** Keys pressed, from the answer on. */
  readonly presses?: readonly { readonly digit: string; readonly afterMs: number }[];
  /** Hangs up, from the answer on. */
  readonly hangsUpAfterMs?: number;
}

const ANSWERS: Subscriber = { ringsAfterMs: 0, answersAfterMs: 300 };

/** What a phone does by the last digit of its number. */
const BY_LAST_DIGIT: Readonly<Record<string, Subscriber>> = {
  '0': ANSWERS,
  '1': ANSWERS,
  '2': { refuses: { afterMs: 0, hangupCause: 17 } },
  '3': { ringsAfterMs: 0 },
  '4': { refuses: { afterMs: 0, hangupCause: 20 } },
  '5': { refuses: { afterMs: 0, hangupCause: 1 } },
  '6': { refuses: { afterMs: 0, hangupCause: 34 } },
  '7': { ...ANSWERS, hangsUpAfterMs: 1_000 },
  '8': { ringsAfterMs: 0, answersAfterMs: 3_000 },
  '9': { ...ANSWERS, presses: [{ digit: '1', afterMs: 1_000 }] },
};

/** The number in an endpoint: its first run of nine digits or more; `undefined` for a phone of the house (`PJSIP/100`). */
export function numberOf(endpoint: string): string | undefined {
  return /\d{9,}/.exec(endpoint)?.[0];
}

/** What the phone behind an endpoint does: its last digit decides; phones of the house answer. */
export function subscriberOf(endpoint: string): Subscriber {
  return BY_LAST_DIGIT[numberOf(endpoint)?.at(-1) ?? '0'] ?? ANSWERS;
}
