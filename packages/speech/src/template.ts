import { SpeechError } from './errors.ts';
import type { Language } from './language.ts';
import { phraseKey, type PhraseKey } from './phrase-key.ts';
import { type Expected, readText, type ReadingKind, EXPECTED_READERS } from './reading/read-text.ts';
import { joinSpoken } from './spoken-form.ts';
import { speakableText } from './speakable-text.ts';

/** What can stand in braces in a phrase. */
export const SLOT_NAMES = ['number', 'plate', 'time', 'price', 'phone', 'date', 'text'] as const;

/** A value of {@link SLOT_NAMES}. */
export type SlotName = (typeof SLOT_NAMES)[number];

/** Slots of one template at most. */
export const MOST_SLOTS = 16;

/** What a text has in one slot, as written. */
export interface SlotValue {
  readonly name: SlotName;
  readonly value: string;
}

/** A stretch of the spoken text: one slot's words, or the words between slots. */
export interface SpokenPart {
  /** Absent: words of the template itself. */
  readonly slot?: SlotName;
  readonly words: string;
}

/** A template found in a text. */
export interface TemplateMatch {
  readonly slots: readonly SlotValue[];
  /** The text as it is to be spoken, each slot by its reader, numbers and words around them agreeing; joined by spaces it is the whole. */
  readonly spoken: (language: Language) => readonly SpokenPart[];
}

/** A text with slots, ready to be looked for. */
export interface Template {
  /** Letters and digits outside slots: more is more specific. */
  readonly literalLength: number;
  /** How many slots are `{text}`: fewer is more specific. */
  readonly textSlots: number;
  /** @param key of `speakable` */
  readonly match: (speakable: string, key: PhraseKey) => TemplateMatch | undefined;
}

type Part = { readonly literal: string } | { readonly slot: SlotName };

interface Range {
  readonly name: SlotName;
  readonly start: number;
  readonly end: number;
}

const FIRST_PLACEHOLDER = 0xe000;

/** Whether a phrase has braces: it is a template then, or a mistake. */
export function isTemplate(text: string): boolean {
  return /[{}]/u.test(text);
}

/**
 * Reads a phrase with slots.
 *
 * @param index of the phrase, for the error
 * @throws SpeechError with `SPEECH_CONFIGURATION_INVALID` for an unclosed or unknown slot, more than {@link MOST_SLOTS}, or two `{text}`
 * with no letter, digit or sign between
 */
export function parseTemplate(text: string, index: number): Template {
  const parts = templateParts(text, index);
  const literals = parts.flatMap((part) => ('literal' in part ? [part.literal] : []));
  return {
    literalLength: literals.join('').replace(/[^\p{L}\p{N}]/gu, '').length,
    textSlots: parts.filter((part) => 'slot' in part && part.slot === 'text').length,
    match: (speakable, key) => matchTemplate(parts, speakable, key),
  };
}

function templateParts(text: string, index: number): readonly Part[] {
  const fail = (what: string): never => {
    throw new SpeechError(
      'SPEECH_CONFIGURATION_INVALID',
      `phrases[${index}].text: ${what}; a slot is one of ${SLOT_NAMES.map((name) => `{${name}}`).join(' ')}.`,
    );
  };
  const slots: SlotName[] = [];
  // Slots stand as single characters of the private use area while spaces and signs around them are reduced like a text's.
  const marked = text.replace(/[\uE000-\uF8FF]/gu, ' ').replace(/\{([^{}]{0,40})\}/gu, (whole, name: string) => {
    const slot = SLOT_NAMES.find((each) => each === name.trim());
    if (slot === undefined) return fail(`unknown slot ${whole}`);
    slots.push(slot);
    return String.fromCodePoint(FIRST_PLACEHOLDER + Math.min(slots.length, MOST_SLOTS) - 1);
  });
  if (/[{}]/u.test(marked)) fail('a brace without its other half');
  if (slots.length > MOST_SLOTS) fail(`${slots.length} slots, at most ${MOST_SLOTS}`);
  const { key } = phraseKey(speakableText(marked, (character) => isPlaceholder(character)));
  const parts: Part[] = [];
  let literal = '';
  for (const character of key) {
    const slot = isPlaceholder(character) ? slots[(character.codePointAt(0) ?? 0) - FIRST_PLACEHOLDER] : undefined;
    if (slot === undefined) {
      literal += character;
      continue;
    }
    const last = parts.at(-1);
    if (literal.trim() === '' && slot === 'text' && last !== undefined && 'slot' in last && last.slot === 'text')
      fail('two {text} with nothing between them');
    if (literal !== '') parts.push({ literal });
    literal = '';
    parts.push({ slot });
  }
  if (literal !== '') parts.push({ literal });
  return parts;
}

function isPlaceholder(character: string): boolean {
  return /^[\uE000-\uF8FF]$/u.test(character);
}

/**
 * Follows all ways through the parts at once: after each part, the offsets that can be reached, each with the one it came from. So
 * time is bounded by parts × length, whatever the slots let through.
 */
function matchTemplate(parts: readonly Part[], speakable: string, { key, offsets }: PhraseKey): TemplateMatch | undefined {
  const [first] = parts;
  const last = parts.at(-1);
  if (first !== undefined && 'literal' in first && !key.startsWith(first.literal)) return undefined;
  if (last !== undefined && 'literal' in last && !key.endsWith(last.literal.trimStart())) return undefined;
  if (!hasLiterals(parts, key)) return undefined;
  const steps: Map<number, number>[] = [];
  let reached: Iterable<number> = [0];
  for (const part of parts) {
    const step = new Map<number, number>();
    if ('literal' in part) {
      for (const from of reached) {
        // «руб. за»: the key has no space behind the dot that the slot took.
        const literal = part.literal.startsWith(' ') && /[.,!?:;)]/u.test(key.charAt(from - 1)) ? part.literal.slice(1) : part.literal;
        if (key.startsWith(literal, from)) step.set(from + literal.length, from);
      }
    } else if (part.slot === 'text') spreadText(step, reached, key);
    else {
      for (const from of reached)
        for (const end of slotEnds(part.slot, speakable, offsets[from] ?? speakable.length)) {
          const to = keyOffset(offsets, end);
          if (to > from && !step.has(to)) step.set(to, from);
        }
    }
    if (step.size === 0) return undefined;
    steps.push(step);
    reached = step.keys();
  }
  if (!(steps.at(-1)?.has(key.length) ?? key === '')) return undefined;
  const ranges: Range[] = [];
  let to = key.length;
  for (let index = parts.length - 1; index >= 0; index -= 1) {
    const from = steps[index]?.get(to) ?? 0;
    const part = parts[index];
    if (part !== undefined && 'slot' in part) ranges.unshift({ name: part.slot, ...sourceRange(speakable, offsets, from, to) });
    to = from;
  }
  return {
    slots: ranges.map(({ name, start, end }) => ({ name, value: speakable.slice(start, end) })),
    spoken: (language) => spokenParts(speakable, ranges, language),
  };
}

/** Whether the words of the template occur one behind the other: of thousands of templates most fail this, at little cost. */
function hasLiterals(parts: readonly Part[], key: string): boolean {
  let at = 0;
  for (const part of parts) {
    if ('slot' in part) continue;
    const literal = part.literal.trim();
    const found = key.indexOf(literal, at);
    if (found < 0) return false;
    at = found + literal.length;
  }
  return true;
}

/** `{text}` is one character or more, beginning with no space: from the first offset reached, all later ones can be. */
function spreadText(step: Map<number, number>, reached: Iterable<number>, key: string): void {
  const starts = [...reached].filter((from) => key.charAt(from) !== ' ').sort((a, b) => a - b);
  let start = starts.shift();
  if (start === undefined) return;
  for (let to = start + 1; to <= key.length; to += 1) {
    // The latest start that is before this end: the slots before take as much as they can.
    while (starts[0] !== undefined && starts[0] < to) start = starts.shift() ?? start;
    // A sign goes on with what was heard before it: from a later start it would stand alone.
    const from = /[\p{L}\p{N}]/u.test(key.charAt(to - 1)) ? start : step.get(to - 1);
    if (from !== undefined) step.set(to, from);
  }
}

/** Where a slot can end: as its reader says, and for numbers that a word of the template follows, before that word. */
function slotEnds(kind: ReadingKind, speakable: string, at: number): readonly number[] {
  const before = speakable.charAt(at - 1);
  if (/\d/u.test(before) && /\d/u.test(speakable.charAt(at))) return [];
  if (kind === 'number') return numberEnds(speakable, at);
  const pieces = EXPECTED_READERS[kind]({ text: speakable, at, language: 'uk' });
  const russian = EXPECTED_READERS[kind]({ text: speakable, at, language: 'ru' });
  const ends = [pieces, russian].flatMap((found) => (found === undefined ? [] : [found.at(-1)?.end ?? at]));
  return kind === 'price' && ends.length > 0 ? [...ends, ...numberEnds(speakable, at)] : ends;
}

function numberEnds(speakable: string, at: number): readonly number[] {
  const match = /^(\d{1,12})([.,]\d{1,3})?(?!\d)/u.exec(speakable.slice(at, at + 20));
  if (match === null) return [];
  return match[2] === undefined ? [at + match[0].length] : [at + match[0].length, at + (match[1]?.length ?? 0)];
}

/** The first offset of the key that stands for something at or behind an offset of the speakable text. */
function keyOffset(offsets: readonly number[], speakableOffset: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) < speakableOffset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sourceRange(speakable: string, offsets: readonly number[], from: number, to: number): { start: number; end: number } {
  const start = offsets[from] ?? 0;
  const raw = speakable.slice(start, offsets[to] ?? speakable.length);
  const value = raw.replace(/[ .,!?:;]{1,10}$/u, '');
  // A quote that was opened outside of the slot is closed outside.
  const quotes = value.split('"').length - 1;
  return { start, end: start + (quotes % 2 === 1 ? value.replace(/"$/u, '') : value).length };
}

function spokenParts(speakable: string, ranges: readonly Range[], language: Language): readonly SpokenPart[] {
  const expected = ranges.flatMap(({ name, start, end }): Expected[] => (name === 'text' ? [] : [{ start, end, kind: name }]));
  const groups: { readonly slot: Range | undefined; readonly words: string[] }[] = [];
  for (const { start, words } of readText(speakable, language, expected)) {
    const slot = ranges.find((range) => start >= range.start && start < range.end);
    const last = groups.at(-1);
    if (last !== undefined && last.slot === slot) last.words.push(words);
    // A pause belongs to what it follows.
    else if (last !== undefined && /^[.,!?:;]?$/u.test(words)) last.words.push(words);
    else groups.push({ slot, words: [words] });
  }
  return groups
    .map(({ slot, words }) => ({ ...(slot === undefined ? {} : { slot: slot.name }), words: joinSpoken(words, true) }))
    .filter(({ words }) => words !== '');
}
