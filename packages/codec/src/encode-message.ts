import { Buffer } from 'node:buffer';
import { trimBlanks } from './blanks.ts';
import { asciiLowerCase } from './letter-case.ts';
import { CAR_TYPES } from './car-type.ts';
import { hasControlCharacter } from './fields.ts';
import { parseGuid } from './guid.ts';
import { completeLimits, hasMoreCharacters, type DecoderLimits } from './limits.ts';
import { documentedName, MESSAGE_SHAPES } from './message-shapes.ts';
import type { Field, Message } from './message.ts';
import { NOTIFICATION_STATUSES } from './notification-status.ts';
import { isPhoneNumber, nationalNumber } from './phone-number.ts';
import { ProtocolError } from './protocol-error.ts';
import { isStatusTime } from './status-time.ts';
import { MOST_STRICT_BYTES, writeStrict } from './strict/writer.ts';
import { isInAngleBrackets } from './text-brackets.ts';
import { checkEncoding, encodeText, type TextEncoding } from './text-encoding.ts';

/** How a message is written. */
export interface EncodeOptions {
  /** The encoding of texts; `auto` writes UTF-8. @defaultValue 'auto' */
  readonly encoding?: TextEncoding;
  /** `compact` writes an ACK as `Message:ACK`, `Error:OK`, the reply to a Conference. Other messages are always spaced. @defaultValue 'spaced' */
  readonly ackStyle?: 'spaced' | 'compact';
  /** What the peer is ready to read, where it differs from `DEFAULT_LIMITS`. */
  readonly limits?: Partial<DecoderLimits>;
}

const FIELD_NAME = /^[A-Za-z][A-Za-z0-9-]{0,31}$/;

/**
 * The bytes of a message in the strict form: `Name: value` with CRLF, the document's names, order and case, one empty line; then `extra`.
 *
 * What is written is read back as the same message. Line breaks in `textToSay` become a space each run, spaces and tabs around a value are
 * cut off, and a text that stands in `<…>` as a whole gets one more pair, since a reader takes one away.
 * Source: [TN-5], [TN-8], [TN-9], [TN-11], [TN-14], [TN-19], [TN-22], [reading 23], [reading 24].
 *
 * @throws ProtocolError for a value that cannot be written so (see {@link PROTOCOL_ERROR_CODES}): above all `control-character`, which would break the frame.
 * @throws RangeError for an unknown encoding, style or limit.
 */
export function encodeMessage(message: Message, options: EncodeOptions = {}): Uint8Array {
  if (options.limits === undefined) {
    // Of Node's pool: not zeroed, and soon given back. What is handed out is a copy of the message alone.
    const room = Buffer.allocUnsafe(MOST_STRICT_BYTES);
    const end = shortcut(message, room, 0, options);
    if (end >= 0) return new Uint8Array(room.subarray(0, end));
  }
  const limits = completeLimits(options.limits);
  const encoding = checkEncoding(options.encoding ?? 'auto');
  const lines = writeFields(message, limits).map(
    ({ name, value }) => `${name}:${value === '' ? '' : separator(message, options)}${value}\r\n`,
  );
  const bytes = encodeText(`${lines.join('')}\r\n`, encoding);
  if (bytes === undefined) throw unencodable(message, encoding, limits);
  checkLength(bytes, limits);
  return bytes;
}

/**
 * Writes {@link encodeMessage}'s bytes into `target` from `offset` on and returns how many they are. Nothing is written if they do not fit;
 * of a message that is refused, bytes of `target` from `offset` on may have been overwritten.
 *
 * @throws RangeError if they do not fit, or for an offset outside of `target`; and all that {@link encodeMessage} throws.
 */
export function encodeMessageInto(message: Message, target: Uint8Array, offset: number, options: EncodeOptions = {}): number {
  if (options.limits === undefined && offset >= 0 && Number.isSafeInteger(offset)) {
    const end = shortcut(message, target, offset, options);
    if (end >= 0) return end - offset;
  }
  if (!Number.isSafeInteger(offset) || offset < 0 || offset > target.length) throw outside(target, offset);
  return copyInto(target, offset, encodeMessage(message, options));
}

function outside(target: Uint8Array, offset: number): RangeError {
  return new RangeError(`encodeMessageInto: expected an offset from 0 to ${target.length}, got ${String(offset)}`);
}

function copyInto(target: Uint8Array, offset: number, bytes: Uint8Array): number {
  if (bytes.length > target.length - offset) {
    throw new RangeError(`encodeMessageInto: the message has ${bytes.length} bytes, the target has room for ${target.length - offset}`);
  }
  target.set(bytes, offset);
  return bytes.length;
}

/** Where a message ends that is plain enough to be written at once, else -1. Limits of the caller's own are judged by the general writer. */
function shortcut(message: Message, target: Uint8Array, offset: number, options: EncodeOptions): number {
  const { encoding = 'auto', ackStyle = 'spaced' } = options;
  // What is given most is compared first: a search of the list would cost an ACK half as much as writing it.
  if (encoding !== 'utf-8' && encoding !== 'auto') checkEncoding(encoding);
  return writeStrict(message, target, offset, encoding, ackStyle !== 'spaced' && separator(message, options) === '');
}

function separator(message: Message, { ackStyle = 'spaced' }: EncodeOptions): '' | ' ' {
  if (ackStyle !== 'spaced' && ackStyle !== 'compact')
    throw new RangeError(`ackStyle: expected spaced or compact, got ${String(ackStyle)}`);
  return ackStyle === 'compact' && message.message === 'ACK' ? '' : ' ';
}

/** The fields in the order in which they are written, every value checked. */
function writeFields(message: Message, limits: DecoderLimits): Field[] {
  const fields =
    message.message === 'Unknown' ? unknownFields(message.name, message.fields) : [...ownFields(message, limits), ...extraFields(message)];
  if (fields.length > limits.fields) {
    throw new ProtocolError('too-many-fields', `${message.message} has ${fields.length} fields; expected at most ${limits.fields}`);
  }
  return fields;
}

function ownFields(message: Exclude<Message, { message: 'Unknown' }>, limits: DecoderLimits): Field[] {
  const name = { name: 'Message', value: message.message };
  switch (message.message) {
    case 'Call':
      return [name, phone('CallerID', message.callerId), oneOf('CarType', message.carType, CAR_TYPES)];
    case 'ACK':
      return [name, error(message.error)];
    case 'Dial':
      return [name, phone('Tel', message.tel)];
    case 'SayText':
      return [name, phone('NumberToCall', message.numberToCall), text(message.textToSay, limits), guid(message.guid)];
    case 'SayTextStatus':
      return [name, guid(message.guid), oneOf('Status', message.status, NOTIFICATION_STATUSES), time(message.statusChangedTime)];
    case 'Conference':
      return [name, phone('Tel1', message.tel1), phone('Tel2', message.tel2)];
    default:
      message satisfies never;
      throw new ProtocolError('invalid-field', 'Message: expected a message of the protocol', 'Message');
  }
}

function extraFields(message: Exclude<Message, { message: 'Unknown' }>): Field[] {
  const own = new Set(['message', ...MESSAGE_SHAPES[message.message].map(asciiLowerCase)]);
  return (message.extra ?? []).map((field) => otherField(field, own));
}

function unknownFields(name: string, fields: readonly Field[]): Field[] {
  const value = plain('Message', name);
  if (documentedName(value) !== undefined) throw invalid('Message', 'a name that no message of the document has');
  return [{ name: 'Message', value }, ...fields.map((field) => otherField(field, new Set(['message'])))];
}

function otherField({ name, value }: Field, taken: ReadonlySet<string>): Field {
  if (typeof name !== 'string' || !FIELD_NAME.test(name)) {
    throw new ProtocolError('invalid-name', 'extra: expected a field name of a letter and up to 31 letters, digits or hyphens');
  }
  if (taken.has(asciiLowerCase(name))) throw new ProtocolError('invalid-name', `extra: ${name} is a field of the message itself`, name);
  return { name, value: checked(name, value) };
}

function phone(name: string, value: string): Field {
  if (!isString(value) || !isPhoneNumber(value)) throw invalid(name, 'a phone number in E.164 such as +380501234567');
  return { name, value: nationalNumber(value) };
}

function guid(value: string): Field {
  if (!isString(value) || parseGuid(value) === undefined) throw invalid('Guid', 'a GUID such as 6F9619FF-8B86-D011-B42D-00CF4FC964FF');
  return { name: 'Guid', value };
}

function time(value: string): Field {
  if (!isString(value) || !isStatusTime(value)) throw invalid('StatusChangedTime', 'a time such as 03.11.2010 15:21:30');
  return { name: 'StatusChangedTime', value };
}

function oneOf(name: string, value: string, values: readonly string[]): Field {
  if (!values.includes(value)) throw invalid(name, `one of ${values.join(', ')}`);
  return { name, value };
}

function error(value: string): Field {
  const written = plain('Error', value);
  return { name: 'Error', value: written.toUpperCase() === 'OK' ? 'OK' : written };
}

function text(value: string, limits: DecoderLimits): Field {
  const oneLine = isString(value) ? plain('TextToSay', value.replace(/[\r\n]+/g, ' ')) : plain('TextToSay', value);
  if (hasMoreCharacters(oneLine, limits.textCharacters)) {
    throw new ProtocolError(
      'text-too-long',
      `TextToSay: expected at most ${limits.textCharacters} characters, got ${oneLine.length} units`,
      'TextToSay',
    );
  }
  return { name: 'TextToSay', value: isInAngleBrackets(oneLine) ? `<${oneLine}>` : oneLine };
}

/** A value that must not be empty. */
function plain(name: string, value: string): string {
  const written = checked(name, value);
  if (written === '') throw invalid(name, 'a value that is not empty');
  return written;
}

function checked(name: string, value: string): string {
  if (!isString(value)) throw invalid(name, 'a string');
  const written = trimBlanks(value);
  if (hasControlCharacter(written)) {
    throw new ProtocolError(
      'control-character',
      `${name}: expected no control characters, which would break the frame; remove them first`,
      name,
    );
  }
  return written;
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function invalid(name: string, expected: string): ProtocolError {
  return new ProtocolError('invalid-field', `${name}: expected ${expected}`, name);
}

/** Finds the field whose characters the encoding lacks. */
function unencodable(message: Message, encoding: TextEncoding, limits: DecoderLimits): ProtocolError {
  const field = writeFields(message, limits).find(({ value }) => encodeText(value, encoding) === undefined)?.name;
  const advice =
    encoding === 'auto' || encoding === 'utf-8' ? 'remove the half of a surrogate pair' : 'replace the character, or use utf-8';
  return new ProtocolError('unencodable-character', `${field ?? 'Message'}: a character has no form in ${encoding}; ${advice}`, field);
}

function checkLength(bytes: Uint8Array, limits: DecoderLimits): void {
  // The last line end and the blank line are not counted.
  const length = bytes.length - 4;
  if (length > limits.lineBytes) {
    for (let start = 0, end = bytes.indexOf(0x0d); end >= 0; start = end + 2, end = bytes.indexOf(0x0d, start)) {
      if (end - start > limits.lineBytes)
        throw new ProtocolError('line-too-long', `a line of ${end - start} bytes; expected at most ${limits.lineBytes}`);
    }
  }
  if (length > limits.messageBytes) {
    throw new ProtocolError('message-too-long', `a message of ${length} bytes; expected at most ${limits.messageBytes}`);
  }
}
