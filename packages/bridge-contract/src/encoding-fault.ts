/** A text that was decoded as UTF-8 and was none. */
export interface EncodingFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly remedy: string;
}

/**
 * Tells by what decoders leave that a text had another encoding than UTF-8: U+FFFD in the place of bytes that mean nothing, NUL beside
 * each ASCII letter of UTF-16. Without it a phrase in windows-1251 would be read, and match no text ever.
 */
export function encodingFault(text: string): EncodingFault | undefined {
  const nuls = text.slice(0, 4_096).split('\0').length - 1;
  if (nuls > 0 && (/^\uFFFD{2}/.test(text) || nuls >= Math.min(text.length, 4_096) / 4))
    return { line: 1, column: 1, message: 'the file is UTF-16, not UTF-8', remedy: 'Save it as UTF-8' };
  const at = text.indexOf('\uFFFD');
  if (at < 0) return undefined;
  const before = text.slice(0, at).split('\n');
  return {
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    message: 'bytes that are not UTF-8 (the file is in windows-1251, perhaps)',
    remedy: 'Save the file as UTF-8 in the editor',
  };
}
