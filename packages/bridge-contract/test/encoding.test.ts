import { expect, it } from 'vitest';
import { COLUMN, configurationOf, problemsOf } from './configuration-text.ts';

const AT = '/etc/taxinav/bridge.yaml';
const PHRASE = '# Ваше такси\nspeech: { phrases: { "Машина подана": a.wav } }\n';

/** Cyrillic letters of windows-1251 from its own code: А is 0xC0, я is 0xFF. */
function windows1251(text: string): Buffer {
  return Buffer.from(
    text.replace(/[А-я]/g, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) - 0x350)),
    'latin1',
  );
}

it('a file in windows-1251 is refused at its first letter that is none', () => {
  expect(problemsOf(windows1251(COLUMN + PHRASE).toString('utf8'))).toEqual([
    `${AT}:6:3: bytes that are not UTF-8 (the file is in windows-1251, perhaps). Save the file as UTF-8 in the editor`,
  ]);
});

it('one byte that is not UTF-8 is enough', () => {
  const bytes = Buffer.from(COLUMN.replace('north', 'n#rth'));
  bytes[bytes.indexOf('#')] = 0xe0;
  expect(problemsOf(bytes.toString('utf8'))[0]).toContain(`${AT}:2:10: bytes that are not UTF-8`);
});

it.each([
  ['little-endian', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['big-endian', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
  ['without a byte-order mark', (text: string) => Buffer.from(text, 'utf16le')],
])('UTF-16, %s, is called that', (_, encoded) => {
  for (const text of [COLUMN, COLUMN + PHRASE])
    expect(problemsOf(encoded(text).toString('utf8'))).toEqual([`${AT}:1:1: the file is UTF-16, not UTF-8. Save it as UTF-8`]);
});

it('UTF-8 is in order, with a byte-order mark and without', () => {
  for (const mark of ['', '\uFEFF']) {
    const text = Buffer.from(mark + COLUMN + PHRASE, 'utf8').toString('utf8');
    expect(configurationOf(text).speech.phrases).toHaveProperty('Машина подана');
  }
});
