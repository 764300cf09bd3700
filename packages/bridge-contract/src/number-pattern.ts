/** What a pattern may be long, characters. */
export const NUMBER_PATTERN_CHARACTERS = 200;

/** Compiles a pattern over whole national numbers, in linear time. @throws RangeError for what re2js refuses, and over 200 characters. */
export function compileNumberPattern(_pattern: string): (digits: string) => boolean {
  throw new Error('not built yet');
}
