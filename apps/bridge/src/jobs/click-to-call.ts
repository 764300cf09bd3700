import type { Ack, Dial, PhoneNumber } from '@taxinav/codec';
import type { Tracker } from '@taxinav/notification-tracking';
import type { CallOutcome, Pbx } from '@taxinav/telephony';
import type { Peer } from '@taxinav/transport';
import type { Column } from '../column.ts';
import { followJoinedCall, type JoinedCallParts } from '../dialling/joined-call.ts';
import { ask } from '../dialling/ask.ts';
import { askedForOperator, operatorFor } from '../dialling/operator.ts';
import { OK, refusal } from '../navigator/answers.ts';
import { takenByHolder, type Placement } from '../nodes/intents.ts';

/** What placing the call needs. */
export interface DialParts extends JoinedCallParts {
  readonly tracker: Pick<Tracker, 'closeCall' | 'handledBy' | 'noteHandled'>;
  readonly pbx: Pick<Pbx, 'connect'>;
  /** How long either phone may ring. */
  readonly ringSeconds: number;
}

/** What the job needs. */
export interface ClickToCallParts extends DialParts {
  readonly tracker: DialParts['tracker'] & Pick<Tracker, 'openCall' | 'logCall' | 'callState' | 'withdrawIntent'>;
  readonly placement: Placement;
}

/**
 * Taxi Navigator asks that a number be called [TN-9]: the phone of the operator at that workstation, of who last handled the
 * number, or of the column rings first, then the client's, and they talk [reading 36]. At most once: a Dial that repeats one still alive is the same.
 */
export async function clickToCall(message: Dial, peer: Peer, column: Column, parts: ClickToCallParts): Promise<Ack> {
  const { tracker, clock, log, placement } = parts;
  const { tel } = message;
  const place = { columnId: column.id, peer: peer.address };
  const refuse = (reason: string): Ack => {
    log.warn({ event: 'dial-refused', column: column.id, peer: peer.address, tel, reason }, 'Dial refused');
    return refusal(reason);
  };
  const client = column.mayDial(tel);
  const operator = await operatorFor(tel, column, parts, peer.address);
  const reason = client.refusal ?? (operator === undefined ? 'no operator configured' : undefined);
  if (reason !== undefined) {
    await tracker.logCall({ now: clock.now(), kind: 'Dial', ...place, numbers: [tel], outcome: 'refused', detail: reason });
    return refuse(reason);
  }
  const route = client.trunk === undefined ? {} : { route1: client.trunk };
  const call = await tracker.openCall({ now: clock.now(), kind: 'Dial', ...place, ...placement, tel1: tel, ...route });
  if (call.outcome === 'refused') return refuse(call.reason);
  log.info({ event: 'dial', column: column.id, peer: peer.address, tel, callId: call.callId, outcome: call.outcome }, 'Dial');
  if (call.outcome === 'repeated') return OK;
  if (placement.intent === true) return (await takenByHolder(call.callId, parts)) ? OK : refusal('phone system not available');
  return (await placeDial(call.callId, tel, peer.address, column, parts)) === 'taken' ? OK : refusal('operator could not be called');
}

/** Calls the operator, then the client; resolves as soon as the PBX has taken the operator's leg, or the call has ended before that. */
export async function placeDial(
  callId: string,
  tel: PhoneNumber,
  peerAddress: string,
  column: Column,
  parts: DialParts,
): Promise<'taken' | CallOutcome> {
  const { tracker, clock, ringSeconds } = parts;
  const client = column.mayDial(tel);
  const operator = await operatorFor(tel, column, parts, peerAddress);
  if (client.refusal !== undefined || operator === undefined) {
    // Another node allowed what this one's configuration does not.
    await tracker.closeCall({ now: clock.now(), callId, outcome: 'refused', detail: client.refusal ?? 'no operator configured' });
    return 'trunkTrouble';
  }
  const { callerId } = client.target;
  const request = {
    callId,
    first: { ...askedForOperator(operator, column), ringSeconds, ...(callerId === undefined ? {} : { callerId }) },
    second: { ...client.target, ringSeconds },
  };
  const steps = ask(() => parts.pbx.connect(request));
  const onJoined = (): Promise<void> => tracker.noteHandled({ now: clock.now(), phone: tel, endpoint: operator });
  return await followJoinedCall({ callId, trunks: { second: client.trunk }, onJoined }, steps, parts);
}
