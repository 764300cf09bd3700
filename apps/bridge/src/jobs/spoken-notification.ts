import type { Ack, Guid, PhoneNumber, SayText } from '@taxinav/codec';
import type { Tracker } from '@taxinav/notification-tracking';
import type { Clock, Peer } from '@taxinav/transport';
import type { Column } from '../column.ts';
import type { Speech } from '../dialling/speech.ts';
import type { Logger } from '../logging.ts';
import { OK, refusal } from '../navigator/answers.ts';

/** What the job needs. */
export interface SpokenNotificationParts {
  readonly tracker: Pick<Tracker, 'accept'>;
  readonly speech: Pick<Speech, 'refusal' | 'settingsOf'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What is known of a SayText that could not be read or may not be spoken. */
export interface RefusedSayText {
  readonly guid: Guid;
  readonly phone?: PhoneNumber;
  readonly text?: string;
  /** Short ASCII. */
  readonly reason: string;
}

/**
 * Taxi Navigator asks that a passenger be called and told a text [TN-10, TN-11]. It is stored before anything is
 * answered; the calls themselves are the dialler's, the statuses [TN-13] the reports'. The answer is given only with
 * `acknowledge: all` [reading 25]; a refusal owes one `Canceled` [reading 26].
 */
export async function spokenNotification(message: SayText, peer: Peer, column: Column, parts: SpokenNotificationParts): Promise<Ack> {
  const { guid, numberToCall: phone, textToSay: text } = message;
  const { trunk, refusal: denied } = column.mayDial(phone);
  const reason = denied ?? parts.speech.refusal(text);
  if (reason !== undefined) return await refuseSayText({ guid, phone, text, reason }, peer, column, parts);
  const { timeToLiveSeconds, attempts } = parts.speech.settingsOf(text) ?? {};
  const accepted = await parts.tracker.accept({
    now: parts.clock.now(),
    columnId: column.id,
    guid,
    phone,
    text,
    peer: peer.address,
    ...(trunk === undefined ? {} : { route: trunk }),
    ...(timeToLiveSeconds === undefined ? {} : { timeToLiveMs: timeToLiveSeconds * 1_000 }),
    ...(attempts === undefined ? {} : { attempts }),
  });
  const { outcome, status } = accepted;
  parts.log.info(
    { event: 'say-text', column: column.id, guid, phone, peer: peer.address, outcome, status, reason: accepted.reason },
    'SayText',
  );
  return outcome === 'refused' ? refusal(accepted.reason ?? 'refused') : OK;
}

/** Stores the refusal of a SayText whose Guid could be read, with the one status it owes. */
export async function refuseSayText(refused: RefusedSayText, peer: Peer, column: Column, parts: SpokenNotificationParts): Promise<Ack> {
  const { guid, phone, text, reason } = refused;
  const stored = await parts.tracker.accept({
    now: parts.clock.now(),
    columnId: column.id,
    guid,
    peer: peer.address,
    refused: reason,
    ...(phone === undefined ? {} : { phone }),
    ...(text === undefined ? {} : { text }),
  });
  parts.log.warn(
    { event: 'say-text-refused', column: column.id, guid, phone, peer: peer.address, reason, outcome: stored.outcome },
    'SayText refused',
  );
  return refusal(reason);
}
