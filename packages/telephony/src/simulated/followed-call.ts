import { LISTENING_MS, REPEATS_LIMIT } from '../announcement-timing.ts';
import { callOutcome, type GivenUp } from '../call-outcome.ts';
import type { Clock } from '../clock.ts';
import type { EndpointSilence } from '../endpoint-silence.ts';
import type { Announcement, CallId, CallStep, CallSteps } from '../pbx.ts';
import { StepQueue } from '../step-queue.ts';
import { startTimer } from '../timer.ts';
import { longestUpMs, maximumMinutes, onceMs, ringMsOf, SET_UP_MS, spokenMs } from '../call-lengths.ts';
import { FollowedLeg } from './followed-leg.ts';
import type { Errand } from '../errand.ts';
import type { CallSnapshot, LegSnapshot, NetworkConnection, NetworkEvent } from './phone-network.ts';

/** By how much the PBX's own limits lie beyond the driver's, milliseconds. */
const BACKSTOP_MS = 15_000;

/** What a followed call needs of the driver. */
export interface FollowedCallParts {
  readonly clock: Clock;
  readonly charactersPerSecond: number;
  readonly unreadSteps: number;
  readonly silence: EndpointSilence;
  /** The connection of the moment; none while the PBX is away. */
  readonly line: () => NetworkConnection | undefined;
  /** Called once, when no leg is left. */
  readonly ended: (call: FollowedCall) => void;
}

/** One call from its request to `ended`: what the driver asks of the PBX next, and what it tells the bridge. */
export class FollowedCall {
  readonly callId: CallId;
  readonly #errand: Errand;
  readonly #parts: FollowedCallParts;
  readonly #first: FollowedLeg;
  readonly #second: FollowedLeg | undefined;
  readonly #readers = new Set<StepQueue>();
  #joined = false;
  #over = false;
  #playing = false;
  #spoken = false;
  /** How often a key has asked for the text, and how often it is still owed. */
  #repeats = 0;
  #repeatsOwed = 0;
  /** The PBX has none of its legs any more. */
  #allGone = false;
  /** The second could not be reached, and the first is being told so. */
  #apologizing = false;
  #listening: (() => void) | undefined;
  #stopTalk: () => void = () => {};
  /** Said once only where another process may have begun to say it. */
  #adopted = false;

  constructor(errand: Errand, parts: FollowedCallParts) {
    this.callId = errand.request.callId;
    this.#errand = errand;
    this.#parts = parts;
    if (errand.errand === 'announce') {
      this.#first = new FollowedLeg('first', errand.request.target);
      const operator = errand.request.keys?.operator;
      this.#second = operator === undefined ? undefined : new FollowedLeg('second', operator.target);
    } else {
      this.#first = new FollowedLeg('first', errand.request.first);
      this.#second = new FollowedLeg('second', errand.request.second);
    }
  }

  get answered(): boolean {
    return this.#first.answered;
  }

  /** The steps from now on, for one more reader. */
  steps(): CallSteps {
    const queue = new StepQueue(this.#parts.unreadSteps, () => this.#readers.delete(queue));
    this.#readers.add(queue);
    return queue;
  }

  begin(): void {
    this.#originate(this.#first);
  }

  /** Goes on with a call that an earlier process asked for; what it had learnt is that process's to tell. */
  adopt(found: CallSnapshot): void {
    this.#adopted = true;
    this.#joined = found.joined;
    recall(this.#first, found.first);
    if (this.#second !== undefined && found.second !== undefined) {
      recall(this.#second, found.second);
      // The second is only ever called for a first that answered, though it may be gone by now.
      this.#first.answered = true;
      this.#second.answered ||= found.joined;
    }
    for (const leg of this.#legs()) {
      if (leg.state === 'dialling') this.#limitSetUp(leg);
      if (leg.state === 'ringing') this.#limitRinging(leg);
    }
    if (found.first.playback === 'played' && this.#aloneWithFirst()) this.#onPlayed(this.#first);
    this.#goOn(found);
  }

  /** Makes up for what happened while the PBX was away; `undefined` when the call is gone. */
  catchUp(found: CallSnapshot | undefined): void {
    this.#allGone = found === undefined;
    for (const leg of this.#legs()) {
      const seen = leg.leg === 'first' ? found?.first : found?.second;
      if (!leg.live) continue;
      if (seen === undefined || seen.state === 'gone') {
        // Nobody is left to tell the cause.
        leg.lost = true;
        this.#gone(leg, 0, undefined);
        continue;
      }
      if (seen.progress && !leg.progress) this.#onProgress(leg);
      if (seen.state === 'ringing' && leg.state === 'dialling') this.#onRinging(leg);
      if (seen.state === 'up' && leg.state !== 'up') this.#markAnswered(leg);
      if (leg.hangUpOwed) this.#parts.line()?.hangUp(this.callId, leg.leg);
      else if (leg.limitPassed !== undefined && leg.state !== 'up') this.#giveUp(leg, leg.limitPassed);
    }
    if (this.#over || found === undefined) return;
    this.#goOn(found);
    if (found.first.playback === 'played' && this.#listening === undefined && this.#aloneWithFirst()) this.#onPlayed(this.#first);
  }

  onEvent(event: NetworkEvent): void {
    const leg = event.leg === 'first' ? this.#first : this.#second;
    if (leg === undefined) return;
    switch (event.event) {
      case 'progress':
        this.#onProgress(leg);
        return;
      case 'ringing':
        this.#onRinging(leg);
        return;
      case 'answered':
        this.#markAnswered(leg);
        this.#proceed();
        return;
      case 'digit':
        this.#emit({ step: 'digit', leg: leg.leg, digit: event.digit, at: this.#now() });
        if (leg.leg === 'first') this.#onKey(event.digit);
        return;
      case 'played':
        this.#onPlayed(leg);
        return;
      case 'gone':
        this.#gone(leg, event.hangupCause, event.sipCode);
        return;
      default:
        event satisfies never;
    }
  }

  /** Ends the call; the reason is written down before the PBX is asked. */
  hangUp(why: GivenUp | 'finished'): void {
    for (const leg of this.#legs()) {
      // One that is gone has ended for a reason of its own.
      if (why !== 'finished' && !leg.answered && leg.state !== 'gone') leg.givenUp ??= why;
    }
    for (const leg of this.#legs()) this.#hangUpLeg(leg);
  }

  /** The driver stops: its limits are called off and its readers let go; the call itself lives on. */
  abandon(): void {
    this.#over = true;
    this.#listening?.();
    this.#stopTalk();
    for (const leg of this.#legs()) leg.stopLimit();
    for (const reader of this.#readers) reader.finish();
    this.#readers.clear();
  }

  #legs(): readonly FollowedLeg[] {
    return this.#second === undefined ? [this.#first] : [this.#first, this.#second];
  }

  #originate(leg: FollowedLeg): void {
    const ringMs = ringMsOf(leg.target);
    const accepted = this.#parts.line()?.originate({
      callId: this.callId,
      leg: leg.leg,
      target: leg.target,
      errand: this.#errand,
      answerWithinMs: SET_UP_MS + ringMs + BACKSTOP_MS,
      absoluteLimitMs: SET_UP_MS + ringMs + longestUpMs(this.#errand, leg.leg, this.#parts.charactersPerSecond) + 2 * BACKSTOP_MS,
    });
    if (accepted !== true) {
      this.#afterGone(leg);
      return;
    }
    leg.state = 'dialling';
    this.#emit({ step: 'taken', leg: leg.leg, at: this.#now() });
    this.#limitSetUp(leg);
  }

  #limitSetUp(leg: FollowedLeg): void {
    this.#limit(leg, SET_UP_MS, 'setUpTimeout');
  }

  #limitRinging(leg: FollowedLeg): void {
    this.#limit(leg, ringMsOf(leg.target), 'ringTimeout');
  }

  #limit(leg: FollowedLeg, ms: number, why: GivenUp): void {
    leg.stopLimit();
    leg.stopLimit = startTimer(this.#parts.clock, ms, () => {
      if (this.#parts.line() === undefined) leg.limitPassed = why;
      else this.#giveUp(leg, why);
    });
  }

  #giveUp(leg: FollowedLeg, why: GivenUp): void {
    leg.givenUp ??= why;
    if (why === 'setUpTimeout' && !leg.progress) leg.firstSilence = this.#parts.silence.silent(leg.target.endpoint);
    this.#hangUpLeg(leg);
  }

  #hangUpLeg(leg: FollowedLeg): void {
    if (!leg.live) return;
    const line = this.#parts.line();
    if (line === undefined) leg.hangUpOwed = true;
    else line.hangUp(this.callId, leg.leg);
  }

  #onProgress(leg: FollowedLeg): void {
    leg.progress = true;
    this.#parts.silence.heard(leg.target.endpoint);
    if (leg.target.progress === 'ringing') {
      this.#onRinging(leg);
      return;
    }
    this.#emit({ step: 'progress', leg: leg.leg, at: this.#now() });
  }

  #onRinging(leg: FollowedLeg): void {
    // Early media that is this route's ringing, and then a ringing of its own, are one.
    if (leg.state === 'ringing') return;
    leg.state = 'ringing';
    leg.rang = true;
    leg.limitPassed = undefined;
    this.#parts.silence.heard(leg.target.endpoint);
    this.#limitRinging(leg);
    this.#emit({ step: 'ringing', leg: leg.leg, at: this.#now() });
  }

  #markAnswered(leg: FollowedLeg): void {
    leg.stopLimit();
    leg.state = 'up';
    leg.answered = true;
    this.#parts.silence.heard(leg.target.endpoint);
    this.#emit({ step: 'answered', leg: leg.leg, at: this.#now() });
  }

  /** Asks for what comes next after an answer. */
  #proceed(): void {
    if (this.#errand.errand === 'announce' && this.#aloneWithFirst()) {
      const { announcement } = this.#errand.request;
      if (announcement.readings === 0) this.hangUp('finished');
      else this.#play(this.#spokenMs(announcement));
      return;
    }
    const second = this.#second;
    if (second === undefined || this.#first.state !== 'up') return;
    if (second.state === 'new') this.#originate(second);
    else if (second.state === 'up' && !this.#joined) this.#join();
  }

  #aloneWithFirst(): boolean {
    return this.#second === undefined || this.#second.state === 'new' || this.#apologizing;
  }

  #spokenMs(announcement: Announcement): number {
    const length = this.#adopted ? onceMs : spokenMs;
    return length(announcement, this.#parts.charactersPerSecond);
  }

  #play(ms: number): void {
    this.#playing = true;
    this.#parts.line()?.play(this.callId, 'first', ms);
  }

  /** What a key of the called party does; one without a meaning does nothing. */
  #onKey(digit: string): void {
    if (this.#errand.errand !== 'announce' || !this.#aloneWithFirst()) return;
    const { announcement, keys } = this.#errand.request;
    if (digit === keys?.repeat && this.#repeats < REPEATS_LIMIT) {
      this.#repeats += 1;
      this.#repeatsOwed += 1;
      if (!this.#playing) this.#repeat(announcement);
    }
    if (digit === keys?.operator?.digit && this.#second !== undefined) {
      this.#stopListening();
      this.#playing = false;
      this.#parts.line()?.stopPlaying(this.callId, 'first');
      this.#originate(this.#second);
    }
  }

  #repeat(announcement: Announcement): void {
    this.#repeatsOwed -= 1;
    this.#stopListening();
    this.#play(onceMs(announcement, this.#parts.charactersPerSecond));
  }

  #stopListening(): void {
    this.#listening?.();
    this.#listening = undefined;
  }

  /** The same after an absence, when part of it may have been asked for already. */
  #goOn(found: CallSnapshot): void {
    if (this.#second?.state === 'gone' && this.#first.state === 'up' && found.first.playback === 'playing') this.#apologizing = true;
    if (this.#apologizing) return;
    if (this.#second?.state === 'gone' || this.#first.state === 'gone') {
      for (const leg of this.#legs()) this.#hangUpLeg(leg);
      return;
    }
    if (this.#first.state !== 'up') return;
    if (found.first.playback === 'none' || !this.#aloneWithFirst()) this.#proceed();
    else if (found.first.playback === 'playing') this.#playing = true;
  }

  #join(): void {
    this.#joined = true;
    this.#parts.line()?.join(this.callId);
    this.#emit({ step: 'joined', at: this.#now() });
    this.#stopTalk = startTimer(this.#parts.clock, maximumMinutes(this.#errand) * 60_000, () => this.hangUp('finished'));
  }

  #onPlayed(leg: FollowedLeg): void {
    this.#playing = false;
    if (this.#apologizing) {
      this.hangUp('finished');
      return;
    }
    if (this.#errand.errand !== 'announce') return;
    if (this.#repeatsOwed > 0) {
      this.#repeat(this.#errand.request.announcement);
      return;
    }
    if (!this.#spoken) this.#emit({ step: 'spoken', leg: leg.leg, at: this.#now() });
    this.#spoken = true;
    this.#listening = startTimer(this.#parts.clock, LISTENING_MS, () => this.hangUp('finished'));
  }

  #gone(leg: FollowedLeg, hangupCause: number, sipCode: number | undefined): void {
    leg.state = 'gone';
    leg.hangupCause = hangupCause;
    leg.sipCode = sipCode;
    leg.stopLimit();
    // A refusal is a word from the other end as well.
    if (leg.givenUp === undefined && this.#parts.line() !== undefined) this.#parts.silence.heard(leg.target.endpoint);
    this.#afterGone(leg);
  }

  #afterGone(leg: FollowedLeg): void {
    if (this.#over) return;
    const other = this.#legs().find((each) => each !== leg);
    if (other?.live === true) {
      // Not for the end of this one: it is gone as well.
      if (this.#allGone) return;
      if (leg.leg === 'second' && this.#apologizes(leg)) return;
      if (!other.answered) other.givenUp ??= 'canceled';
      this.#hangUpLeg(other);
      return;
    }
    const about = this.#errand.errand !== 'announce' && this.#second !== undefined && this.#first.answered ? this.#second : this.#first;
    const evidence = about.evidence();
    this.#emit({ step: 'ended', at: this.#now(), outcome: callOutcome(evidence), leg: about.leg, evidence });
    this.abandon();
    this.#parts.ended(this);
  }

  /** Tells the first that the second could not be reached; not where the call was ended from our side. */
  #apologizes(second: FollowedLeg): boolean {
    if (this.#errand.errand === 'announce' || this.#first.state !== 'up' || second.answered || this.#first.hangUpOwed) return false;
    const { apology } = this.#errand.request;
    if (apology === undefined || apology.readings === 0 || this.#parts.line() === undefined) return false;
    this.#apologizing = true;
    this.#play(this.#spokenMs(apology));
    return true;
  }

  #emit(step: CallStep): void {
    for (const reader of this.#readers) reader.push(step);
  }

  #now(): number {
    return this.#parts.clock.now();
  }
}

function recall(leg: FollowedLeg, seen: LegSnapshot): void {
  const ringsByProgress = seen.state === 'dialling' && seen.progress && leg.target.progress === 'ringing';
  leg.state = ringsByProgress ? 'ringing' : seen.state;
  leg.progress = seen.progress;
  leg.rang = leg.state === 'ringing';
  leg.answered = seen.state === 'up';
  leg.lost = seen.state === 'gone';
}
