/** What a decoder is ready to hold. Each limit must be a whole number of at least 1. */
export interface DecoderLimits {
  /** Bytes of one line, its line end not counted. @defaultValue 4096 */
  readonly lineBytes: number;
  /** Bytes of one message from its first to the last before its final line ends; the line ends between its lines count. @defaultValue 16384 */
  readonly messageBytes: number;
  /** Field lines of one message, `Message` included. @defaultValue 32 */
  readonly fields: number;
  /** Characters (code points) of `TextToSay`. @defaultValue 500 */
  readonly textCharacters: number;
}

/** The limits that hold where none are given. */
export const DEFAULT_LIMITS: DecoderLimits = Object.freeze({ lineBytes: 4096, messageBytes: 16_384, fields: 32, textCharacters: 500 });

/**
 * Fills in the defaults.
 *
 * @throws RangeError for a limit that is no whole number of at least 1.
 */
export function completeLimits(limits?: Partial<DecoderLimits>): DecoderLimits {
  if (limits === undefined) return DEFAULT_LIMITS;
  const complete = {
    lineBytes: limits.lineBytes ?? DEFAULT_LIMITS.lineBytes,
    messageBytes: limits.messageBytes ?? DEFAULT_LIMITS.messageBytes,
    fields: limits.fields ?? DEFAULT_LIMITS.fields,
    textCharacters: limits.textCharacters ?? DEFAULT_LIMITS.textCharacters,
  };
  for (const [name, value] of Object.entries(complete)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`limits.${name}: expected a whole number of at least 1, got ${String(value)}`);
    }
  }
  return complete;
}

/** Whether a text has more than so many code points; looks no further than it must. */
export function hasMoreCharacters(text: string, most: number): boolean {
  if (text.length <= most) return false;
  if (text.length > 2 * most) return true;
  let count = 0;
  for (const _character of text) if (++count > most) return true;
  return false;
}
