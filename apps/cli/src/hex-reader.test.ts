import { expect, test } from 'vitest';
import { HexReader } from './hex-reader.ts';

const read = (...chunks: string[]): Buffer => {
  const reader = new HexReader();
  const bytes = chunks.map((chunk) => reader.push(Buffer.from(chunk)));
  reader.end();
  return Buffer.concat(bytes);
};

test('hexadecimal digits are read however they are cut and spaced', () => {
  expect(read('4d 6', '5\n73', '73').toString()).toBe('Mess');
});

test('a character that is no digit is named by its place', () => {
  expect(() => read('4d', 'x5')).toThrow('character 3');
});

test('half a byte at the end is refused', () => {
  expect(() => read('4d6')).toThrow('half a byte');
});
