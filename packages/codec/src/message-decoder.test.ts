import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { decodeMessages, DEFAULT_LIMITS, isFault, MessageDecoder, type Diagnostic, type SayText } from './index.ts';

const ACK = 'Message: ACK\r\nError: OK\r\n\r\n';

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe('pendingBytes counts what is held of an unfinished message [reading 9]', () => {
  test.each([
    ['', 0],
    ['\r\n', 0],
    [' \t ', 0],
    ['\uFEFF', 0],
    ['\uFEFF  ', 0],
    ['\r\n  \r\n ', 0],
    ['M', 1],
    [' M', 2],
    ['\uFEFFM', 1],
    ['Message: ACK\r', 13],
    ['Message: ACK\r\n', 14],
    ['Message: ACK\r\n ', 15],
    [ACK, 0],
    [`${ACK}\r\n \t`, 0],
    [`${ACK}Mess`, 4],
    [ACK.slice(0, -1), 0],
    [`${ACK.repeat(4)}Message: SayText\r\nNumberToCall: 0930100128\r\n`, 44],
    [`${ACK.repeat(4)}${ACK.slice(0, -1)}`, 0],
    [`${ACK.repeat(4)}${ACK.slice(0, -2)}`, 25],
    [`${ACK.repeat(4)}Message: ACK\n`, 13],
    [`${ACK.repeat(4)}Message: ACK\r\r`, 0],
    [`${ACK.repeat(4)} M`, 2],
  ])('%j leaves %d', (text, pending) => {
    const decoder = new MessageDecoder();
    decoder.push(bytes(text));
    expect(decoder.pendingBytes).toBe(pending);
    const slowly = new MessageDecoder();
    for (const byte of bytes(text)) slowly.push(Uint8Array.of(byte));
    expect(slowly.pendingBytes).toBe(pending);
  });

  test('half a byte order mark is pending, and nothing after the end', () => {
    const decoder = new MessageDecoder();
    decoder.push(Uint8Array.of(0xef));
    expect(decoder.pendingBytes).toBe(1);
    decoder.end();
    expect(decoder.pendingBytes).toBe(0);
  });
});

test('a message whose blank line ends in a CR is there before the next byte [reading 4, reading 9]', () => {
  const heard: Diagnostic[] = [];
  const decoder = new MessageDecoder({ onDiagnostic: (diagnostic) => heard.push(diagnostic) });
  expect(decoder.push(bytes(ACK.slice(0, -1)))).toHaveLength(1);
  expect(decoder.push(bytes('\n'))).toEqual([]);
  expect(decoder.push(bytes(ACK.slice(0, -1)))).toHaveLength(1);
  expect(heard).toEqual([]);
  expect(decoder.push(bytes('M'))).toEqual([]);
  expect(heard).toEqual([{ code: 'lone-cr', reading: 4 }]);
});

test('a message in several chunks that each end within it is read when its blank line is there [reading 9]', () => {
  const decoder = new MessageDecoder();
  const said = `Message: SayText\r\nNumberToCall: 0930100128\r\nTextToSay: ${'Машина подана. '.repeat(12)}!\r\nGuid: 6F9619FF-8B86-D011-B42D-00CF4FC964FF\r\n\r\n`;
  const whole = bytes(`${ACK}${said}`);
  for (let from = 0; from + 70 < whole.length; from += 70) {
    expect(decoder.push(whole.subarray(from, from + 70)).filter((result) => !isFault(result) && result.message === 'SayText')).toEqual([]);
    expect(decoder.pendingBytes).toBe(from + 70 - ACK.length);
  }
  expect(decoder.push(whole.subarray(-(whole.length % 70)))).toMatchObject([{ message: 'SayText' }]);
  expect(decoder.pendingBytes).toBe(0);
});

test('a beginning that turns out odd is read with what follows it, faults, tolerances and all [reading 9]', () => {
  const heard: Diagnostic[] = [];
  const decoder = new MessageDecoder({ onDiagnostic: (diagnostic) => heard.push(diagnostic) });
  const dial = 'Message: Dial\r\nTel: 38(093)010-01-28\r\n\r\n';
  expect(decoder.push(bytes(`${ACK.repeat(3)}${dial.slice(0, 30)}`))).toHaveLength(3);
  expect(heard).toEqual([]);
  expect(decoder.push(bytes(`${dial.slice(30)}${ACK.repeat(3)}`))).toHaveLength(4);
  expect(heard).toEqual([{ code: 'phone-form', reading: 20, field: 'Tel' }]);
  expect(decoder.push(bytes(`${ACK.repeat(3)}${dial.slice(0, 30)}`))).toHaveLength(3);
  expect(decoder.end()).toMatchObject([{ fault: 'incomplete-message' }]);
});

test('the first chunk that exceeds a cap gives the last result; nothing is read or held after it [reading 27]', () => {
  const decoder = new MessageDecoder({ limits: { lineBytes: 20 } });
  const results = decoder.push(bytes(`${ACK}${'x'.repeat(21)}\r\n${ACK}`));
  expect(results).toMatchObject([{ message: 'ACK' }, { fault: 'line-too-long', fatal: true }]);
  expect(decoder.pendingBytes).toBe(0);
  expect(decoder.push(bytes(ACK))).toEqual([]);
  expect(decoder.end()).toEqual([]);
});

test('too many fields are the last result, even with messages after them [reading 27]', () => {
  const decoder = new MessageDecoder({ limits: { fields: 1 } });
  expect(decoder.push(bytes(`Message: Ping\r\n\r\n${ACK}${ACK}`))).toMatchObject([
    { message: 'Unknown' },
    { fault: 'too-many-fields', fatal: true },
  ]);
  expect(decoder.push(bytes('Message: Ping\r\n\r\n'))).toEqual([]);
  expect(decoder.end()).toEqual([]);
});

test('the end is the end: a second one gives nothing, and nothing is read after it [reading 11]', () => {
  const decoder = new MessageDecoder();
  decoder.push(bytes('Message: ACK\r\nError: OK\r\n'));
  expect(decoder.end()).toHaveLength(1);
  expect(decoder.end()).toEqual([]);
  expect(decoder.push(bytes(ACK))).toEqual([]);
});

describe('default limits [reading 27]', () => {
  test('are 4,096 bytes a line, 16,384 a message, 32 fields and 500 characters of text', () => {
    expect(DEFAULT_LIMITS).toEqual({ lineBytes: 4096, messageBytes: 16_384, fields: 32, textCharacters: 500 });
  });
  test('a line of 4,096 bytes is read, of 4,097 not', () => {
    const line = (length: number): Uint8Array => bytes(`Message: Ping\r\nA: ${'x'.repeat(length - 3)}\r\n\r\n`);
    expect(decodeMessages(line(4096))).toMatchObject([{ message: 'Unknown' }]);
    expect(decodeMessages(line(4097))).toMatchObject([{ fault: 'line-too-long', fatal: true }]);
  });
  test('a message of 16,384 bytes is read, of 16,385 not', () => {
    const message = (length: number): Uint8Array => {
      const filled = ['Message: Ping', ...[1, 2, 3, 4].map((index) => `A${index}: ${'x'.repeat(3996)}`)].join('\r\n');
      return bytes(`${filled}\r\nB: ${'x'.repeat(length - filled.length - 5)}\r\n\r\n`);
    };
    expect(decodeMessages(message(16_384))).toMatchObject([{ message: 'Unknown' }]);
    expect(decodeMessages(message(16_385))).toMatchObject([{ fault: 'message-too-long', fatal: true }]);
  });
  test('a stream without a line end is given up at the first byte too many', () => {
    const decoder = new MessageDecoder();
    expect(decoder.push(new Uint8Array(4096).fill(0x41))).toEqual([]);
    expect(decoder.pendingBytes).toBe(4096);
    expect(decoder.push(Uint8Array.of(0x41))).toMatchObject([{ fault: 'line-too-long' }]);
  });
  test('a fault keeps the first 1,024 bytes', () => {
    const [fault] = decodeMessages(new Uint8Array(5000).fill(0x41)).filter(isFault);
    expect(fault?.bytes).toEqual(new Uint8Array(1024).fill(0x41));
  });
});

test.each([
  { lineBytes: 0 },
  { messageBytes: -1 },
  { fields: 1.5 },
  { textCharacters: Number.NaN },
  { lineBytes: Number.POSITIVE_INFINITY },
])('the limit %j is a RangeError', (limits) => {
  expect(() => new MessageDecoder({ limits })).toThrow(RangeError);
});

test('an unknown encoding is a RangeError, anything but bytes a TypeError', () => {
  expect(() => new MessageDecoder({ encoding: 'latin1' as never })).toThrow(RangeError);
  expect(() => new MessageDecoder().push('Message: ACK' as never)).toThrow(TypeError);
});

test('letters that only look like the protocol’s do not name a message [reading 6]', () => {
  expect(decodeMessages(bytes('Message: AC\u212A\r\nError: OK\r\n\r\n'))).toMatchObject([{ message: 'Unknown' }]);
});

test('a diagnostic names its reading and the first field it was seen in', () => {
  const heard: Diagnostic[] = [];
  decodeMessages(bytes('message: Dial\r\nTEL: +380675040279\r\n\r\n'), { onDiagnostic: (diagnostic) => heard.push(diagnostic) });
  expect(heard).toEqual([
    { code: 'name-case', reading: 6, field: 'Message' },
    { code: 'phone-form', reading: 20, field: 'Tel' },
  ]);
});

test('no string that is handed out keeps its chunk alive', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const guids: string[] = [];
  const message = (index: number): string =>
    `Message: SayText\r\nNumberToCall: 0930100128\r\nTextToSay: Машина подана\r\nGuid: 6F9619FF-8B86-D011-B42D-${String(index).padStart(12, '0')}\r\n\r\n`;
  collect();
  const before = process.memoryUsage();
  for (let round = 0; round < 200; round++) {
    const decoder = new MessageDecoder();
    const results = decoder.push(bytes(message(round).repeat(400)));
    const said = results[0] as SayText;
    guids.push(said.guid, said.textToSay, said.numberToCall);
  }
  collect();
  const after = process.memoryUsage();
  expect(guids).toHaveLength(600);
  // 200 chunks of 60 KB would be 12 MB.
  expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(4_000_000);
});

test('an unfinished line is not scanned again for each of its bytes', () => {
  const length = 2_000_000;
  const decoder = new MessageDecoder({ limits: { lineBytes: length, messageBytes: length } });
  const byte = Uint8Array.of(0x41);
  // Scanned again for each byte, the line would cost 2,000,000 times its half: the test would not end in its time.
  for (let count = 0; count < length; count++) decoder.push(byte);
  expect(decoder.pendingBytes).toBe(length);
});
