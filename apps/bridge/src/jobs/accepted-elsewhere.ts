import type { TakenIntent } from '@taxinav/notification-tracking';
import type { Column } from '../column.ts';
import { placeDial, type DialParts } from './click-to-call.ts';
import { placeConference, type ConferenceCallParts } from './conference.ts';

/** What either kind of call is placed with. */
export interface AcceptedElsewhereParts {
  readonly dial: DialParts;
  readonly conference: ConferenceCallParts;
}

/** Places a Dial or Conference that another node has accepted, in the column as this node has it. */
export async function acceptedElsewhere(intent: TakenIntent, column: Column | undefined, parts: AcceptedElsewhereParts): Promise<void> {
  const { callId, kind, columnId, peer, tel1, tel2 } = intent;
  const { tracker, clock, log } = parts.dial;
  log.info({ event: 'intent', kind, column: columnId, callId }, 'accepted by another node');
  if (column === undefined) {
    const detail = `column ${columnId} is not configured here`;
    await tracker.closeCall({ now: clock.now(), callId, outcome: 'refused', detail });
  } else if (kind === 'Conference' && tel2 !== undefined) {
    await placeConference(callId, tel1, tel2, column, parts.conference);
  } else {
    await placeDial(callId, tel1, peer, column, parts.dial);
  }
}
