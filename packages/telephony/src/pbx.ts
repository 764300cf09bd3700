import type { CallEvidence, CallOutcome, GivenUp } from './call-outcome.ts';

/** Chosen by the caller before the PBX is asked: `taxinav-<installation>-<attempt>`, at most 120 characters of `[A-Za-z0-9-]`. */
export type CallId = string;

/** One phone to be called. */
export interface CallTarget {
  /** What the PBX dials, built from configuration and digits only: `PJSIP/0671234567@trunk`, `PJSIP/100`. */
  readonly endpoint: string;
  /** Digits shown to the called party. */
  readonly callerId?: string;
  /** How long it may ring, from the first ringing; above 0, at most an hour. @defaultValue 25 s */
  readonly ringSeconds?: number;
  /**
   * What early media (183) without ringing means on this route: the network speaks to us, or it is how this trunk rings.
   * With `ringing`, early media is told as the step `ringing`. @defaultValue announcement
   */
  readonly progress?: 'announcement' | 'ringing';
  /** SIP header that makes a phone of the house pick up by itself, `Call-Info: <sip:taxinav>;answer-after=0`; only for `PJSIP/…` endpoints. */
  readonly autoAnswer?: string;
}

/** What is played to the called party. */
export interface Announcement {
  /** The text, for PBXs that speak for themselves and for people who look. */
  readonly text: string;
  /** Prepared sound: 8 kHz mono signed 16-bit, an absolute path without extension, and its length; above 0, at most an hour. */
  readonly audio?: { readonly path: string; readonly durationMs: number };
  /** Played so often, as far as the readings fit into 45 s; 0 to 100. 0 only rings: nothing is said, the answer is hung up on. @defaultValue 2 */
  readonly readings?: number;
}

/** What the called party's keys do during and after an announcement; a key without a meaning is only told. */
export interface AnnouncementKeys {
  /** Says the text once more. One of `0` … `9`, `*`, `#`. */
  readonly repeat?: string;
  /** Joins the called party to a phone of the house; the steps of that phone are told as leg `second`. */
  readonly operator?: { readonly digit: string; readonly target: CallTarget };
}

/** A spoken notification: call, speak, listen for 3 s, hang up. */
export interface AnnounceRequest {
  readonly callId: CallId;
  readonly target: CallTarget;
  readonly announcement: Announcement;
  readonly keys?: AnnouncementKeys;
}

/** Two phones to be joined: the first is called, then the second. */
export interface JoinRequest {
  readonly callId: CallId;
  /** Called first: the operator of a `Dial`, the driver of a `Conference`. */
  readonly first: CallTarget;
  /** Called when the first has answered. */
  readonly second: CallTarget;
  /** The longest the two may talk; above 0, at most 1440 min. @defaultValue 30 min for a conference, 120 min for a dial */
  readonly maximumMinutes?: number;
  /** Said to the first when the second could not be reached; absent: the first is hung up. */
  readonly apology?: Announcement;
}

/** Which of the two phones of a {@link JoinRequest} a step is about; `first` for an announcement. */
export type Leg = 'first' | 'second';

/** What happens to a call, in order; `ended` is always the last step, and always comes. `at` is UTC, milliseconds since 1970. */
export type CallStep =
  /** The PBX has accepted the originate of a leg. */
  | { readonly step: 'taken'; readonly leg: Leg; readonly at: number }
  | { readonly step: 'ringing'; readonly leg: Leg; readonly at: number }
  | { readonly step: 'progress'; readonly leg: Leg; readonly at: number }
  | { readonly step: 'answered'; readonly leg: Leg; readonly at: number }
  /** An announcement was heard to its end. */
  | { readonly step: 'spoken'; readonly leg: Leg; readonly at: number }
  | { readonly step: 'digit'; readonly leg: Leg; readonly digit: string; readonly at: number }
  /** The two phones of a join hear each other. */
  | { readonly step: 'joined'; readonly at: number }
  | {
      readonly step: 'ended';
      readonly at: number;
      /** Of the first leg, or of the second where the first was answered. */
      readonly outcome: CallOutcome;
      /** The leg that the outcome is about. */
      readonly leg: Leg;
      readonly evidence: CallEvidence;
    };

/**
 * A call as it goes on. Steps are kept until they are read; iterate once, a second iteration throws `TypeError`.
 * Leaving the loop does not end the call. Only `stop` finishes the steps without `ended`: the call goes on without us.
 */
export type CallSteps = AsyncIterable<CallStep>;

/** A call from outside on one of the company's lines. */
export interface IncomingCall {
  /** One per call, whatever the number of channels: Asterisk's linked id. */
  readonly linkedId: string;
  /** The dialled line (DID) as the PBX gives it; absent when it is not known. */
  readonly line?: string;
  /** The caller's number as the PBX gives it; absent when withheld. */
  readonly callerId?: string;
  /** A column or car type named by the dialplan. */
  readonly columnId?: string;
  readonly carType?: string;
  readonly at: number;
}

/** What the PBX's own routing made of a call from outside. */
export interface IncomingCallOutcome {
  readonly call: IncomingCall;
  readonly outcome: 'answered' | 'missed';
  /** Who answered, without the channel's serial: `PJSIP/101`. Absent when nobody did or it is not known. */
  readonly endpoint?: string;
  readonly at: number;
}

/** A call of this installation that the PBX still has. */
export interface LiveCall {
  readonly callId: CallId;
  readonly answered: boolean;
  /** Its further steps, as if it had been asked for by this process; one more reader where this process follows the call already. */
  readonly steps: CallSteps;
}

/** Whether the PBX can be used. */
export type PbxState = 'connecting' | 'ready' | 'away';

/**
 * What the bridge asks of a PBX. A call id is originated at most once; a second request with the same id rejects.
 * A request made while the state is not `ready` yields `ended` with `trunkTrouble` and originates nothing.
 *
 * While the PBX is away the steps of a call stand still. When it is back, and before the state is `ready` again, the driver
 * makes up for it: what is alive goes on, with the steps it missed and the hang-ups it owes; what is gone ends with hang-up cause 0: as
 * `answered` where its answer was seen, by our own decision where we had given it up, else as `lost`. An originate that was not confirmed
 * is looked for twice, 2 s apart, before it counts as not made; should it be carried out still later, it is hung up.
 */
export interface Pbx extends AsyncDisposable {
  readonly state: PbxState;
  /** Called at each change of state. Returns how to stop listening. */
  onState(listener: (state: PbxState) => void): () => void;
  /** Calls from outside, once per linked id. Returns how to stop listening. */
  onIncomingCall(listener: (call: IncomingCall) => void): () => void;
  /** Once per linked id, after its call: at its first answer, or at its end without one. Returns how to stop listening. */
  onIncomingCallOutcome(listener: (outcome: IncomingCallOutcome) => void): () => void;
  start(): Promise<void>;
  /**
   * Calls one phone and speaks to it: 300 ms of silence, the text, 3 s of listening, then hangs up.
   *
   * @throws RangeError at once when the call id was used before or a value is out of its bounds; `connect` and `conference` too
   */
  announce(request: AnnounceRequest): CallSteps;
  /** Click to call: the operator's phone, then the client's. */
  connect(request: JoinRequest): CallSteps;
  /** Driver, then passenger. */
  conference(request: JoinRequest): CallSteps;
  /**
   * Ends a call; the first reason given is evidence of its outcome, unless it was answered. A call that is gone is no error.
   * While the PBX is away it is done when the PBX is back, for a call that this process follows;
   * for any other it rejects with `PBX_NOT_READY`.
   */
  hangUp(callId: CallId, why: GivenUp | 'finished'): Promise<void>;
  /**
   * Which of these ids are alive; adopts those. Ids of other installations are never touched. Rejects with `PBX_NOT_READY` while not `ready`.
   * Whoever asks twice, 2 s apart, may take an absent call for lost.
   *
   * @param callIdPrefix what every call id of this installation begins with, `taxinav-<installation>-`: a call whose id
   * begins so, is not among `callIds` and is not followed by this process was settled long ago, and is hung up
   */
  reconcile(callIds: readonly CallId[], callIdPrefix?: string): Promise<readonly LiveCall[]>;
  /** Stops asking and listening; live calls go on until their own limits. May be started again. */
  stop(): Promise<void>;
}
