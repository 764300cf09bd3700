import type { Announcement, CallId, IncomingCall, IncomingCallOutcome, Pbx } from '../pbx.ts';

/** The last digit of a phone number; it decides what the phone does. */
export type LastDigit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';

/** What a bench can do to its PBX beyond asking it for calls. */
export type Ability = 'callIn' | 'earlyMedia' | 'absence' | 'restart' | 'nextProcess';

/**
 * A PBX on trial: a started Pbx, the phone network behind it, and time.
 *
 * The network's phones do by their last digit: 0, 1 ring 0.3 s and answer; 2 busy (17); 3 rings, never answers; 4 switched off (20);
 * 5 no such number (1); 6 no free line (34); 7 answers and hangs up after 1 s; 8 rings 3 s and answers; 9 answers and presses 1.
 * Two joined phones talk for 5 s, then the second hangs up. Time may be real: scenarios wait for conditions and leave room.
 */
export interface ScenarioBench {
  /** Started and `ready`. */
  readonly pbx: Pbx;
  /** Something of 2 to 6 s with its readings, and nothing under 2 s. */
  readonly announcement: Announcement;
  /** A call id never used before. */
  newCallId(): CallId;
  /** How the PBX reaches a phone whose number ends so. */
  numberEndpoint(lastDigit: LastDigit): string;
  /** A phone of the house that rings and answers. */
  operatorEndpoint(): string;
  /** Lets `ms` of the PBX's time pass; everything due by then has happened. */
  advance(ms: number): Promise<void>;
  /** Ids of the calls the PBX has, by its own word. */
  liveCalls(): Promise<readonly CallId[]>;
  /** Endpoints originated for a call id, in order, by the PBX's own word. */
  originated(callId: CallId): Promise<readonly string[]>;
  /**
   * Rings one of the company's lines; a second time with the same linked id, the PBX tells of the same call again.
   * `routing` is what comes of it soon: somebody of the house answers, or the caller hangs up before; absent, either.
   */
  readonly callIn?: (call: Omit<IncomingCall, 'at'>, routing?: IncomingCallOutcome['outcome']) => Promise<void>;
  /** How the PBX reaches a phone that gives early media soon after it was called, and nothing else ever. */
  readonly earlyMedia?: () => string;
  /** Cuts and restores the connection between the Pbx and its PBX. */
  readonly absence?: { goAway(): Promise<void>; comeBack(): Promise<void> };
  /** Restarts the PBX; resolves when the Pbx is `ready` again. */
  readonly restart?: () => Promise<void>;
  /** Drops the Pbx as a killed process would and returns a new one, started and `ready`, on the same PBX. The bench closes it. */
  readonly nextProcess?: () => Promise<Pbx>;
}

/** One thing that every Pbx does. */
export interface Scenario {
  /** A fact, with the clauses it stands on. */
  readonly name: string;
  /** What the bench must be able to do. */
  readonly needs: readonly Ability[];
  /** Rejects with an `AssertionError` when the fact does not hold. */
  readonly run: (bench: ScenarioBench) => Promise<void>;
}
