import { withoutMixedWords } from './look-alikes.ts';

/** What every text consists of; the rest is looked at more closely. */
const PLAIN: ReadonlySet<string> = new Set(
  ' ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЇЄҐабвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ.,',
);
const APOSTROPHES = "'’ʼ`´‘′ʹ‛＇";
const QUOTES = '"«»„“”‟‹›″＂';
const DASHES = '-‐‑‒–—―−－';
/** What has a meaning for the readers or for the voice; every other sign becomes a space. */
const KEPT_SIGNS = '.,!?:;+%/()&°$€₴₽';

/**
 * A text with only what can be spoken left: Cyrillic and Latin letters (accents dropped), ASCII digits, the signs that readers
 * or the voice know, single spaces. Markup, control and invisible characters, emoji and other scripts are gone; apostrophes,
 * quotes and dashes have one form each; words that mix Latin look-alikes into Cyrillic are Cyrillic. Takes linear time, never throws.
 */
export function speakableText(text: string, keep?: (character: string) => boolean): string {
  const source = withoutMarkup(text.toWellFormed().normalize('NFC'));
  let out = '';
  // Asking the text itself for its end would copy all of it each time.
  let spaced = true;
  for (const character of source) {
    const spoken = keep?.(character) === true ? character : speakable(character);
    if (spoken === '' || (spoken === ' ' && spaced)) continue;
    out += spoken;
    spaced = spoken.endsWith(' ');
  }
  return withoutMixedWords(out.trimEnd());
}

function speakable(character: string): string {
  if (PLAIN.has(character)) return character;
  if (APOSTROPHES.includes(character)) return "'";
  if (QUOTES.includes(character)) return '"';
  if (DASHES.includes(character)) return '-';
  if (KEPT_SIGNS.includes(character)) return character;
  if (character === '№' || character === '#') return '№';
  if (character === '…') return '.';
  if (/^[\p{M}\p{Cf}]$/u.test(character)) return '';
  if (/^[\p{L}\p{N}]$/u.test(character)) return basicForm(character);
  return ' ';
}

/** `é` → `e`, fullwidth and mathematical letters and digits → plain ones; letters of other scripts → a space. */
function basicForm(character: string): string {
  const basic = character.normalize('NFKD').replace(/[^A-Za-z0-9А-Яа-яЁёІіЇїЄєҐґ]/gu, '');
  return basic === '' ? ' ' : basic;
}

/** Drops tags and entities; `<Ланос>`, which is no tag, loses only its brackets later. */
function withoutMarkup(text: string): string {
  let out = '';
  let from = 0;
  while (from < text.length) {
    const open = text.indexOf('<', from);
    if (open < 0) break;
    const isTag = /[A-Za-z/!?]/u.test(text.charAt(open + 1));
    const close = isTag ? text.indexOf('>', open) : -1;
    // Without a closing bracket anywhere behind it no later tag can have one either.
    if (isTag && close < 0) break;
    out += `${text.slice(from, open)} `;
    from = isTag ? close + 1 : open + 1;
  }
  return (out + text.slice(from)).replace(/&(#x?[0-9a-f]{1,8}|[a-z]{2,8});/giu, (_, name: string) => entity(name.toLowerCase()));
}

function entity(name: string): string {
  if (name === 'amp') return '&';
  return name === 'apos' || name === '#39' || name === '#x27' || name === 'rsquo' ? "'" : ' ';
}
