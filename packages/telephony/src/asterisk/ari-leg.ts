import type { CallEvidence, GivenUp } from '../call-outcome.ts';
import type { CallTarget, Leg } from '../pbx.ts';
import { ringMsOf, SET_UP_MS } from '../call-lengths.ts';
import { startTimer } from '../timer.ts';
import { isAriError } from './ari-error.ts';
import type { AriChannel, AriEvent } from './ari-events.ts';
import type { CallParts } from './call-parts.ts';
import { answerWithinMs, legCreation, type AriLegOptions } from './leg-creation.ts';

/** How long the one end event may take after a hang-up before we ask, milliseconds; doubles up to the longest pause. */
const END_EXPECTED_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;
/** An end event may still be on its way when the channel is gone already, milliseconds. */
const EVENT_ON_ITS_WAY_MS = 300;
/** An originate without an answer may be carried out late: its channel is absent only when it is so twice, milliseconds apart. */
const ABSENT_AGAIN_MS = 2_000;
/** How long a channel that was made may take to enter the application, milliseconds. */
const ENTERS_WITHIN_MS = 2_000;

/** What the call is told of its leg. */
export interface AriLegListener {
  onTaken(leg: AriLeg): void;
  onRinging(leg: AriLeg): void;
  onProgress(leg: AriLeg): void;
  onAnswered(leg: AriLeg): void;
  /** Answered, and in the application: it can be spoken to. */
  onSpeakable(leg: AriLeg): void;
  onGone(leg: AriLeg): void;
}

/** One channel of ours from its originate to the one event that ends it, with everything that will be evidence of its outcome. */
export class AriLeg {
  readonly leg: Leg;
  readonly target: CallTarget;
  readonly channelId: string;
  state: 'new' | 'dialling' | 'ringing' | 'up' | 'gone' = 'new';
  answered = false;
  givenUp: GivenUp | undefined;
  /** We want it gone; asked for again until it is. */
  hangUpOwed = false;
  /** Somebody has asked for its end already: what fails now fails for that reason. */
  ending = false;
  readonly #options: AriLegOptions;
  readonly #parts: CallParts;
  readonly #listener: AriLegListener;
  #rang = false;
  #progress = false;
  #hangupCause = 0;
  #sipCode: number | undefined;
  #dialStatus: string | undefined;
  /** What the far end asked for when it hung up. */
  #requested: { readonly cause: number; readonly techCause: number | undefined } | undefined;
  #firstSilence = false;
  #notOriginated = false;
  /** It was there, and then it was not: nobody saw how it ended. */
  #lost = false;
  /** Signs of life so far; an absence that was asked for before the last of them proves nothing. */
  #signs = 0;
  #signsBefore = 0;
  /** Absent once already, though Asterisk was asked to make it. */
  #missed = false;
  /** The channel exists at Asterisk, as far as we know. */
  #made = false;
  /** Asterisk has begun to dial. */
  #dialled = false;
  #takenTold = false;
  #speakableTold = false;
  #entered = Promise.withResolvers<void>();
  /** A request of its set-up is under way. */
  #asking = false;
  /** The request that makes its phone ring was sent. */
  #dialAsked = false;
  #limitPassed: GivenUp | undefined;
  #pauseMs = END_EXPECTED_MS;
  #stopLimit: () => void = () => {};
  #stopAsking: () => void = () => {};

  constructor(options: AriLegOptions, parts: CallParts, listener: AriLegListener) {
    this.leg = options.leg;
    this.target = options.target;
    this.channelId = options.channelId;
    this.#options = options;
    this.#parts = parts;
    this.#listener = listener;
  }

  get live(): boolean {
    return this.state === 'dialling' || this.state === 'ringing' || this.state === 'up';
  }

  /** Calls the phone; it enters the application when it answers. */
  originate(): void {
    const { client, application } = this.#parts;
    const timeoutSeconds = Math.ceil(answerWithinMs(this.target) / 1_000);
    this.#ask(async () => {
      this.#dialAsked = true;
      await client.originate({ ...legCreation(this.#options), application, timeoutSeconds });
      return 'dialled';
    });
  }

  /** Calls the phone in a bridge, so that whoever is there hears the network's ringing and announcements. */
  originateInto(bridgeId: string, prepared: () => Promise<void>): void {
    const { client, application } = this.#parts;
    this.#ask(async () => {
      await prepared();
      if (this.hangUpOwed) return 'nothing';
      await client.create({ ...legCreation(this.#options), application });
      await this.#hasEntered();
      await client.addToBridge(bridgeId, this.channelId);
      if (this.hangUpOwed) return 'made';
      this.#dialAsked = true;
      await client.dial(this.channelId, Math.ceil(answerWithinMs(this.target) / 1_000));
      return 'dialled';
    });
  }

  /** Ends it; asked for again until it is gone. */
  hangUp(): void {
    if (!this.live) return;
    this.hangUpOwed = true;
    // A request that is still on its way would make the channel after its end was asked for.
    if (this.#asking && !this.#made) return;
    if (this.#parts.connection() !== undefined) void this.#end();
  }

  /** An event about this channel. */
  onEvent(event: AriEvent): void {
    this.#signs += 1;
    switch (event.type) {
      case 'Dial':
        this.#onDial(event.dialStatus);
        return;
      case 'ChannelStateChange':
        if (event.channel.state === 'Ringing') this.#onRinging();
        if (event.channel.state === 'Up') this.#onUp();
        return;
      case 'StasisStart':
        this.#made = true;
        this.#entered.resolve();
        // A leg that was made for a bridge enters before anybody was called.
        if (event.channel.state === 'Up') this.#onSpeakable();
        return;
      case 'ChannelHangupRequest':
        this.ending = true;
        // A soft request is ours, and its cause is how ARI asks.
        if (!event.soft) this.#requested = { cause: event.cause ?? 0, techCause: event.techCause };
        return;
      case 'StasisEnd':
        this.ending = true;
        return;
      case 'ChannelDestroyed':
        this.#onDestroyed(event.cause, event.techCause);
        return;
      default:
    }
  }

  /** A listing is asked for: what is heard from now on is newer than it. */
  beforeListing(): void {
    this.#signsBefore = this.#signs;
  }

  /** Whether what a listing has of it proves that it is gone. */
  goneBy(channel: AriChannel | undefined): boolean {
    return channel === undefined && this.#made && this.#signs === this.#signsBefore;
  }

  /** What a listing, or Asterisk when asked for it, has of it; `undefined` when it has nothing. */
  see(channel: AriChannel | undefined): void {
    if (!this.live || this.#asking) return;
    if (channel === undefined) {
      this.#missed = false;
      if (this.goneBy(channel)) this.#vanish();
      else void this.#look();
      return;
    }
    this.#signs += 1;
    this.#dialled = true;
    this.#taken();
    if (channel.state === 'Ringing' && this.state === 'dialling') this.#onRinging();
    if (channel.state === 'Up') this.#onSpeakable();
    if (this.hangUpOwed) void this.#end();
    else if (this.#limitPassed !== undefined && this.state !== 'up') this.#giveUp(this.#limitPassed);
  }

  /** Takes over a channel that an earlier process asked for; what is seen now is that process's to tell. */
  adopt(channel: AriChannel): void {
    this.#made = true;
    this.#dialled = true;
    this.#takenTold = true;
    this.#entered.resolve();
    if (channel.state === 'Up') {
      this.state = 'up';
      this.answered = true;
      this.#speakableTold = true;
      return;
    }
    this.state = channel.state === 'Ringing' ? 'ringing' : 'dialling';
    this.#rang = this.state === 'ringing';
    if (this.#rang) this.#limit(ringMsOf(this.target), 'ringTimeout');
    else this.#limit(SET_UP_MS, 'setUpTimeout');
  }

  /** An earlier process may have called it, and nothing of it is left. */
  missed(): void {
    this.state = 'gone';
    this.#lost = true;
  }

  evidence(): CallEvidence {
    return {
      answered: this.answered,
      rang: this.#rang,
      progress: this.#progress,
      ...(this.givenUp === undefined ? {} : { givenUp: this.givenUp }),
      // What we ended ourselves has a code of our own making.
      ...(this.#sipCode === undefined || this.givenUp !== undefined ? {} : { sipCode: this.#sipCode }),
      hangupCause: this.#hangupCause === 0 ? causeOf(this.#dialStatus) : this.#hangupCause,
      ...(this.state === 'new' || (this.#notOriginated && !this.answered) ? { notOriginated: true } : {}),
      ...(this.#firstSilence ? { firstSilence: true } : {}),
      // One that we wanted gone is not missed.
      ...(this.#lost && !this.hangUpOwed ? { lost: true } : {}),
    };
  }

  /** Calls off everything that waits, and whatever an answer still under way would lead to. */
  abandon(): void {
    this.state = 'gone';
    this.#stopLimit();
    this.#stopAsking();
    this.#entered.resolve();
  }

  #ask(request: () => Promise<'dialled' | 'made' | 'nothing'>): void {
    this.state = 'dialling';
    void this.#settle(request);
  }

  async #settle(request: () => Promise<'dialled' | 'made' | 'nothing'>): Promise<void> {
    const connection = this.#parts.connection();
    if (connection === undefined || !this.#parts.mayOriginate()) {
      // Later, so that whoever asked has the call in his hands before it ends.
      await Promise.resolve();
      this.#refused();
      return;
    }
    this.#asking = true;
    try {
      const done = await request();
      this.#asking = false;
      // A listing that was made before lacks it rightly.
      this.#signs += 1;
      if (done === 'dialled') this.#taken();
      if (done === 'nothing') this.#refused();
      else if (this.#parts.connection() !== connection) await this.#look();
      else if (this.hangUpOwed && this.live) await this.#end();
    } catch (error) {
      this.#asking = false;
      if (!this.live) return;
      const inDoubt = isAriError(error, 'ARI_UNREACHABLE', 'ARI_TIMEOUT');
      this.#warn(inDoubt ? 'whether it was accepted is not known' : 'the originate was refused', error);
      if (!inDoubt && !this.#made) this.#refused();
      else {
        // One that was made and cannot be dialled is of no use.
        if (!(inDoubt && this.#dialAsked) && !this.#dialled && !this.hangUpOwed) {
          this.hangUpOwed = true;
          this.#notOriginated = true;
        }
        await this.#look();
      }
    }
  }

  async #hasEntered(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const callOff = startTimer(this.#parts.clock, ENTERS_WITHIN_MS, resolve);
    await Promise.race([this.#entered.promise, promise]);
    callOff();
  }

  #refused(): void {
    if (!this.live) return;
    this.#notOriginated = true;
    this.#gone(0, undefined);
  }

  /** Asks Asterisk what has become of it. */
  async #look(): Promise<void> {
    if (!this.live || this.#asking || this.#parts.connection() === undefined) return;
    const signs = this.#signs;
    try {
      this.see(await this.#parts.client.channel(this.channelId));
    } catch (error) {
      if (isAriError(error, 'ARI_NOT_FOUND')) this.#onAbsent(signs);
      else {
        this.#warn('cannot be asked for', error);
        this.#later(this.#pause(), () => void this.#look());
      }
    }
  }

  /** @param signs the signs of life when it was asked for */
  #onAbsent(signs: number): void {
    if (!this.live) return;
    const doubted = !this.#made && !this.#missed;
    this.#missed = true;
    this.#later(doubted ? ABSENT_AGAIN_MS : EVENT_ON_ITS_WAY_MS, () => {
      if (this.#parts.connection() === undefined) return;
      if (doubted || signs !== this.#signs) void this.#look();
      else this.#vanish();
    });
  }

  /** It is not there, and nobody is left to tell the cause. */
  #vanish(): void {
    if (this.#takenTold) this.#lost = true;
    else this.#notOriginated = true;
    this.#gone(0, undefined);
  }

  async #end(): Promise<void> {
    try {
      await this.#parts.client.hangUp(this.channelId);
    } catch (error) {
      if (!isAriError(error, 'ARI_NOT_FOUND')) this.#warn('cannot be hung up', error);
    }
    if (this.live) this.#later(this.#pause(), () => void this.#look());
  }

  #later(ms: number, action: () => void): void {
    this.#stopAsking();
    this.#stopAsking = startTimer(this.#parts.clock, ms, action);
  }

  #pause(): number {
    const pause = this.#pauseMs;
    this.#pauseMs = Math.min(2 * pause, LONGEST_PAUSE_MS);
    return pause;
  }

  #onDestroyed(cause: number, techCause: number | undefined): void {
    // A leg that is refused while it is being put into its bridge ends with 16, and only the request has the real cause.
    const real = isPlain(cause) && this.#requested !== undefined && !isPlain(this.#requested.cause) ? this.#requested.cause : cause;
    // A dialplan context or extension that does not exist: accepted, and over before anything was dialled.
    if (!this.#dialled && !this.hangUpOwed && isPlain(real)) this.#notOriginated = true;
    this.#gone(real, techCause ?? this.#requested?.techCause);
  }

  #onDial(dialStatus: string): void {
    this.#dialled = true;
    this.#taken();
    switch (dialStatus) {
      case '':
      case 'PROCEEDING':
        return;
      case 'RINGING':
        this.#onRinging();
        return;
      case 'PROGRESS':
        this.#onProgress();
        return;
      case 'ANSWER':
        this.#onUp();
        return;
      default:
        this.#dialStatus = dialStatus;
    }
  }

  #taken(): void {
    this.#made = true;
    if (this.#takenTold || !this.live) return;
    this.#takenTold = true;
    this.#limit(SET_UP_MS, 'setUpTimeout');
    this.#listener.onTaken(this);
  }

  #onProgress(): void {
    if (this.#progress || this.state === 'up' || !this.live) return;
    this.#progress = true;
    this.#parts.silence.heard(this.target.endpoint);
    if (this.target.progress === 'ringing') this.#onRinging();
    else this.#listener.onProgress(this);
  }

  #onRinging(): void {
    if (this.state !== 'dialling') return;
    this.#taken();
    this.state = 'ringing';
    this.#rang = true;
    this.#limitPassed = undefined;
    this.#parts.silence.heard(this.target.endpoint);
    this.#limit(ringMsOf(this.target), 'ringTimeout');
    this.#listener.onRinging(this);
  }

  #onUp(): void {
    if (this.state === 'up' || !this.live) return;
    this.#taken();
    this.#stopLimit();
    this.state = 'up';
    this.answered = true;
    this.#parts.silence.heard(this.target.endpoint);
    this.#listener.onAnswered(this);
  }

  #onSpeakable(): void {
    this.#onUp();
    if (this.#speakableTold || this.state !== 'up') return;
    this.#speakableTold = true;
    this.#listener.onSpeakable(this);
  }

  #limit(ms: number, why: GivenUp): void {
    this.#stopLimit();
    this.#stopLimit = startTimer(this.#parts.clock, ms, () => {
      if (this.#parts.connection() === undefined) this.#limitPassed = why;
      else this.#giveUp(why);
    });
  }

  #giveUp(why: GivenUp): void {
    this.givenUp ??= why;
    if (why === 'setUpTimeout' && !this.#progress) this.#firstSilence = this.#parts.silence.silent(this.target.endpoint);
    this.hangUp();
  }

  #gone(cause: number, techCause: number | undefined): void {
    if (!this.live) return;
    this.state = 'gone';
    this.#hangupCause = cause;
    this.#sipCode = techCause;
    this.abandon();
    // A refusal is a word from the other end as well.
    if (this.givenUp === undefined && this.#dialled && this.#parts.connection() !== undefined) {
      this.#parts.silence.heard(this.target.endpoint);
    }
    this.#listener.onGone(this);
  }

  #warn(what: string, cause: unknown): void {
    this.#parts.warn({ code: 'ARI_REQUEST_FAILED', message: `Channel ${this.channelId}: ${what}.`, callId: this.#options.callId, cause });
  }
}

/** Whether a cause says nothing but that it is over. */
function isPlain(cause: number): boolean {
  return cause === 0 || cause === 16;
}

/** A phone dialled through a Local channel tells Busy() and Congestion() without their cause. */
function causeOf(dialStatus: string | undefined): number {
  if (dialStatus === 'BUSY') return 17;
  return dialStatus === 'CONGESTION' ? 34 : 0;
}
