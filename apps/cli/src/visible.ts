import { isUtf8 } from 'node:buffer';

// Control characters move cursors and recolour terminals; the invisible ones that turn the direction of writing hide what is there.
// oxlint-disable-next-line no-control-regex -- these are the characters that must never reach a terminal
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const SHORT: Readonly<Record<string, string>> = { '\r': String.raw`\r`, '\n': String.raw`\n`, '\t': String.raw`\t` };

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return SHORT[character] ?? (code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`);
}

/** A text of the wire for people: what a terminal would act on is written out, `\x1b`, `\r`, `\u202e`. */
export function visible(text: string): string {
  return text.replace(HIDDEN, escaped);
}

/** Bytes as text for people: UTF-8 where they are, else ASCII with `\xNN` for the rest; control characters written out. */
export function visibleBytes(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return visible(Buffer.from(bytes).toString('utf8'));
  let text = '';
  for (const byte of bytes) text += byte < 0x80 ? visible(String.fromCharCode(byte)) : `\\x${byte.toString(16)}`;
  return text;
}

/** An object as one line of JSON that a terminal cannot be harmed by; any JSON reader gives back the same text. */
export function jsonLine(value: object): string {
  return JSON.stringify(value).replace(HIDDEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
