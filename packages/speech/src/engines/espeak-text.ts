/** Everything that is neither a letter of the two alphabets in use, nor a digit, nor a sign that is spoken or paused at. */
const UNSPEAKABLE = /[^\p{Script=Cyrillic}\p{Script=Latin}\p{M}0-9 .,!?:;()'’ʼ"«»+%№/—–-]/gu;

/**
 * What espeak-ng is given of a text: its own markup is data here, so that brackets of phonemes, tags and entities cannot be written,
 * and letters whose dictionaries are not loaded are left out.
 */
export function espeakText(text: string): string {
  return text.toWellFormed().normalize('NFC').replace(UNSPEAKABLE, ' ').replace(/ {2,}/g, ' ').trim();
}
