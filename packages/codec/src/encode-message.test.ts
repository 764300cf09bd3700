import { describe, expect, test } from 'vitest';
import {
  decodeMessages,
  encodeMessage,
  encodeMessageInto,
  ProtocolError,
  type Guid,
  type Message,
  type PhoneNumber,
  type StatusTime,
} from './index.ts';

const GUID = '6F9619FF-8B86-D011-B42D-00CF4FC964FF' as Guid;
const PHONE = '+380930100128' as PhoneNumber;

function sayText(textToSay: string): Message {
  return { message: 'SayText', numberToCall: PHONE, textToSay, guid: GUID };
}

function written(message: Message, options?: Parameters<typeof encodeMessage>[1]): string {
  return Buffer.from(encodeMessage(message, options)).toString('utf8');
}

/** The code with which writing is refused. */
function refusal(message: unknown, options?: Parameters<typeof encodeMessage>[1]): unknown {
  try {
    encodeMessage(message as Message, options);
  } catch (error) {
    return error instanceof ProtocolError ? `${error.code}${error.field === undefined ? '' : ` ${error.field}`}` : error;
  }
  return 'written';
}

test('line breaks of a text become one space each run [TN-11, reading 23]', () => {
  expect(written(sayText('a\r\n\r\nb\nc\rd'))).toContain('TextToSay: a b c d\r\n');
});

test('blanks around a value are cut off [reading 1, reading 23]', () => {
  expect(written(sayText(' \t Машина подана \n'))).toContain('TextToSay: Машина подана\r\n');
  expect(written({ message: 'ACK', error: ' busy ' })).toBe('Message: ACK\r\nError: busy\r\n\r\n');
});

test.each(['<a>', '<>', '<<a>>', '<a <b> c>'])(
  'the text %s is written with one more pair of brackets and read back [reading 13, reading 23]',
  (text) => {
    expect(written(sayText(text))).toContain(`TextToSay: <${text}>\r\n`);
    expect(decodeMessages(encodeMessage(sayText(text)))).toEqual([sayText(text)]);
  },
);

describe('nothing in a value can break the frame [reading 23]', () => {
  const hostile = ['a\r\nGuid: x', 'a\nb', 'a\rb', 'a\u0000b', 'a\tb', 'a\u001bb', 'a\u007fb', 'a\u0085b', 'a\u009fb'];
  test.each(hostile)('%j as an error', (error) => {
    expect(refusal({ message: 'ACK', error })).toBe('control-character Error');
  });
  test.each(hostile)('%j as an extra value', (value) => {
    expect(refusal({ message: 'Dial', tel: PHONE, extra: [{ name: 'Note', value }] })).toBe('control-character Note');
  });
  test.each(hostile)('%j as the name or a value of an unknown message', (text) => {
    expect(refusal({ message: 'Unknown', name: text, fields: [] })).toBe('control-character Message');
    expect(refusal({ message: 'Unknown', name: 'Ping', fields: [{ name: 'A', value: text }] })).toBe('control-character A');
  });
  test.each(hostile.filter((text) => !/[\r\n]/.test(text)))('%j as a text', (text) => {
    expect(refusal(sayText(text))).toBe('control-character TextToSay');
  });
  test.each(hostile)('%j as a phone, a GUID, a time, a status or a car type', (text) => {
    expect(refusal({ message: 'Dial', tel: text })).toBe('invalid-field Tel');
    expect(refusal({ message: 'SayText', numberToCall: PHONE, textToSay: 'a', guid: text })).toBe('invalid-field Guid');
    expect(refusal({ message: 'SayTextStatus', guid: GUID, status: 'Done', statusChangedTime: text })).toBe(
      'invalid-field StatusChangedTime',
    );
    expect(refusal({ message: 'SayTextStatus', guid: GUID, status: text, statusChangedTime: '03.11.2010 15:21:30' })).toBe(
      'invalid-field Status',
    );
    expect(refusal({ message: 'Call', callerId: PHONE, carType: text })).toBe('invalid-field CarType');
  });
  test.each(['', 'a b', 'a:b', 'a\r\nb', '1a', '-a', 'é', 'Ключ', 'a'.repeat(33), 'a_b'])('%j as the name of an extra field', (name) => {
    expect(refusal({ message: 'Dial', tel: PHONE, extra: [{ name, value: 'x' }] })).toBe('invalid-name');
  });
});

test.each(['Tel', 'tel', 'Message', 'MESSAGE'])('an extra field may not be %s, which is the message’s own [reading 18]', (name) => {
  expect(refusal({ message: 'Dial', tel: PHONE, extra: [{ name, value: 'x' }] })).toBe(`invalid-name ${name}`);
});

test('an unknown message may not have the name of a known one [reading 28]', () => {
  expect(refusal({ message: 'Unknown', name: 'dial', fields: [] })).toBe('invalid-field Message');
  expect(refusal({ message: 'Unknown', name: ' ', fields: [] })).toBe('invalid-field Message');
  expect(refusal({ message: 'Unknown', name: 'Ping', fields: [{ name: 'message', value: 'x' }] })).toBe('invalid-name message');
});

test.each<[unknown, string]>([
  [sayText(''), 'invalid-field TextToSay'],
  [sayText(' \n '), 'invalid-field TextToSay'],
  [{ message: 'ACK', error: '' }, 'invalid-field Error'],
  [{ message: 'Dial', tel: '0671234567' }, 'invalid-field Tel'],
  [{ message: 'Dial' }, 'invalid-field Tel'],
  [{ message: 'Conference', tel1: PHONE, tel2: 5 }, 'invalid-field Tel2'],
  [{ message: 'Hello' }, 'invalid-field Message'],
  [{ message: 'ACK', error: 5 }, 'invalid-field Error'],
])('%j is refused as %s [reading 23]', (message, code) => {
  expect(refusal(message)).toBe(code);
});

test.each<['windows-1251' | 'koi8-u' | 'cp866' | 'utf-8', string]>([
  ['windows-1251', '🚕'],
  ['koi8-u', '№'],
  ['cp866', 'ґ'],
  ['utf-8', '\uD83D'],
])('%s refuses %j, for which it has no bytes [reading 22, reading 23]', (encoding, text) => {
  expect(refusal(sayText(text), { encoding })).toBe('unencodable-character TextToSay');
});

test('ok in any case is written OK [TN-8]', () => {
  expect(written({ message: 'ACK', error: 'ok' })).toBe('Message: ACK\r\nError: OK\r\n\r\n');
});

test('compact is for ACK alone [TN-22, reading 24]', () => {
  const style = { ackStyle: 'compact' } as const;
  expect(written({ message: 'ACK', error: 'OK', extra: [{ name: 'Id', value: '5' }] }, style)).toBe(
    'Message:ACK\r\nError:OK\r\nId:5\r\n\r\n',
  );
  expect(written({ message: 'Dial', tel: PHONE }, style)).toBe('Message: Dial\r\nTel: 0930100128\r\n\r\n');
});

describe('limits of the reader hold for what is written [reading 27]', () => {
  test('a text of 500 characters is written, of 501 refused', () => {
    expect(refusal(sayText('🚕'.repeat(500)))).toBe('written');
    expect(refusal(sayText('🚕'.repeat(501)))).toBe('text-too-long TextToSay');
    expect(refusal(sayText('a'.repeat(501)), { limits: { textCharacters: 501 } })).toBe('written');
  });
  test('a line of 4,096 bytes is written, of 4,097 refused', () => {
    const note = (length: number): unknown => ({ message: 'Dial', tel: PHONE, extra: [{ name: 'Note', value: 'x'.repeat(length) }] });
    expect(refusal(note(4090))).toBe('written');
    expect(refusal(note(4091))).toBe('line-too-long');
  });
  test('a message of 16,384 bytes is written, of 16,385 refused', () => {
    const message = (length: number): Message => {
      const fields = [4000, 4000, 4000, 4000, length].map((size, index) => ({ name: `F${index}`, value: 'x'.repeat(size) }));
      return { message: 'Unknown', name: 'Ping', fields };
    };
    const room = 16_384 - (encodeMessage(message(1)).length - 4 - 1);
    expect(refusal(message(room))).toBe('written');
    expect(decodeMessages(encodeMessage(message(room)))).toEqual([message(room)]);
    expect(refusal(message(room + 1))).toBe('message-too-long');
  });
  test('32 fields are written, 33 refused', () => {
    const fields = (count: number): unknown => ({
      message: 'Unknown',
      name: 'Ping',
      fields: Array.from({ length: count - 1 }, () => ({ name: 'A', value: '' })),
    });
    expect(refusal(fields(32))).toBe('written');
    expect(refusal(fields(33))).toBe('too-many-fields');
  });
});

describe('encodeMessageInto', () => {
  const ack = { message: 'ACK', error: 'OK' } as const;
  test('writes at the offset and returns how many bytes, leaving the rest alone', () => {
    const target = new Uint8Array(40).fill(7);
    expect(encodeMessageInto(ack, target, 3)).toBe(27);
    expect([...target.subarray(0, 3), ...target.subarray(30)].every((byte) => byte === 7)).toBe(true);
    expect(target.subarray(3, 30)).toEqual(encodeMessage(ack));
  });
  test('writes nothing and throws a RangeError where the room is one byte short', () => {
    const target = new Uint8Array(30);
    expect(() => encodeMessageInto(ack, target, 4)).toThrow(/has 27 bytes, the target has room for 26/);
    expect(target.every((byte) => byte === 0)).toBe(true);
    expect(encodeMessageInto(ack, target, 3)).toBe(27);
  });
  test.each([-1, 1.5, 31, Number.NaN])('throws a RangeError for the offset %d', (offset) => {
    expect(() => encodeMessageInto(ack, new Uint8Array(30), offset)).toThrow(RangeError);
  });
});

test('the bytes are the caller’s own and no part of a pool', () => {
  const bytes = encodeMessage({ message: 'ACK', error: 'OK' });
  expect(bytes.constructor).toBe(Uint8Array);
  expect(bytes.byteLength).toBe(bytes.buffer.byteLength);
});

test.each([{ encoding: 'utf8' }, { ackStyle: 'dense' }, { limits: { fields: 0 } }])('%j is a RangeError', (options) => {
  expect(refusal({ message: 'ACK', error: 'OK' }, options as never)).toBeInstanceOf(RangeError);
});

test('a time is written in its one form only [TN-14]', () => {
  const status = (statusChangedTime: string): Message => ({
    message: 'SayTextStatus',
    guid: GUID,
    status: 'Done',
    statusChangedTime: statusChangedTime as StatusTime,
  });
  expect(refusal(status('03.11.2010 15:21:30'))).toBe('written');
  expect(refusal(status('2010-11-03 15:21:30'))).toBe('invalid-field StatusChangedTime');
});
