import type { Announcement } from '@taxinav/telephony';

/** Turns a text into what the PBX plays; prepared before dialling, so that no call is ever silent. */
export interface Speech {
  /** Short ASCII why this text can never be spoken, judged at receipt. */
  refusal(text: string): string | undefined;
  /** Rejects when no sound can be made for it. */
  prepare(text: string, signal: AbortSignal): Promise<Announcement>;
}

/** One reading must fit into this; two are given if both do. */
const LONGEST_MS = 45_000;

/** Speech of the simulated PBX, which speaks by itself at `charactersPerSecond`. */
export function simulatedSpeech(charactersPerSecond = 15): Speech {
  return {
    refusal: (text) => ((text.length / charactersPerSecond) * 1_000 > LONGEST_MS ? 'text too long to be spoken' : undefined),
    prepare: (text) => Promise.resolve({ text }),
  };
}
