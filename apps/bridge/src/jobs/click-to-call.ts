import type { Ack, Dial } from '@taxinav/codec';
import type { Owner, Tracker } from '@taxinav/notification-tracking';
import type { Pbx } from '@taxinav/telephony';
import type { Peer } from '@taxinav/transport';
import type { Column } from '../column.ts';
import { followJoinedCall, type JoinedCallParts } from '../dialling/joined-call.ts';
import { ask } from '../dialling/ask.ts';
import { askedForOperator, operatorFor } from '../dialling/operator.ts';
import { OK, refusal } from '../navigator/answers.ts';

/** What the job needs. */
export interface ClickToCallParts extends JoinedCallParts {
  readonly tracker: Pick<Tracker, 'openCall' | 'closeCall' | 'logCall' | 'handledBy' | 'noteHandled'>;
  readonly pbx: Pick<Pbx, 'connect'>;
  readonly owner: Owner;
  /** How long either phone may ring. */
  readonly ringSeconds: number;
}

/**
 * Taxi Navigator asks that a number be called [TN-9]: the phone of the operator at that workstation, of who last handled the
 * number, or of the column rings first, then the client's, and they talk [reading 36]. At most once: a Dial that repeats one still alive is the same.
 */
export async function clickToCall(message: Dial, peer: Peer, column: Column, parts: ClickToCallParts): Promise<Ack> {
  const { tracker, clock, log, owner, ringSeconds } = parts;
  const { tel } = message;
  const place = { columnId: column.id, peer: peer.address };
  const refuse = (reason: string): Ack => {
    log.warn({ event: 'dial-refused', ...place, tel, reason }, 'Dial refused');
    return refusal(reason);
  };
  const client = column.mayDial(tel);
  const operator = await operatorFor(tel, column, parts, peer.address);
  const reason = client.refusal ?? (operator === undefined ? 'no operator configured' : undefined);
  if (client.refusal !== undefined || operator === undefined) {
    await tracker.logCall({ now: clock.now(), kind: 'Dial', ...place, numbers: [tel], outcome: 'refused', detail: reason ?? '' });
    return refuse(reason ?? '');
  }
  const call = await tracker.openCall({ now: clock.now(), kind: 'Dial', ...place, ...owner, tel1: tel });
  if (call.outcome === 'refused') return refuse(call.reason);
  log.info({ event: 'dial', ...place, tel, callId: call.callId, outcome: call.outcome }, 'Dial');
  if (call.outcome === 'repeated') return OK;
  const { callerId } = client.target;
  const request = {
    callId: call.callId,
    first: { ...askedForOperator(operator, column), ringSeconds, ...(callerId === undefined ? {} : { callerId }) },
    second: { ...client.target, ringSeconds },
  };
  const steps = ask(() => parts.pbx.connect(request));
  const onJoined = (): Promise<void> => tracker.noteHandled({ now: clock.now(), phone: tel, endpoint: operator });
  const joined = { callId: call.callId, trunks: { second: client.trunk }, onJoined };
  return (await followJoinedCall(joined, steps, parts)) === 'taken' ? OK : refusal('operator could not be called');
}
