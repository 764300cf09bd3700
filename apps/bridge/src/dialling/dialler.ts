import { nationalNumber, type PhoneNumber } from '@taxinav/codec';
import type { ClaimedCall, Owner, Tracker } from '@taxinav/notification-tracking';
import type { AnnouncementKeys, CallSteps, Pbx } from '@taxinav/telephony';
import { Background } from '../background.ts';
import type { Column } from '../column.ts';
import { untilStored } from '../until-stored.ts';
import { WakeUp } from '../wake-up.ts';
import { followAttempt, type AttemptParts, type LiveAttempt } from './attempt.ts';
import { ask } from './ask.ts';
import { operatorFor, type OperatorParts } from './operator.ts';
import type { Speech } from './speech.ts';

/** How long to sleep when the store knows of nothing due: a lost wake-up costs no more than this. */
const IDLE_MS = 5_000;
/** How long to wait when the store could not be asked. */
const FAILED_MS = 1_000;
/** Calls that are claimed at once at most. */
const CLAIMS_AT_ONCE = 8;

/** What the dialler needs. */
export interface DiallerParts extends AttemptParts {
  readonly tracker: AttemptParts['tracker'] & OperatorParts['tracker'] & Pick<Tracker, 'claimCall' | 'releaseClaim' | 'startAttempt'>;
  readonly pbx: Pick<Pbx, 'announce' | 'hangUp' | 'state'>;
  readonly speech: Pick<Speech, 'prepare'>;
  readonly owner: Owner;
  /** Columns by id, as configured now. */
  readonly columns: () => ReadonlyMap<string, Column>;
  readonly ringSeconds: () => number;
  /** What the called phone's keys do. */
  readonly keys: { readonly repeatKey?: string; readonly operatorKey?: string };
}

/**
 * Claims what is to be dialled, has its sound prepared, stores the attempt, asks the PBX, and stores what happens.
 * It decides nothing: whom, when and whether again are the tracker's rules.
 */
export class Dialler {
  readonly #parts: DiallerParts;
  readonly #stopping = new AbortController();
  readonly #wakeUp: WakeUp;
  readonly #calls: Background;
  readonly #alive = new Map<string, LiveAttempt>();
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: DiallerParts) {
    this.#parts = parts;
    this.#wakeUp = new WakeUp(parts.clock);
    this.#calls = new Background((error) => {
      if (!parts.signal.aborted) parts.log.error({ event: 'dial-failed', err: error }, 'a notification could not be dialled');
    });
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** There may be something to dial. */
  wake(): void {
    this.#wakeUp.wake();
  }

  /** Hangs up a call that it follows, since its notification was canceled; any other is another's. */
  async cancel(callId: string): Promise<void> {
    if (this.#alive.has(callId)) await this.#parts.pbx.hangUp(callId, 'canceled');
  }

  /** Takes over a call that outlived an outage. */
  adopt(callId: string, columnId: string, answered: boolean, steps: CallSteps): void {
    this.#calls.run(this.#follow({ callId, answered }, columnId, steps));
  }

  /** Claims nothing more; ringing calls are hung up at no cost, calls that play get up to `playMs`. */
  async stop(playMs: number): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    const { pbx, clock, log } = this.#parts;
    for (const { callId, answered } of this.#alive.values())
      if (!answered)
        await pbx
          .hangUp(callId, 'shutdown')
          .catch((error: unknown) => log.warn({ event: 'hang-up-failed', callId, err: error }, 'a call could not be hung up'));
    const done = new AbortController();
    const timer = clock.sleep(playMs, done.signal).catch(() => undefined);
    await Promise.race([this.#calls.settled(), timer]);
    done.abort();
  }

  /** Claims nothing more and leaves the calls to whoever takes the PBX over. */
  async letGo(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { clock } = this.#parts;
    let found = 0;
    while (!signal.aborted) {
      // What asks the store together is answered together: one at a time, a full queue would wait for as many commits as it has calls.
      const wanted = Math.min(CLAIMS_AT_ONCE, Math.max(1, found));
      const { calls, pause, nextAt } = await this.#claim(wanted);
      for (const call of calls) this.#calls.run(this.#dial(call));
      if (calls.length === wanted) {
        found += wanted;
        continue;
      }
      found = 0;
      await this.#wakeUp.sleep(nextAt === undefined ? pause : Math.min(pause, Math.max(1, nextAt - clock.now())), signal);
    }
  }

  /** Claims as many calls as are wanted, or as there are; then `nextAt` says when to look again. `pause`: at the latest after so long, ms. */
  async #claim(wanted: number): Promise<{ readonly calls: readonly ClaimedCall[]; readonly pause: number; readonly nextAt?: number }> {
    const { tracker, clock, owner, log, pbx } = this.#parts;
    const now = clock.now();
    // A PBX that is away refuses at once: it would take what waits from a node whose PBX is well, faster than that one can call.
    const claim = pbx.state === 'ready' ? { now, ...owner } : { now, ...owner, expireOnly: true };
    const answers = await Promise.allSettled(Array.from({ length: wanted }, () => tracker.claimCall(claim)));
    const claims = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    const calls = claims.flatMap(({ call }) => (call === undefined ? [] : [call]));
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (failed !== undefined) {
      log.error({ event: 'claim-failed', what: 'calls', err: failed.reason as unknown }, 'calls to dial could not be read');
      return { calls, pause: FAILED_MS };
    }
    // The last one was judged when all the others had theirs.
    const nextAt = claims.at(-1)?.nextAt;
    return { calls, pause: IDLE_MS, ...(nextAt === undefined ? {} : { nextAt }) };
  }

  async #dial(call: ClaimedCall): Promise<void> {
    const { tracker, pbx, speech, clock, owner, log } = this.#parts;
    const { roundId, columnId, phone } = call;
    const column = this.#parts.columns().get(columnId);
    const release = (why: 'shutdown' | 'unspeakable', reason?: string): Promise<void> =>
      untilStored(
        'releaseClaim',
        () => tracker.releaseClaim({ now: clock.now(), roundId, why, ...(reason === undefined ? {} : { reason }) }),
        this.#parts,
      );
    const permission = column?.mayDial(phone);
    // A reload may have taken away what was allowed at receipt.
    if (permission?.target === undefined)
      return await release('unspeakable', permission?.refusal ?? 'the column is not configured any more');
    const announcement = await speech.prepare(call.text, this.#stopping.signal).catch((error: unknown) => {
      log.error({ event: 'speech-failed', column: columnId, guid: call.guid, err: error }, 'no sound could be made for a notification');
      return undefined;
    });
    if (this.#stopping.signal.aborted) return await release('shutdown');
    if (announcement === undefined) return await release('unspeakable', 'no sound could be made');
    const ringOnly = announcement.readings === 0;
    const keys = ringOnly ? undefined : await this.#keys(phone, column);
    const attempt = await tracker.startAttempt({ now: clock.now(), ...owner, roundId });
    if (attempt === undefined) return; // Canceled or replaced while its sound was prepared.
    const { callId } = attempt;
    log.info({ event: 'attempt', column: columnId, guid: call.guid, phone, callId, attempt: call.attemptNumber }, 'calling');
    const target = { ...permission.target, ringSeconds: this.#parts.ringSeconds() };
    const request = { callId, target, announcement, ...(keys === undefined ? {} : { keys }) };
    await this.#follow(
      { callId, trunk: permission.trunk, ringOnly, answered: false },
      columnId,
      ask(() => pbx.announce(request)),
    );
  }

  async #keys(phone: PhoneNumber, column: Column | undefined): Promise<AnnouncementKeys | undefined> {
    const { repeatKey: repeat, operatorKey: digit } = this.#parts.keys;
    if (repeat === undefined && digit === undefined) return undefined;
    const endpoint = digit === undefined || column === undefined ? undefined : await operatorFor(phone, column, this.#parts);
    return {
      ...(repeat === undefined ? {} : { repeat }),
      ...(digit === undefined || endpoint === undefined
        ? {}
        : { operator: { digit, target: { endpoint, callerId: nationalNumber(phone), ringSeconds: this.#parts.ringSeconds() } } }),
    };
  }

  async #follow(attempt: LiveAttempt, columnId: string, steps: CallSteps): Promise<void> {
    this.#alive.set(attempt.callId, attempt);
    try {
      // A stop that began after the loop's last claim must find this call hung up as well.
      if (this.#stopping.signal.aborted && !attempt.answered)
        void this.#parts.pbx.hangUp(attempt.callId, 'shutdown').catch(() => undefined);
      await followAttempt(attempt, columnId, steps, this.#parts);
    } finally {
      this.#alive.delete(attempt.callId);
      this.#wakeUp.wake();
    }
  }
}
