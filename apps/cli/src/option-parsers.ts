import type { Address } from '@taxinav/bridge-contract';
import {
  CAR_TYPES,
  createStatusTimeFormatter,
  encodeMessage,
  NOTIFICATION_STATUSES,
  parseCarType,
  parseGuid,
  parseNotificationStatus,
  parsePhoneNumber,
  ProtocolError,
  type CarType,
  type Guid,
  type NotificationStatus,
  type PhoneNumber,
} from '@taxinav/codec';
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { parseHostPort } from './host-port.ts';
import { answerTo, parseAckMode, type AckMode } from './ack-mode.ts';

function demanded<Value>(value: Value | undefined, expected: string): Value {
  if (value === undefined) throw new InvalidArgumentError(`Expected ${expected}.`);
  return value;
}

/** `HOST:PORT` of a peer. */
export function peerAddress(text: string): Address {
  const address = parseHostPort(text);
  return demanded(address?.port === 0 ? undefined : address, 'HOST:PORT such as 127.0.0.1:6301');
}

/** `HOST:PORT` to listen on; port 0 lets the system choose. */
export function listenAddress(text: string): Address {
  return demanded(parseHostPort(text), 'HOST:PORT such as 127.0.0.1:6001');
}

/** A port to listen on. */
export function port(text: string): number {
  const number = Number(text);
  return demanded(/^[0-9]{1,5}$/.test(text) && number <= 65_535 ? number : undefined, 'a port from 0 to 65535');
}

/** A whole number of at least 1. */
export function count(text: string): number {
  const number = Number(text);
  return demanded(/^[0-9]{1,9}$/.test(text) && number >= 1 ? number : undefined, 'a whole number from 1');
}

/** Lines of a page, as the bridge's API allows them. */
export function pageLength(text: string): number {
  const number = Number(text);
  return demanded(/^[0-9]{1,3}$/.test(text) && number >= 1 && number <= 500 ? number : undefined, 'a whole number from 1 to 500');
}

/** Seconds, up to an hour; fractions are allowed. */
export function seconds(text: string): number {
  const number = Number(text);
  return demanded(/^[0-9]+(?:\.[0-9]+)?$/.test(text) && number > 0 && number <= 3_600 ? number : undefined, 'seconds from 0.001 to 3600');
}

/** A phone number in any form of the wire. */
export function phone(text: string): PhoneNumber {
  return demanded(parsePhoneNumber(text), 'a phone number such as 0675040279 or +380675040279');
}

/** A GUID in any of its forms, kept as it is written. */
export function guid(text: string): Guid {
  return demanded(parseGuid(text), 'a GUID such as 6F9619FF-8B86-D011-B42D-00CF4FC964FF');
}

/** A car type, or its Russian tariff. */
export function carType(text: string): CarType {
  return demanded(parseCarType(text), `one of ${CAR_TYPES.join(', ')}`);
}

/** A status in any case. */
export function status(text: string): NotificationStatus {
  return demanded(parseNotificationStatus(text), `one of ${NOTIFICATION_STATUSES.join(', ')}`);
}

/** `ok`, `none` or `error:TEXT`; the text must fit into the field. */
export function ackMode(text: string): AckMode {
  const mode = demanded(parseAckMode(text), 'ok, none or error:TEXT');
  const ack = answerTo({ message: 'Unknown', name: 'any', fields: [] }, mode);
  try {
    if (ack !== undefined) encodeMessage(ack);
  } catch (error) {
    if (error instanceof ProtocolError) throw new InvalidArgumentError(error.message);
    throw error;
  }
  return mode;
}

/** An `http://` or `https://` URL of the bridge, without a trailing slash. */
export function httpUrl(text: string): string {
  const written = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  const usable = url !== undefined && url.search === '' && url.hash === '' && url.username === '' && /^https?:$/.test(url.protocol);
  return demanded(usable ? url.href.replace(/\/+$/, '') : undefined, 'a URL such as http://127.0.0.1:8080');
}

/** For options that may be given several times. */
export function collected(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** `yes` or `no`. */
export function yesOrNo(text: string): boolean {
  return demanded(text === 'yes' ? true : text === 'no' ? false : undefined, 'yes or no');
}

/** A phone line as a column's `lines` has it: 2–15 digits, maybe with a plus. */
export function line(text: string): string {
  return demanded(/^\+?[0-9]{2,15}$/.test(text) ? text : undefined, 'the digits of a phone line such as 0445550101');
}

/** The IANA name of a time zone. */
export function timezone(text: string): string {
  try {
    createStatusTimeFormatter(text);
    return text;
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidArgumentError('Expected a time zone such as Europe/Kyiv.');
    throw error;
  }
}

/** How fast something is done again: 0 without pauses, else a factor up to 1,000. */
export function speed(text: string): number {
  const number = Number(text);
  return demanded(/^[0-9]+(?:\.[0-9]+)?$/.test(text) && number <= 1_000 ? number : undefined, 'a number from 0 to 1000');
}

/** Days that personal data is kept, up to a hundred years. */
export function days(text: string): number {
  const number = Number(text);
  return demanded(
    /^[0-9]{1,5}$/.test(text) && number >= 1 && number <= 36_500 ? number : undefined,
    'a whole number of days from 1 to 36500',
  );
}

/** Why the stop switch is thrown. */
export function reason(text: string): string {
  return demanded(text.length >= 1 && text.length <= 200 ? text : undefined, '1 to 200 characters');
}
