import { expect, test } from 'vitest';
import { BlockReader } from './wire-block.ts';

const FIRST = 'Message: ACK\r\nError: OK  \r\n \r\n';
const SECOND = '\r\nMESSAGE:Call\nCallerID: 0675040279:1\nCarType: General\n\n';

test('blocks are cut at their own bytes, however the stream is cut [reading 9]', () => {
  const stream = Buffer.from(FIRST + SECOND);
  for (let cut = 0; cut <= stream.length; cut++) {
    const reader = new BlockReader();
    const blocks = [...reader.push(stream.subarray(0, cut)), ...reader.push(stream.subarray(cut)), ...reader.end()];
    expect(
      blocks.map(({ bytes }) => bytes.toString()),
      `cut at ${cut}`,
    ).toEqual([FIRST, SECOND]);
  }
});

test('a block that CR ends is there at once, and an LF that follows is its own [reading 4]', () => {
  const reader = new BlockReader();
  const [block] = reader.push(Buffer.from('Message: ACK\r\nError: OK\r\n\r'));
  expect(block?.bytes.toString()).toBe('Message: ACK\r\nError: OK\r\n\r');
  expect(reader.push(Buffer.from('\n'))).toEqual([]);
  expect(block?.bytes.toString()).toBe('Message: ACK\r\nError: OK\r\n\r\n');
});

test('a field is read by its name in any case, up to the first colon only [readings 6, 10]', () => {
  const [block] = new BlockReader().push(Buffer.from(SECOND));
  expect(block?.field('message')).toBe('Call');
  expect(block?.field('CALLERID')).toBe('0675040279:1');
  expect(block?.field('Guid')).toBeUndefined();
  expect(block?.result).toMatchObject({ fault: 'invalid-field' });
});

test('what has no end is one fault and then nothing', () => {
  const reader = new BlockReader();
  expect(reader.push(Buffer.alloc(100_000, 'x')).map(({ result }) => result)).toMatchObject([{ fault: 'line-too-long' }]);
  expect(reader.push(Buffer.from(FIRST))).toEqual([]);
  expect(reader.end()).toEqual([]);
});
