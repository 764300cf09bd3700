import { nearestName } from './nearest-name.ts';

/** What can stand in braces in a phrase; the speech package's own list, which a test of the bridge holds to this one. */
export const PHRASE_SLOTS = ['number', 'plate', 'time', 'price', 'phone', 'date', 'text'] as const;

/** Slots of one template at most. */
export const PHRASE_SLOTS_AT_MOST = 16;

const SLOTS_IN_WORDS = PHRASE_SLOTS.map((name) => `{${name}}`).join(' ');

/** Signs that a phrase is told apart by; others count as a space. */
const KNOWN_SIGN = /[.,!?:;+%/()&°$€₴₽№#…\-‐‑‒–—―−－]/u;

/** Why a phrase cannot be looked for, and what to do. */
export interface PhraseFault {
  readonly message: string;
  readonly remedy: string;
}

/** What makes a key of `speech.phrases` no phrase: the bridge would not start with it. Undefined for a good one. */
export function phraseFault(text: string): PhraseFault | undefined {
  const names = [...text.matchAll(/\{([^{}]{0,40})\}/gu)].map((match) => (match[1] ?? '').trim());
  const known: readonly string[] = PHRASE_SLOTS;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const near = nearestName(unknown, PHRASE_SLOTS);
    const remedy = `A slot is one of ${SLOTS_IN_WORDS}`;
    return { message: `unknown slot {${unknown}}`, remedy: near === undefined ? remedy : `Did you mean {${near}}? ${remedy}` };
  }
  const between = text.split(/\{[^{}]{0,40}\}/u);
  if (between.some((part) => /[{}]/u.test(part))) {
    return { message: 'a brace without its other half', remedy: `Remove it; braces are for slots: ${SLOTS_IN_WORDS}` };
  }
  if (names.length > PHRASE_SLOTS_AT_MOST)
    return { message: `${names.length} slots, more than ${PHRASE_SLOTS_AT_MOST}`, remedy: 'Take {text} for what varies most' };
  const adjoining = names.some(
    (name, index) => index > 0 && name === 'text' && names[index - 1] === 'text' && !isTold(between[index] ?? ''),
  );
  if (adjoining) return { message: 'two {text} with nothing between them', remedy: 'Keep one of the two, or write a word between them' };
  if (names.length > 0 || hasWords(text)) return undefined;
  return { message: 'a phrase without a letter or digit that could be spoken', remedy: 'Write the text that Taxi Navigator sends' };
}

function isTold(text: string): boolean {
  return KNOWN_SIGN.test(withoutMarkup(text)) || hasWords(text);
}

function hasWords(text: string): boolean {
  return Array.from(withoutMarkup(text).normalize('NFC')).some(
    (character) => /[\p{L}\p{N}]/u.test(character) && /[A-Za-z0-9А-Яа-яЁёІіЇїЄєҐґ]/u.test(character.normalize('NFKD')),
  );
}

/** Tags are never spoken. */
function withoutMarkup(text: string): string {
  return text.replace(/<[A-Za-z/!?][^>]*>/gu, ' ').replace(/&(?:#x?[0-9a-f]{1,8}|[a-z]{2,8});/giu, ' ');
}
