import { expect, test } from 'vitest';
import { jsonLine, visible, visibleBytes } from './visible.ts';

test('control characters of the wire are written out, never sent to a terminal', () => {
  expect(visible('a\u001b[31mb\r\n\t\u0000\u007f\u009b')).toBe(String.raw`a\x1b[31mb\r\n\t\x00\x7f\x9b`);
});

test('characters that turn the direction of writing are written out', () => {
  expect(visible('067\u202e0279\u2066\ufeff')).toBe(String.raw`067\u202e0279\u2066\ufeff`);
});

test('letters of any alphabet stay', () => {
  expect(visible('Машина подана, їдьте 🚕')).toBe('Машина подана, їдьте 🚕');
});

test('bytes that are no UTF-8 are shown as ASCII and \\xNN', () => {
  expect(visibleBytes(Uint8Array.of(0x4d, 0xcc, 0x0d, 0x0a))).toBe(String.raw`M\xcc\r\n`);
});

test('bytes that are UTF-8 are shown as their text', () => {
  expect(visibleBytes(new TextEncoder().encode('Да\n'))).toBe(String.raw`Да\n`);
});

test('a line of JSON holds no character a terminal acts on and reads back as the same text', () => {
  const value = { text: 'a\u001b[0m\u009b\u202e\n"\\' };
  const line = jsonLine(value);
  expect(visible(line)).toBe(line);
  expect(JSON.parse(line)).toEqual(value);
});
