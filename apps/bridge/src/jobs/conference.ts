import type { Ack, Conference, PhoneNumber } from '@taxinav/codec';
import type { Tracker } from '@taxinav/notification-tracking';
import type { Announcement, CallOutcome, Pbx } from '@taxinav/telephony';
import type { Peer } from '@taxinav/transport';
import type { Column } from '../column.ts';
import { ask } from '../dialling/ask.ts';
import { followJoinedCall, type JoinedCallParts } from '../dialling/joined-call.ts';
import { OK, refusal } from '../navigator/answers.ts';
import { takenByHolder, type Placement } from '../nodes/intents.ts';

/** What placing the call needs. */
export interface ConferenceCallParts extends JoinedCallParts {
  readonly tracker: Pick<Tracker, 'closeCall'>;
  readonly pbx: Pick<Pbx, 'conference'>;
  readonly ringSeconds: number;
  readonly maximumMinutes: number;
  /** What the driver is told when the passenger cannot be reached; undefined: he is hung up on. */
  readonly apology: () => Promise<Announcement | undefined>;
}

/** What the job needs. */
export interface ConferenceParts extends ConferenceCallParts {
  readonly tracker: ConferenceCallParts['tracker'] & Pick<Tracker, 'openCall' | 'logCall' | 'callState' | 'withdrawIntent'>;
  readonly placement: Placement;
}

/**
 * Taxi Navigator asks that driver and passenger be joined [TN-18 … TN-20]: the driver's phone rings, then the
 * passenger's, and they talk. The answer goes back on the same connection [TN-22]: OK when the PBX has accepted the
 * driver's call [reading 37].
 */
export async function conference(message: Conference, peer: Peer, column: Column, parts: ConferenceParts): Promise<Ack> {
  const { tracker, clock, log, placement } = parts;
  const { tel1, tel2 } = message;
  const place = { columnId: column.id, peer: peer.address };
  const refuse = (reason: string): Ack => {
    log.warn({ event: 'conference-refused', column: column.id, peer: peer.address, tel1, tel2, reason }, 'Conference refused');
    return refusal(reason);
  };
  const driver = column.mayDial(tel1);
  const passenger = column.mayDial(tel2);
  if (driver.refusal !== undefined || passenger.refusal !== undefined || tel1 === tel2) {
    const reason = driver.refusal ?? passenger.refusal ?? 'Tel1 equals Tel2';
    await tracker.logCall({ now: clock.now(), kind: 'Conference', ...place, numbers: [tel1, tel2], outcome: 'refused', detail: reason });
    return refuse(reason);
  }
  const legs = { tel1, tel2, route1: driver.trunk, route2: passenger.trunk };
  const call = await tracker.openCall({ now: clock.now(), kind: 'Conference', ...place, ...placement, ...legs });
  if (call.outcome === 'refused') return refuse(call.reason);
  log.info(
    { event: 'conference', column: column.id, peer: peer.address, tel1, tel2, callId: call.callId, outcome: call.outcome },
    'Conference',
  );
  if (call.outcome === 'repeated') return OK;
  if (placement.intent === true) return (await takenByHolder(call.callId, parts)) ? OK : refusal('phone system not available');
  return (await placeConference(call.callId, tel1, tel2, column, parts)) === 'taken' ? OK : refusal('driver could not be called');
}

/** Calls the driver, then the passenger; resolves as soon as the PBX has taken the driver's leg, or the call has ended before that. */
export async function placeConference(
  callId: string,
  tel1: PhoneNumber,
  tel2: PhoneNumber,
  column: Column,
  parts: ConferenceCallParts,
): Promise<'taken' | CallOutcome> {
  const { tracker, clock, ringSeconds, maximumMinutes } = parts;
  const driver = column.mayDial(tel1);
  const passenger = column.mayDial(tel2);
  if (driver.refusal !== undefined || passenger.refusal !== undefined) {
    // Another node allowed what this one's configuration does not.
    const detail = driver.refusal ?? passenger.refusal ?? '';
    await tracker.closeCall({ now: clock.now(), callId, outcome: 'refused', detail });
    return 'trunkTrouble';
  }
  const apology = await parts.apology();
  const request = {
    callId,
    first: { ...driver.target, ringSeconds },
    second: { ...passenger.target, ringSeconds },
    maximumMinutes,
    ...(apology === undefined ? {} : { apology }),
  };
  const steps = ask(() => parts.pbx.conference(request));
  return await followJoinedCall({ callId, trunks: { first: driver.trunk, second: passenger.trunk } }, steps, parts);
}
