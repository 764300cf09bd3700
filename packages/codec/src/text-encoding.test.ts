import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { checkEncoding, decodeText, encodeText, settleEncoding, type TextEncoding } from './text-encoding.ts';

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

describe.each(['windows-1251', 'koi8-u', 'cp866'] as const)('%s [reading 22]', (encoding) => {
  test('decodes each of the 256 bytes as iconv-lite does, and none where that has no character', () => {
    for (const byte of EVERY_BYTE) {
      const expected = iconv.decode(Buffer.of(byte), encoding);
      expect(decodeText(EVERY_BYTE, byte, byte + 1, encoding) ?? '\uFFFD').toBe(expected);
    }
  });

  test('encodes every character of the basic plane as iconv-lite does, and refuses those it lacks', () => {
    const encoder = (character: string): Buffer => iconv.encode(character, encoding);
    const question = encoder('?')[0];
    const wrong: string[] = [];
    for (let code = 0; code < 0xffff; code++) {
      const character = String.fromCharCode(code);
      if (!character.isWellFormed() || character === '\uFFFD') continue;
      const expected = encoder(character);
      const lacking = expected.length !== 1 || (expected[0] === question && character !== '?');
      const got = encodeText(character, encoding);
      if (lacking ? got !== undefined : got?.[0] !== expected[0]) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  test('a long text is decoded whole', () => {
    const text = 'Машина подана. '.repeat(400);
    const bytes = Buffer.from(encodeText(text, encoding) ?? []);
    expect(bytes).toHaveLength(text.length);
    expect(decodeText(bytes, 0, bytes.length, encoding)).toBe(text);
  });
});

test('windows-1251 has one byte without a character, and U+FFFD has no byte [reading 22]', () => {
  const lacking = [...EVERY_BYTE].filter((byte) => decodeText(EVERY_BYTE, byte, byte + 1, 'windows-1251') === undefined);
  expect(lacking).toEqual([0x98]);
  expect(encodeText('\uFFFD', 'windows-1251')).toBeUndefined();
});

test('half of a surrogate pair has no form in UTF-8 [reading 23]', () => {
  expect(encodeText('\uD83D', 'utf-8')).toBeUndefined();
  expect(encodeText('\uD83D\uDE95', 'auto')).toEqual(Uint8Array.from(Buffer.from('🚕')));
});

test.each<[string, Buffer, TextEncoding, string]>([
  ['ASCII is told apart first', Buffer.from('Message: ACK'), 'auto', 'ascii'],
  ['ASCII is ASCII under a fixed encoding', Buffer.from('Message: ACK'), 'cp866', 'ascii'],
  ['valid UTF-8', Buffer.from('Такси'), 'auto', 'utf-8'],
  ['anything else', Buffer.from('d2e0eaf1e8', 'hex'), 'auto', 'windows-1251'],
  ['a fixed encoding is not doubted', Buffer.from('Такси'), 'koi8-u', 'koi8-u'],
])('%s [reading 22]', (_what, bytes, encoding, settled) => {
  expect(settleEncoding(encoding, bytes)).toBe(settled);
});

test('an unknown encoding is a RangeError that names the known ones', () => {
  expect(() => checkEncoding('latin1' as TextEncoding)).toThrow(/expected one of auto, utf-8, windows-1251, koi8-u, cp866, got "latin1"/);
  expect(() => checkEncoding('latin1' as TextEncoding)).toThrow(RangeError);
});
