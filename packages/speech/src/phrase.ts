/** What a known phrase asks for besides its sound; absent: as for every other text. */
export interface PhraseSettings {
  /** How long the notification is worth anything, seconds from receipt. */
  readonly timeToLiveSeconds?: number;
  /** Calls that count. */
  readonly attempts?: number;
  /** How often the text is read in one call, 1 to 10. */
  readonly readings?: number;
  /** Nothing is said: the phone only rings, and an answer is hung up on. */
  readonly ringOnly?: boolean;
}

/** A text the company says often. */
export interface Phrase extends PhraseSettings {
  /**
   * The text as Taxi Navigator sends it, or a template with slots: `{number}`, `{plate}`, `{time}`, `{price}`, `{phone}`,
   * `{date}`, `{text}`.
   */
  readonly text: string;
  /** WAV file. Of a template: said in place of the words around the slots, where it has exactly one stretch of them; else the engine says all. */
  readonly recording?: string;
}
