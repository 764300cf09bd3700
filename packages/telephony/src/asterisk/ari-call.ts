import { LISTENING_MS, readingsThatFit, REPEATS_LIMIT, SILENCE_MS } from '../announcement-timing.ts';
import { callOutcome, type GivenUp } from '../call-outcome.ts';
import type { Announcement, CallId, CallStep, CallSteps } from '../pbx.ts';
import { longestUpMs, maximumMinutes } from '../call-lengths.ts';
import type { Errand } from '../errand.ts';
import { StepQueue } from '../step-queue.ts';
import { startTimer } from '../timer.ts';
import { isAriError } from './ari-error.ts';
import type { AriChannel, AriEvent } from './ari-events.ts';
import { AriLeg, type AriLegListener } from './ari-leg.ts';
import type { CallParts } from './call-parts.ts';
import { channelIdOf } from './channel-ids.ts';
import { RECORD_VARIABLE, writeCallRecord } from './call-record.ts';
import { Voice, type SaidOutcome } from './voice.ts';

/** Steps of a call kept unread; beyond it digits are dropped, and nothing else. */
const UNREAD_STEPS = 256;
/** Every announcement has prepared sound here, so nothing is measured by its letters. */
const CHARACTERS_PER_SECOND = 15;

/** A call as it is found at Asterisk. */
export interface FoundCall {
  readonly first?: AriChannel;
  readonly second?: AriChannel;
  /** How often something was said to the first; 0 when nothing. */
  readonly said: number;
}

/** One call from its request to `ended`: what is asked of Asterisk next, and what the bridge is told. */
export class AriCall implements AriLegListener {
  readonly callId: CallId;
  readonly #errand: Errand;
  readonly #parts: CallParts;
  readonly #ended: (call: AriCall) => void;
  readonly #first: AriLeg;
  readonly #second: AriLeg | undefined;
  readonly #voice: Voice;
  readonly #readers = new Set<StepQueue>();
  #bridged = false;
  /** Whether its bridge was made is not known. */
  #bridgeDoubted = false;
  /** Asterisk has none of its channels any more. */
  #allGone = false;
  #joined = false;
  #over = false;
  #spoken = false;
  /** How often a key has asked for the text, and how often it is still owed. */
  #repeats = 0;
  #repeatsOwed = 0;
  /** The second could not be reached, and the first is being told so. */
  #apologizing = false;
  #stopListening: () => void = () => {};
  #stopTalk: () => void = () => {};
  /** Said once only where another process may have begun to say it. */
  #adopted = false;

  /** @param ended called once, when no leg is left */
  constructor(errand: Errand, parts: CallParts, ended: (call: AriCall) => void) {
    const { callId } = errand.request;
    this.callId = callId;
    this.#errand = errand;
    this.#parts = parts;
    this.#ended = ended;
    const variables = { [RECORD_VARIABLE]: writeCallRecord(errand) };
    const longest = (leg: 'first' | 'second'): number => longestUpMs(errand, leg, CHARACTERS_PER_SECOND);
    const target = errand.errand === 'announce' ? errand.request.target : errand.request.first;
    const second = errand.errand === 'announce' ? errand.request.keys?.operator?.target : errand.request.second;
    const firstChannel = channelIdOf(callId, 'first');
    this.#first = new AriLeg(
      { callId, leg: 'first', target, channelId: firstChannel, variables, longestUpMs: longest('first') },
      parts,
      this,
    );
    if (second !== undefined) {
      const channelId = channelIdOf(callId, 'second');
      this.#second = new AriLeg(
        { callId, leg: 'second', target: second, channelId, variables, longestUpMs: longest('second') },
        parts,
        this,
      );
    }
    this.#voice = new Voice(callId, firstChannel, parts, (outcome) => this.#onSaid(outcome));
  }

  get answered(): boolean {
    return this.#first.answered;
  }

  /** The steps from now on, for one more reader. */
  steps(): CallSteps {
    const queue = new StepQueue(UNREAD_STEPS, () => this.#readers.delete(queue));
    this.#readers.add(queue);
    return queue;
  }

  begin(): void {
    this.#first.originate();
  }

  /** Whether one of its channels is none that it goes on with: should Asterisk have it all the same, nobody follows it. */
  hasLetGo(channelId: string): boolean {
    const leg = this.#legs().find((each) => each.channelId === channelId);
    return leg !== undefined && !leg.live;
  }

  /** An event about one of its channels. */
  onEvent(event: AriEvent, channelId: string): void {
    const leg = this.#legs().find((each) => each.channelId === channelId);
    if (leg === undefined || this.#over) return;
    if (event.type === 'ChannelDtmfReceived') {
      this.#emit({ step: 'digit', leg: leg.leg, digit: event.digit, at: this.#now() });
      if (leg === this.#first) this.#onKey(event.digit);
    } else leg.onEvent(event);
  }

  onPlaybackFinished(playbackId: string, state: string): void {
    this.#voice.onFinished(playbackId, state);
  }

  /** Goes on with a call that an earlier process asked for; what it had learnt is that process's to tell. */
  async adopt(found: FoundCall): Promise<void> {
    this.#adopted = true;
    if (found.first !== undefined) this.#first.adopt(found.first);
    // A bridge is only known by its second; one that is not there is no error at the end.
    this.#bridged = this.#second !== undefined;
    if (found.second !== undefined && this.#second !== undefined) {
      this.#second.adopt(found.second);
      // The second is only ever called for a first that answered, though it may be gone by now.
      this.#first.answered = true;
      if (found.first === undefined) this.#first.state = 'gone';
      else if (this.#second.state === 'up') this.#startTalk();
    }
    if (this.#first.state === 'up' && this.#aloneWithFirst()) {
      if (this.#errand.errand !== 'announce') this.#adoptLonely(found.said);
      else if (found.said > 0) this.#voice.resume(found.said, this.#lengthMs(this.#errand.request.announcement));
    }
    this.#goOn();
    await this.#voice.catchUp();
  }

  /** A listing is asked for, to be caught up with. */
  beforeListing(): void {
    for (const leg of this.#legs()) leg.beforeListing();
  }

  /** Makes up for what happened while the PBX was away. */
  async catchUp(channels: ReadonlyMap<string, AriChannel>): Promise<void> {
    const live = this.#legs().filter((leg) => leg.live);
    this.#allGone = live.every((leg) => leg.goneBy(channels.get(leg.channelId)));
    for (const leg of live) leg.see(channels.get(leg.channelId));
    this.#allGone = false;
    if (this.#over) return;
    this.#goOn();
    await this.#voice.catchUp();
  }

  /** Ends the call; the reason is written down before Asterisk is asked. */
  hangUp(why: GivenUp | 'finished'): void {
    for (const leg of this.#legs()) {
      // One that is gone has ended for a reason of its own.
      if (why !== 'finished' && !leg.answered && leg.state !== 'gone') leg.givenUp ??= why;
    }
    for (const leg of this.#legs()) leg.hangUp();
  }

  /** The driver stops: its limits are called off and its readers let go; the call itself lives on. */
  abandon(): void {
    this.#over = true;
    this.#stopListening();
    this.#stopTalk();
    this.#voice.abandon();
    for (const leg of this.#legs()) leg.abandon();
    for (const reader of this.#readers) reader.finish();
    this.#readers.clear();
  }

  onTaken(leg: AriLeg): void {
    this.#emit({ step: 'taken', leg: leg.leg, at: this.#now() });
  }

  onRinging(leg: AriLeg): void {
    this.#emit({ step: 'ringing', leg: leg.leg, at: this.#now() });
  }

  onProgress(leg: AriLeg): void {
    this.#emit({ step: 'progress', leg: leg.leg, at: this.#now() });
  }

  onAnswered(leg: AriLeg): void {
    this.#emit({ step: 'answered', leg: leg.leg, at: this.#now() });
    if (leg === this.#second) this.#goOn();
  }

  onSpeakable(leg: AriLeg): void {
    if (leg === this.#first) this.#goOn();
  }

  onGone(leg: AriLeg): void {
    if (this.#over) return;
    const other = this.#legs().find((each) => each !== leg);
    if (other?.live === true) {
      // Not for the end of this one: it is gone as well.
      if (this.#allGone) return;
      if (leg === this.#second && this.#apologize(leg)) return;
      if (!other.answered) other.givenUp ??= 'canceled';
      other.hangUp();
      return;
    }
    const about = this.#errand.errand !== 'announce' && this.#second !== undefined && this.#first.answered ? this.#second : this.#first;
    const evidence = about.evidence();
    this.#emit({ step: 'ended', at: this.#now(), outcome: callOutcome(evidence), leg: about.leg, evidence });
    this.abandon();
    if (this.#bridged) this.#parts.leaveBridge(this.callId, this.#bridgeDoubted);
    this.#ended(this);
  }

  #legs(): readonly AriLeg[] {
    return this.#second === undefined ? [this.#first] : [this.#first, this.#second];
  }

  /** Asks for what comes next, as far as it was not asked for yet. */
  #goOn(): void {
    // Events come as soon as the socket is open again; what they lead to is asked for when everything is caught up with.
    if (this.#over || this.#apologizing || this.#parts.connection() === undefined) return;
    const second = this.#second;
    if (this.#first.state === 'gone' || second?.state === 'gone') {
      for (const leg of this.#legs()) leg.hangUp();
      return;
    }
    if (this.#first.state !== 'up' || this.#first.hangUpOwed) return;
    if (this.#errand.errand === 'announce' && this.#aloneWithFirst()) {
      if (this.#voice.said > 0) return;
      const { announcement } = this.#errand.request;
      if (announcement.readings === 0) this.hangUp('finished');
      else this.#say(announcement, this.#adopted ? 1 : undefined, SILENCE_MS);
    } else if (second?.state === 'new') this.#callSecond(second);
    else if (second?.state === 'up' && !this.#joined) {
      this.#emit({ step: 'joined', at: this.#now() });
      this.#startTalk();
    }
  }

  #aloneWithFirst(): boolean {
    return this.#second === undefined || this.#second.state === 'new' || this.#apologizing;
  }

  /** The second is put beside the first before it is dialled: the first hears how the network rings it, and what it says. */
  #callSecond(second: AriLeg): void {
    second.originateInto(this.callId, async () => {
      this.#bridged = true;
      try {
        await this.#parts.client.createBridge(this.callId);
      } catch (error) {
        this.#bridgeDoubted = isAriError(error, 'ARI_UNREACHABLE', 'ARI_TIMEOUT');
        throw error;
      }
      await this.#parts.client.addToBridge(this.callId, this.#first.channelId);
    });
  }

  #startTalk(): void {
    this.#joined = true;
    this.#stopTalk = startTimer(this.#parts.clock, maximumMinutes(this.#errand) * 60_000, () => this.hangUp('finished'));
  }

  /** The first of a join is on the line without the second: it is being told why, or was about to be hung up. */
  #adoptLonely(said: number): void {
    const { apology } = this.#errand.request as { readonly apology?: Announcement };
    this.#second?.missed();
    if (said === 0 || apology === undefined) {
      this.#first.hangUp();
      return;
    }
    this.#apologizing = true;
    this.#voice.resume(said, this.#lengthMs(apology));
  }

  #say(announcement: Announcement, readings: number | undefined, silenceMs: number): void {
    const { audio } = announcement;
    if (audio === undefined) return;
    const count = readings ?? readingsThatFit(announcement, audio.durationMs);
    const media = this.#parts.media(audio.path);
    this.#voice.say(
      Array.from({ length: count }, () => media),
      audio.durationMs * count,
      silenceMs,
    );
  }

  #lengthMs(announcement: Announcement): number {
    const durationMs = announcement.audio?.durationMs ?? 0;
    return durationMs * readingsThatFit(announcement, durationMs);
  }

  /** What a key of the called party does; one without a meaning does nothing. */
  #onKey(digit: string): void {
    if (this.#errand.errand !== 'announce' || !this.#aloneWithFirst() || this.#first.hangUpOwed) return;
    // A key pressed before the text is no answer to it, and before the answer nothing can be done with the channel.
    if (this.#voice.said === 0) return;
    const { keys } = this.#errand.request;
    if (digit === keys?.repeat && this.#repeats < REPEATS_LIMIT) {
      this.#repeats += 1;
      this.#repeatsOwed += 1;
      if (!this.#voice.speaking) this.#repeat();
    }
    if (digit === keys?.operator?.digit && this.#second !== undefined && this.#parts.connection() !== undefined) {
      this.#stopListening();
      this.#voice.stop();
      this.#callSecond(this.#second);
    }
  }

  #repeat(): void {
    if (this.#errand.errand !== 'announce') return;
    this.#repeatsOwed -= 1;
    this.#stopListening();
    this.#say(this.#errand.request.announcement, 1, SILENCE_MS);
  }

  #onSaid(outcome: SaidOutcome): void {
    if (outcome !== 'heard') {
      this.#onUnheard(outcome);
      return;
    }
    if (this.#apologizing) {
      this.hangUp('finished');
      return;
    }
    if (this.#repeatsOwed > 0) {
      this.#repeat();
      return;
    }
    if (!this.#spoken) this.#emit({ step: 'spoken', leg: 'first', at: this.#now() });
    this.#spoken = true;
    this.#stopListening();
    this.#stopListening = startTimer(this.#parts.clock, LISTENING_MS, () => this.hangUp('finished'));
  }

  /** Nobody is left to listen to silence: what could not be said ends the call. */
  #onUnheard(outcome: 'failed' | 'unfinished'): void {
    // A hang-up in the middle fails it as well.
    if (!this.#first.ending && !this.#first.hangUpOwed) {
      const code = outcome === 'failed' ? 'PLAYBACK_FAILED' : 'PLAYBACK_UNFINISHED';
      const what =
        outcome === 'failed'
          ? 'could not play its sound; is the file readable by Asterisk, 8 kHz 16-bit mono?'
          : 'never finished its sound.';
      this.#parts.warn({ code, message: `Call ${this.callId}: Asterisk ${what}`, callId: this.callId });
    }
    this.hangUp('finished');
  }

  /** Tells the first that the second could not be reached; not where the call was ended from our side. */
  #apologize(second: AriLeg): boolean {
    if (this.#errand.errand === 'announce' || this.#first.state !== 'up' || second.answered || this.#first.hangUpOwed) return false;
    const { apology } = this.#errand.request;
    if (apology?.audio === undefined || apology.readings === 0 || this.#parts.connection() === undefined) return false;
    this.#apologizing = true;
    this.#say(apology, this.#adopted ? 1 : undefined, SILENCE_MS);
    return true;
  }

  #emit(step: CallStep): void {
    for (const reader of this.#readers) reader.push(step);
  }

  #now(): number {
    return this.#parts.clock.now();
  }
}
