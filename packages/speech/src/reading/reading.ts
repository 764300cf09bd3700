import type { Language } from '../language.ts';

/** Some characters of a text with the words said for them; `words` is empty for what is passed over. */
export interface Piece {
  /** Offset of the first character. */
  readonly start: number;
  /** Offset behind the last one. */
  readonly end: number;
  readonly words: string;
}

/** Where a reader looks: `at` is the start of a word, a number or a sign of a speakable text. */
export interface Place {
  readonly text: string;
  readonly at: number;
  readonly language: Language;
}

/** Pieces that follow one another from `at`, or nothing when it is not of the reader's kind. Looks at a bounded stretch only. */
export type Reader = (place: Place) => readonly Piece[] | undefined;

/** What a sticky pattern finds at an offset. */
export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

/** The whole match as one piece. */
export function onePiece(match: RegExpExecArray, words: string): readonly Piece[] {
  return [{ start: match.index, end: match.index + match[0].length, words }];
}

/** Words before an offset are looked for no further back than this. */
const LONGEST_WORD = 30;

/**
 * The word just before an offset, one space between; '' where there is none or a sign stands between, and where it is no word of its
 * own: «15-в кв.», «12к345», «д/с 15».
 */
export function wordBefore(text: string, at: number): string {
  const end = text.charAt(at - 1) === ' ' ? at - 1 : at;
  const word = wordEndingAt(text, end, "'");
  return /(?:\d-?|\p{L}\/)$/u.test(text.slice(Math.max(0, end - word.length - 2), end - word.length)) ? '' : word;
}

/** The word before an offset in small letters, whatever of `: . № - "` stands between: «Номер: », «кв.», «тел. № ». */
export function labelBefore(text: string, at: number): string {
  let end = at;
  while (end > 0 && at - end < 4 && ' :.№"-'.includes(text.charAt(end - 1))) end -= 1;
  return wordEndingAt(text, end, "'/").toLowerCase();
}

/** Whether the character at an offset of a speakable text is a letter. */
export function isLetterAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x400 && code <= 0x4ff);
}

function wordEndingAt(text: string, end: number, alsoLetters: string): string {
  let start = end;
  while (start > 0 && end - start < LONGEST_WORD && (isLetterAt(text, start - 1) || alsoLetters.includes(text.charAt(start - 1))))
    start -= 1;
  return text.slice(start, end);
}
