import type { Guid, NotificationStatus, PhoneNumber } from '@taxinav/codec';
import { NOTIFICATION_STATUSES, canonicalGuid, parseGuid } from '@taxinav/codec';
import type { CanonicalGuid } from '@taxinav/codec';
import { TrackingError } from './errors.ts';
import { ATTEMPT_OUTCOMES, type AttemptOutcome } from './notification.ts';
import type { AcceptCommand } from './tracker.ts';

/** Characters of a column's id, a route, a peer, a node, an address at most. */
export const NAME_CHARACTERS = 200;
/** Characters of a text to say at most; the wire's own cap is lower. */
export const TEXT_CHARACTERS = 10_000;
/** Characters of a reason or a detail at most; longer ones are cut. */
export const REASON_CHARACTERS = 200;

/** A SayText's own time to live, ms, and attempts at most. */
const MOST_TIME_TO_LIVE_MS = 86_400_000;
const MOST_ATTEMPTS = 100;

const PHONE = /^\+\d{7,15}$/;

/** A whole number from `lowest` to `highest`. @throws TypeError, RangeError */
export function checkInteger(name: string, value: number, lowest: number, highest: number): void {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, got ${typeof value}`);
  if (!Number.isSafeInteger(value) || value < lowest || value > highest) {
    throw new RangeError(`${name} must be a whole number from ${lowest} to ${highest}, got ${value}`);
  }
}

/** UTC milliseconds. @throws TypeError, RangeError */
export function checkNow(now: number): void {
  checkInteger('now', now, 0, Number.MAX_SAFE_INTEGER);
}

/** A short name: column, route, peer, node, address, call id. @throws TypeError, RangeError */
export function checkName(name: string, value: string): void {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string, got ${typeof value}`);
  if (value.length === 0 || value.length > NAME_CHARACTERS) {
    throw new RangeError(`${name} must have 1 to ${NAME_CHARACTERS} characters, got ${value.length}`);
  }
}

/** @throws TypeError, RangeError */
export function checkPhone(name: string, phone: PhoneNumber): void {
  if (typeof phone !== 'string') throw new TypeError(`${name} must be a string, got ${typeof phone}`);
  if (!PHONE.test(phone)) throw new RangeError(`${name} must be in E.164 (+ and 7 to 15 digits), got ${phone.length} characters`);
}

/** The key's form of a GUID. @throws TypeError, RangeError */
export function checkedGuid(guid: Guid): CanonicalGuid {
  if (typeof guid !== 'string') throw new TypeError(`guid must be a string, got ${typeof guid}`);
  if (parseGuid(guid) === undefined) throw new RangeError(`guid must be a GUID as parseGuid returns it, got ${guid.length} characters`);
  return canonicalGuid(guid);
}

/** @throws TypeError, RangeError */
export function checkOutcome(outcome: AttemptOutcome): void {
  if (!ATTEMPT_OUTCOMES.includes(outcome)) throw new RangeError(`outcome must be one of ${ATTEMPT_OUTCOMES.join(', ')}, got ${outcome}`);
}

/** @throws RangeError */
export function checkStatus(status: NotificationStatus): void {
  if (!NOTIFICATION_STATUSES.includes(status)) {
    throw new RangeError(`status must be one of ${NOTIFICATION_STATUSES.join(', ')}, got ${status}`);
  }
}

/** A row's id that a page ended with, or undefined for the first page. @throws RangeError */
export function checkedCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (!/^\d{1,15}$/.test(cursor)) throw new RangeError(`cursor must be one that a page gave, got ${cursor.slice(0, 20)}`);
  return Number(cursor);
}

/** A SayText has a number and a text, unless it is refused. @throws TypeError, RangeError, TrackingError `TRACKING_COMMAND_INVALID` */
export function checkSayText(command: AcceptCommand): void {
  checkNow(command.now);
  checkName('columnId', command.columnId);
  checkName('peer', command.peer);
  if (command.phone !== undefined) checkPhone('phone', command.phone);
  if (command.text !== undefined && typeof command.text !== 'string') {
    throw new TypeError(`text must be a string, got ${typeof command.text}`);
  }
  if (command.text !== undefined && command.text.length > TEXT_CHARACTERS) {
    throw new RangeError(`text must have at most ${TEXT_CHARACTERS} characters, got ${command.text.length}`);
  }
  if (command.timeToLiveMs !== undefined) checkInteger('timeToLiveMs', command.timeToLiveMs, 1, MOST_TIME_TO_LIVE_MS);
  if (command.attempts !== undefined) checkInteger('attempts', command.attempts, 1, MOST_ATTEMPTS);
  if (command.route !== undefined) checkName('route', command.route);
  if (command.refused !== undefined) {
    checkName('refused', command.refused);
    return;
  }
  const missing = command.phone === undefined ? 'phone' : command.text === undefined || command.text === '' ? 'text' : undefined;
  if (missing !== undefined) {
    throw new TrackingError(
      'TRACKING_COMMAND_INVALID',
      `accept: ${missing} is missing; a SayText without it can only be accepted as refused: give the reason in 'refused'`,
    );
  }
}

/** @throws TrackingError `TRACKING_COMMAND_INVALID` when no call has this id */
export function checkKnown(command: string, callId: string, found: { readonly known: boolean }): void {
  if (found.known) return;
  throw new TrackingError(
    'TRACKING_COMMAND_INVALID',
    `${command}: no call ${callId.slice(0, 120)} is known; give an id that startAttempt or openCall returned from this database`,
  );
}

/** Cuts a reason or a detail to what is stored. */
export function cut(text: string | undefined): string | undefined {
  return text === undefined ? undefined : text.slice(0, REASON_CHARACTERS);
}
