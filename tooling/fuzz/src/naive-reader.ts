import { Buffer } from 'node:buffer';
import type { Message, PhoneNumber, TextEncoding } from '@taxinav/codec';
import iconv from 'iconv-lite';

// A second reading of PROTOCOL.md that shares nothing with the codec but its types. Simple on purpose: the strict form only,
// which is what an encoder may write ("What is written"), and slow where that is shorter.

/** One line of what was written. */
export type Line = readonly [name: string, value: string];

/** Reads the bytes of one message in the strict form; a string says what is not strict about them. */
export function readStrict(bytes: Uint8Array, encoding: TextEncoding, compact: boolean): Line[] | string {
  const text = textOf(bytes, encoding);
  if (text === undefined) return 'not in its encoding';
  if (!text.endsWith('\r\n\r\n')) return 'no empty line at the end';
  const lines = text.slice(0, -4).split('\r\n');
  const fields: Line[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    if (colon < 1 || !/^[A-Za-z][A-Za-z0-9-]{0,31}$/.test(name)) return `no name in line ${fields.length + 1}`;
    const rest = line.slice(colon + 1);
    if (/\p{Cc}/u.test(rest)) return `a control character in ${name}`;
    const space = rest === '' || compact ? '' : ' ';
    if (!rest.startsWith(space)) return `no space after ${name}:`;
    const value = rest.slice(space.length);
    if (value.startsWith(' ') || value.endsWith(' ')) return `spaces around the value of ${name}`;
    fields.push([name, value]);
  }
  return fields;
}

function textOf(bytes: Uint8Array, encoding: TextEncoding): string | undefined {
  if (encoding === 'auto' || encoding === 'utf-8') {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
    return Buffer.byteLength(text) === bytes.length && !(text.includes('\ufffd') && !Buffer.from(text).equals(bytes)) ? text : undefined;
  }
  return iconv.decode(Buffer.from(bytes), encoding);
}

/** The lines that the strict form of a message has, in their order. */
export function strictLines(message: Message): Line[] {
  switch (message.message) {
    case 'Call':
      return withExtra(message, [
        ['CallerID', wirePhone(message.callerId)],
        ['CarType', message.carType],
      ]);
    case 'ACK':
      return withExtra(message, [['Error', message.error]]);
    case 'Dial':
      return withExtra(message, [['Tel', wirePhone(message.tel)]]);
    case 'SayText':
      return withExtra(message, [
        ['NumberToCall', wirePhone(message.numberToCall)],
        ['TextToSay', wireText(message.textToSay)],
        ['Guid', message.guid],
      ]);
    case 'SayTextStatus':
      return withExtra(message, [
        ['Guid', message.guid],
        ['Status', message.status],
        ['StatusChangedTime', message.statusChangedTime],
      ]);
    case 'Conference':
      return withExtra(message, [
        ['Tel1', wirePhone(message.tel1)],
        ['Tel2', wirePhone(message.tel2)],
      ]);
    case 'Unknown':
      return [['Message', message.name], ...message.fields.map(({ name, value }): Line => [name, value])];
    default:
      return message satisfies never;
  }
}

function withExtra(message: Exclude<Message, { message: 'Unknown' }>, own: Line[]): Line[] {
  return [['Message', message.message], ...own, ...(message.extra ?? []).map(({ name, value }): Line => [name, value])];
}

/** [TN-21], [reading 21]: ten digits, or digits with their country code, `00` before them where those would mean something else. */
function wirePhone(phone: PhoneNumber): string {
  const digits = phone.slice(1);
  if (digits.startsWith('380')) return digits.slice(2);
  return digits.length < 11 || /^80[1-9][0-9]{8}$/.test(digits) ? `00${digits}` : digits;
}

/** [reading 12], [reading 13]: line breaks are spaces; a text in brackets as a whole gets one more pair. */
function wireText(text: string): string {
  const line = text.replaceAll(/[\r\n]+/g, ' ');
  return closesAtTheEnd(line) ? `<${line}>` : line;
}

function closesAtTheEnd(line: string): boolean {
  const characters = line.split('');
  if (characters[0] !== '<') return false;
  let depth = 0;
  for (const [index, character] of characters.entries()) {
    if (character === '<') depth += 1;
    if (character === '>') depth -= 1;
    if (depth === 0) return index === characters.length - 1;
  }
  return false;
}
