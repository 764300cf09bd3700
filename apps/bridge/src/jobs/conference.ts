import type { Ack, Conference } from '@taxinav/codec';
import type { Owner, Tracker } from '@taxinav/notification-tracking';
import type { Announcement, Pbx } from '@taxinav/telephony';
import type { Peer } from '@taxinav/transport';
import type { Column } from '../column.ts';
import { ask } from '../dialling/ask.ts';
import { followJoinedCall, type JoinedCallParts } from '../dialling/joined-call.ts';
import { OK, refusal } from '../navigator/answers.ts';

/** What the job needs. */
export interface ConferenceParts extends JoinedCallParts {
  readonly tracker: Pick<Tracker, 'openCall' | 'closeCall' | 'logCall'>;
  readonly pbx: Pick<Pbx, 'conference'>;
  readonly owner: Owner;
  readonly ringSeconds: number;
  readonly maximumMinutes: number;
  /** What the driver is told when the passenger cannot be reached; undefined: he is hung up on. */
  readonly apology: () => Promise<Announcement | undefined>;
}

/**
 * Taxi Navigator asks that driver and passenger be joined [TN-18 … TN-20]: the driver's phone rings, then the
 * passenger's, and they talk. The answer goes back on the same connection [TN-22]: OK when the PBX has accepted the
 * driver's call [reading 37].
 */
export async function conference(message: Conference, peer: Peer, column: Column, parts: ConferenceParts): Promise<Ack> {
  const { tracker, clock, log, owner, ringSeconds, maximumMinutes } = parts;
  const { tel1, tel2 } = message;
  const place = { columnId: column.id, peer: peer.address };
  const refuse = (reason: string): Ack => {
    log.warn({ event: 'conference-refused', ...place, tel1, tel2, reason }, 'Conference refused');
    return refusal(reason);
  };
  const driver = column.mayDial(tel1);
  const passenger = column.mayDial(tel2);
  if (driver.refusal !== undefined || passenger.refusal !== undefined || tel1 === tel2) {
    const reason = driver.refusal ?? passenger.refusal ?? 'Tel1 equals Tel2';
    await tracker.logCall({ now: clock.now(), kind: 'Conference', ...place, numbers: [tel1, tel2], outcome: 'refused', detail: reason });
    return refuse(reason);
  }
  const call = await tracker.openCall({ now: clock.now(), kind: 'Conference', ...place, ...owner, tel1, tel2 });
  if (call.outcome === 'refused') return refuse(call.reason);
  log.info({ event: 'conference', ...place, tel1, tel2, callId: call.callId, outcome: call.outcome }, 'Conference');
  if (call.outcome === 'repeated') return OK;
  const apology = await parts.apology();
  const request = {
    callId: call.callId,
    first: { ...driver.target, ringSeconds },
    second: { ...passenger.target, ringSeconds },
    maximumMinutes,
    ...(apology === undefined ? {} : { apology }),
  };
  const steps = ask(() => parts.pbx.conference(request));
  const joined = { callId: call.callId, trunks: { first: driver.trunk, second: passenger.trunk } };
  return (await followJoinedCall(joined, steps, parts)) === 'taken' ? OK : refusal('driver could not be called');
}
