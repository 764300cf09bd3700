import { startTimer } from '../timer.ts';
import { isAriError } from './ari-error.ts';
import type { CallParts } from './call-parts.ts';
import { SAID_VARIABLE } from './call-record.ts';

/** How much longer than the sound itself a playback may take (fetching it, a busy PBX), milliseconds. */
const PLAYBACK_MARGIN_MS = 10_000;

/** What came of something said. */
export type SaidOutcome = 'heard' | 'failed' | 'unfinished';

interface Utterance {
  readonly media: readonly string[];
  readonly limitMs: number;
  /** `due`: its silence before is over, and the PBX was away. `asking`: its request is under way. `doubted`: whether Asterisk has accepted it is not known. */
  state: 'silence' | 'due' | 'asking' | 'doubted' | 'accepted';
  /** Its limit ran out while the PBX was away. */
  overdue: boolean;
}

/** What a channel is told by us: one playback at a time, each with an id of ours and a time limit of its own. */
export class Voice {
  readonly #callId: string;
  readonly #channelId: string;
  readonly #parts: CallParts;
  readonly #done: (outcome: SaidOutcome) => void;
  #said = 0;
  #now: Utterance | undefined;
  #stopTimer: () => void = () => {};

  constructor(callId: string, channelId: string, parts: CallParts, done: (outcome: SaidOutcome) => void) {
    this.#callId = callId;
    this.#channelId = channelId;
    this.#parts = parts;
    this.#done = done;
  }

  get speaking(): boolean {
    return this.#now !== undefined;
  }

  /** How often something was said, or is about to be. */
  get said(): number {
    return this.#said;
  }

  /** Says sounds of `lengthMs` together, after `silenceMs`. */
  say(media: readonly string[], lengthMs: number, silenceMs: number): void {
    this.#said += 1;
    const now: Utterance = { media, limitMs: lengthMs + PLAYBACK_MARGIN_MS, state: 'silence', overdue: false };
    this.#now = now;
    this.#timer(silenceMs, () => {
      if (this.#parts.connection() === undefined) now.state = 'due';
      else void this.#play(now);
    });
  }

  /** Goes on listening for something that an earlier process says. */
  resume(said: number, lengthMs: number): void {
    this.#said = said;
    this.#now = { media: [], limitMs: lengthMs + PLAYBACK_MARGIN_MS, state: 'accepted', overdue: false };
    this.#guard();
  }

  /** Falls silent; nothing is told of it. */
  stop(): void {
    if (this.#now === undefined) return;
    const { state } = this.#now;
    this.abandon();
    if (state !== 'silence' && state !== 'due' && this.#parts.connection() !== undefined) void this.#stopPlayback();
  }

  /** Calls off everything that waits. */
  abandon(): void {
    this.#now = undefined;
    this.#stopTimer();
  }

  onFinished(playbackId: string, state: string): void {
    if (this.#now === undefined || playbackId !== this.#playbackId()) return;
    this.#end(state === 'done' ? 'heard' : 'failed');
  }

  /** Makes up for what happened while the PBX was away. */
  async catchUp(): Promise<void> {
    const now = this.#now;
    // What is being asked for is looked at when that request is over.
    if (now === undefined || now.state === 'silence' || now.state === 'asking') return;
    if (now.state === 'due') {
      await this.#play(now);
      return;
    }
    try {
      await this.#parts.client.playback(this.#playbackId());
      if (this.#now !== now) return;
      now.state = 'accepted';
    } catch (error) {
      if (this.#now !== now) return;
      if (isAriError(error, 'ARI_NOT_FOUND')) {
        if (now.state === 'accepted') this.#end('heard');
        else await this.#play(now);
        return;
      }
    }
    // Also where nothing is known of it: there is no silent call.
    if (now.overdue) this.#guard();
  }

  async #play(now: Utterance): Promise<void> {
    now.state = 'asking';
    const connection = this.#parts.connection();
    // The limit runs from the request on: a server that never answers is no reason for a silent call.
    this.#guard();
    try {
      // Before it, never during it: Asterisk answers a channel's variable only when its playback has ended, and holds the request until then.
      await this.#parts.client.setVariable(this.#channelId, SAID_VARIABLE, `${this.#said}`);
    } catch {
      // Only a later process would have read it, and it then says the text again.
    }
    if (this.#now !== now) return;
    try {
      await this.#parts.client.play(this.#channelId, this.#playbackId(), now.media);
      now.state = 'accepted';
    } catch (error) {
      if (this.#now !== now) return;
      now.state = 'doubted';
      // Whoever hung up has ended this too.
      if (isAriError(error, 'ARI_NOT_FOUND')) return;
      // A connection that was lost meanwhile has taken its end along, or what would have been told instead.
      if (this.#parts.connection() !== connection) {
        await this.#overtaken();
        return;
      }
      this.#parts.warn({
        code: 'ARI_REQUEST_FAILED',
        message: `Channel ${this.#channelId}: the announcement could not be started.`,
        callId: this.#callId,
        cause: error,
      });
      this.#end('failed');
      return;
    }
    if (this.#now === now && this.#parts.connection() !== connection) await this.#overtaken();
  }

  /** The connection that it was asked for over is lost. */
  async #overtaken(): Promise<void> {
    // While the PBX is away nothing is decided: it is caught up with at the return.
    if (this.#parts.connection() !== undefined) await this.catchUp();
  }

  async #stopPlayback(): Promise<void> {
    try {
      await this.#parts.client.stopPlayback(this.#playbackId());
    } catch {
      // It is over, or ends with its channel.
    }
  }

  #guard(): void {
    const now = this.#now;
    if (now === undefined) return;
    now.overdue = false;
    this.#timer(now.limitMs, () => {
      now.overdue = true;
      if (this.#parts.connection() !== undefined) this.#end('unfinished');
    });
  }

  #end(outcome: SaidOutcome): void {
    this.abandon();
    this.#done(outcome);
  }

  #playbackId(): string {
    return `${this.#callId}-say-${this.#said}`;
  }

  #timer(ms: number, action: () => void): void {
    this.#stopTimer();
    this.#stopTimer = startTimer(this.#parts.clock, ms, action);
  }
}

/** The call that a playback of ours belongs to. */
export function callIdOfPlayback(playbackId: string): string {
  return playbackId.replace(/-say-\d+$/, '');
}
