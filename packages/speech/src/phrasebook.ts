import { SpeechError } from './errors.ts';
import type { Language } from './language.ts';
import type { Phrase } from './phrase.ts';
import { phraseKey } from './phrase-key.ts';
import { speakableText } from './speakable-text.ts';
import { isTemplate, parseTemplate, type SlotValue, type SpokenPart, type Template } from './template.ts';

/** Phrases of one phrasebook at most. */
export const MOST_PHRASES = 5000;

/** Characters of a text that can still match a template; longer ones match known texts only. */
export const LONGEST_TEMPLATE_TEXT = 2000;

/** A known phrase found. */
export type PhraseMatch =
  | { readonly phrase: Phrase; readonly kind: 'phrase' }
  | {
      readonly phrase: Phrase;
      readonly kind: 'template';
      /** What stands in the slots, as written, in their order. */
      readonly slots: readonly SlotValue[];
      /** The text as it is to be spoken, slots and the words between them apart; joined by spaces it is the whole. */
      readonly spoken: (language: Language) => readonly SpokenPart[];
    };

/** The texts that a company says often. */
export interface Phrasebook {
  /** The phrase that a text is, whatever its case, spacing, quotes, ё, apostrophes and last sign; known texts before templates. Never throws. */
  find(text: string): PhraseMatch | undefined;
}

/**
 * Makes a phrasebook; of phrases that are the same to it, the first one counts.
 *
 * @throws SpeechError with `SPEECH_CONFIGURATION_INVALID`, naming the phrase by its index: nothing to say, a broken template; more
 * than {@link MOST_PHRASES}
 */
export function createPhrasebook(phrases: readonly Phrase[]): Phrasebook {
  if (phrases.length > MOST_PHRASES)
    throw new SpeechError('SPEECH_CONFIGURATION_INVALID', `phrases: expected at most ${MOST_PHRASES}, got ${phrases.length}.`);
  const known = new Map<string, Phrase>();
  const templates: { readonly phrase: Phrase; readonly template: Template }[] = [];
  for (const [index, phrase] of phrases.entries()) {
    if (isTemplate(phrase.text)) {
      templates.push({ phrase, template: parseTemplate(phrase.text, index) });
      continue;
    }
    const { key } = phraseKey(speakableText(phrase.text));
    if (!/[\p{L}\p{N}]/u.test(key))
      throw new SpeechError('SPEECH_CONFIGURATION_INVALID', `phrases[${index}].text: expected a text with letters or digits.`);
    if (!known.has(key)) known.set(key, phrase);
  }
  templates.sort((a, b) => b.template.literalLength - a.template.literalLength || a.template.textSlots - b.template.textSlots);
  return {
    find: (text) => {
      const speakable = speakableText(text);
      const key = phraseKey(speakable);
      const phrase = known.get(key.key);
      if (phrase !== undefined) return { phrase, kind: 'phrase' };
      if (key.key.length > LONGEST_TEMPLATE_TEXT || key.key === '') return undefined;
      for (const { phrase: candidate, template } of templates) {
        const match = template.match(speakable, key);
        if (match !== undefined) return { phrase: candidate, kind: 'template', ...match };
      }
      return undefined;
    },
  };
}
