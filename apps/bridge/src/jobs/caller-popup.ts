import { parseCarType, parsePhoneNumber, type Call, type CarType, type PhoneNumber } from '@taxinav/codec';
import type { Tracker } from '@taxinav/notification-tracking';
import type { IncomingCall } from '@taxinav/telephony';
import { backoffMs, type Clock, type Delivery, type SendContext, type SendOptions } from '@taxinav/transport';
import type { Column } from '../column.ts';
import type { Logger } from '../logging.ts';

/** A popup that comes later opens a form for a call that is over. Source: [reading 35]. */
const WORTHLESS_AFTER_MS = 3_000;

/** What the job needs. */
export interface CallerPopupParts {
  readonly tracker: Pick<Tracker, 'logCall' | 'reachedInbound'>;
  readonly send: (options: SendOptions, message: Call, context: SendContext) => Promise<Delivery>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

/** What a popup's delivery proved; `late`: 3 s were over before it could be sent. */
export type PopupOutcome = Delivery['evidence'] | 'late';

/** What became of a popup. */
export interface PopupResult {
  readonly columnId: string;
  readonly carType: CarType;
  readonly outcome: PopupOutcome | 'withheld';
  readonly reason: string;
}

/** The columns, and which of them gets the calls on lines that none names. */
export interface Lines {
  readonly columns: ReadonlyMap<string, Column>;
  readonly defaultColumn: Column;
}

/** Where a dialled line belongs: its column and the car type of its popup. An unknown line goes to the default column as General. */
export function columnOfLine(call: IncomingCall, { columns, defaultColumn }: Lines): { column: Column; carType: CarType; known: boolean } {
  const named = call.columnId === undefined ? undefined : columns.get(call.columnId);
  const line = call.line ?? '';
  const owner = named ?? [...columns.values()].find(({ configuration }) => Object.hasOwn(configuration.lines, line));
  const column = owner ?? defaultColumn;
  const byLine = Object.hasOwn(column.configuration.lines, line) ? column.configuration.lines[line] : undefined;
  const carType = (call.carType === undefined ? undefined : parseCarType(call.carType)) ?? byLine ?? 'General';
  return { column, carType, known: owner !== undefined };
}

/**
 * A call comes in on one of the company's lines: Taxi Navigator is told the caller's number and the car type, and opens
 * an order form [TN-4, TN-5]; it answers ACK [TN-8]. Tried for 3 s, then dropped with its outcome recorded [reading 35].
 * What waits to be told to this caller by phone is not dialled any more: he is on the line. A missed call's popup comes when
 * he is not, so it changes nothing else.
 */
export async function callerPopup(
  call: IncomingCall,
  lines: Lines,
  parts: CallerPopupParts,
  moment: 'incoming' | 'missed' = 'incoming',
): Promise<PopupResult> {
  const { column, carType, known } = columnOfLine(call, lines);
  if (!known) parts.log.warn({ event: 'unknown-line', line: call.line, column: column.id }, 'a call on a line that no column names');
  const callerId = parsePhoneNumber(call.callerId ?? '') ?? parsePhoneNumber(column.configuration.withheldCallerId ?? '');
  if (callerId === undefined) {
    parts.log.info({ event: 'popup-withheld', column: column.id }, 'a caller without a number gives no popup');
    return { columnId: column.id, carType, outcome: 'withheld', reason: 'the caller has no number' };
  }
  const { outcome, reason } = await deliver({ message: 'Call', callerId, carType }, column, parts);
  parts.log.info({ event: 'popup', column: column.id, callerId, carType, moment, outcome, reason }, 'Call');
  await record(callerId, column, outcome, moment === 'missed' ? `missed: ${reason}` : reason, parts);
  if (moment === 'incoming') await stopRedial(callerId, column, parts);
  return { columnId: column.id, carType, outcome, reason };
}

async function deliver(message: Call, column: Column, parts: CallerPopupParts): Promise<{ outcome: PopupOutcome; reason: string }> {
  const { navigator, encoding } = column.configuration;
  const deadline = parts.clock.monotonic() + WORTHLESS_AFTER_MS;
  let last = 'no time was left for a try';
  for (let failures = 0; ; failures += 1) {
    const left = deadline - parts.clock.monotonic();
    // A process that stood still wakes after the deadline.
    if (left <= 0) return { outcome: 'late', reason: last };
    const delivery = await parts.send({ host: navigator.host, port: navigator.port, encoding, connectMs: left, waitMs: left }, message, {
      stillWanted: () => parts.clock.monotonic() < deadline,
    });
    // Only what surely was not sent is sent again: a second form for one call is worse than none.
    if (delivery.evidence !== 'notSent') return { outcome: delivery.evidence, reason: delivery.reason };
    last = delivery.reason;
    const pause = backoffMs(failures, { random: parts.random });
    if (parts.clock.monotonic() + pause >= deadline) return { outcome: 'late', reason: last };
    await parts.clock.sleep(pause);
  }
}

async function record(
  callerId: PhoneNumber,
  column: Column,
  outcome: PopupOutcome,
  detail: string,
  parts: CallerPopupParts,
): Promise<void> {
  const now = parts.clock.now();
  const peer = column.configuration.navigator.host;
  try {
    await parts.tracker.logCall({ now, kind: 'Call', columnId: column.id, peer, numbers: [callerId], outcome, detail });
  } catch (error) {
    // The popup has been shown; a full disk must not turn that into a failure.
    parts.log.error({ event: 'not-stored', what: 'popup', err: error }, 'the popup could not be recorded');
  }
}

/** Who is on the line is not called any more: what waits for him ends, as reached by inbound. */
export async function stopRedial(
  phone: PhoneNumber,
  column: Column,
  { tracker, clock, log }: Pick<CallerPopupParts, 'clock' | 'log'> & { readonly tracker: Pick<Tracker, 'reachedInbound'> },
): Promise<void> {
  try {
    const ended = await tracker.reachedInbound({ now: clock.now(), phone });
    if (ended > 0) log.info({ event: 'reached-inbound', column: column.id, phone, ended }, 'the passenger called in');
  } catch (error) {
    log.error({ event: 'not-stored', what: 'reachedInbound', err: error }, 'a redial could not be stopped');
  }
}
