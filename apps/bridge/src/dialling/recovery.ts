import type { Recovery, Tracker } from '@taxinav/notification-tracking';
import type { LiveCall, Pbx } from '@taxinav/telephony';
import { untilStored } from '../until-stored.ts';
import { endLostAttempt, type AttemptParts } from './attempt.ts';
import type { Dialler } from './dialler.ts';
import { followJoinedCall, type JoinedCallParts } from './joined-call.ts';

/** A call that is absent is asked for again after this time before it counts as lost. */
const ASK_AGAIN_MS = 2_000;

/** What reconciling needs. */
export interface RecoveryParts extends AttemptParts, JoinedCallParts {
  readonly tracker: Pick<Tracker, 'attemptTaken' | 'attemptProgressed' | 'endAttempt' | 'closeCall'>;
  readonly pbx: Pick<Pbx, 'reconcile'>;
  readonly dialler: Pick<Dialler, 'adopt'>;
}

/**
 * After a start: what the store holds for alive is looked for at the PBX. Alive: adopted. Absent twice, 2 s apart: lost,
 * and the tracker's rules say what that means. What is of this installation and was settled before is hung up by the PBX's driver.
 * Nothing of another installation is touched.
 */
export async function reconcile(recovery: Recovery, parts: RecoveryParts): Promise<void> {
  const { tracker, clock, log, signal } = parts;
  const callIds = [...recovery.attempts, ...recovery.calls].map(({ callId }) => callId);
  if (callIds.length > 0) log.info({ event: 'recovering', calls: callIds.length }, 'calls were alive when the bridge ended');
  // Asked even where nothing is alive: a call that was settled long ago may still occupy a line.
  const first = await ask(callIds, recovery, parts);
  adopt(first, recovery, parts);
  const missing = callIds.filter((callId) => !first.some((call) => call.callId === callId));
  if (missing.length === 0) return;
  await clock.sleep(ASK_AGAIN_MS, signal);
  const second = await ask(missing, recovery, parts);
  adopt(second, recovery, parts);
  const lost = new Set(missing.filter((callId) => !second.some((call) => call.callId === callId)));
  for (const { callId, columnId } of recovery.attempts) if (lost.has(callId)) await endLostAttempt(callId, columnId, parts);
  for (const { callId } of recovery.calls)
    if (lost.has(callId)) await untilStored('closeCall', () => tracker.closeCall({ now: clock.now(), callId, outcome: 'lost' }), parts);
  log.info({ event: 'recovered', lost: lost.size, adopted: callIds.length - lost.size }, 'calls were reconciled with the PBX');
}

/** Asks until the PBX can tell: an absence that nobody saw proves nothing. */
async function ask(
  callIds: readonly string[],
  { installation }: Recovery,
  { pbx, clock, log, signal }: RecoveryParts,
): Promise<readonly LiveCall[]> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await pbx.reconcile(callIds, `taxinav-${installation}-`);
    } catch (error) {
      if (signal.aborted) throw error;
      if (failures === 0) log.warn({ event: 'reconcile-failed', err: error }, 'the PBX cannot tell which calls are alive');
      await clock.sleep(1_000, signal);
    }
  }
}

function adopt(live: readonly LiveCall[], recovery: Recovery, parts: RecoveryParts): void {
  for (const { callId, answered, steps } of live) {
    const attempt = recovery.attempts.find((known) => known.callId === callId);
    if (attempt !== undefined) parts.dialler.adopt(callId, attempt.columnId, answered, steps);
    else void followJoinedCall({ callId }, steps, parts);
  }
}
