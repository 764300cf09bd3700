import { RE2JS } from 're2js';

/** How long a pattern may be, characters. */
export const NUMBER_PATTERN_CHARACTERS = 200;

/** How many digits a number may have; a longer one matches nothing. */
const NUMBER_DIGITS = 15;

/** What may be dialled in Ukraine unless a column says otherwise: mobile, then geographic. Source: [reading 20]. */
export const UKRAINIAN_NUMBERS: readonly string[] = [
  String.raw`0(39|50|6[36-8]|7[1357]|9[1-9])\d{7}`,
  String.raw`0(3[1-8]|4[13-8]|5[1-7]|6[12459])\d{7}`,
];

/**
 * Compiles a pattern over whole national numbers; the function it returns takes time linear in the digits.
 * @throws RangeError when the pattern is empty, over 200 characters, or uses what has no linear-time form (lookaround, back-references).
 */
export function compileNumberPattern(pattern: string): (digits: string) => boolean {
  if (pattern === '') throw new RangeError('the pattern is empty');
  if (pattern.length > NUMBER_PATTERN_CHARACTERS) {
    throw new RangeError(`the pattern has ${pattern.length} characters, more than ${NUMBER_PATTERN_CHARACTERS}`);
  }
  const compiled = compile(pattern);
  return (digits) => digits.length <= NUMBER_DIGITS && /^[0-9]+$/.test(digits) && compiled.testExact(digits);
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/^error parsing regexp: /, '') : String(cause);
    throw new RangeError(`the pattern cannot be matched in linear time, or is not one (${reason})`, { cause });
  }
}
