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

/** The word just before an offset, one space between; '' where there is none or a sign stands between. */
export function wordBefore(text: string, at: number): string {
  return /([\p{L}']{1,30}) ?$/u.exec(text.slice(Math.max(0, at - 31), at))?.[1] ?? '';
}

/** The word before an offset, whatever of `: . № - "` stands between: «Номер: », «кв.», «тел. № ». */
export function labelBefore(text: string, at: number): string {
  return /([\p{L}'/]{1,30})[ :.№"-]{0,4}$/u.exec(text.slice(Math.max(0, at - 34), at))?.[1]?.toLowerCase() ?? '';
}
