import type { PhraseSettings, Speech as SoundMaker } from '@taxinav/speech';
import type { Announcement } from '@taxinav/telephony';

/** Turns a text into what the PBX plays; prepared before dialling, so that no call is ever silent. */
export interface Speech {
  /** Short ASCII why this text can never be spoken, judged at receipt. */
  refusal(text: string): string | undefined;
  /** What the configuration asks for with this text, judged at receipt. */
  settingsOf(text: string): PhraseSettings | undefined;
  /** Rejects when no sound can be made for it. */
  prepare(text: string, signal: AbortSignal): Promise<Announcement>;
  /** Prepares what is known beforehand, and tells what could not be made into sound. */
  warm(signal: AbortSignal): Promise<readonly { readonly phrase: string; readonly error: Error }[]>;
}

/** What holds for a text whose phrase does not say otherwise. */
export interface SpeakingDefaults {
  /** Readings in one call. */
  readonly readings: number;
  /** Phones only ring. */
  readonly ringOnly: boolean;
}

/** One reading must fit into this; two are given if both do. */
const LONGEST_MS = 45_000;

/** Only rings: an answer is hung up on, nothing is said. */
function ring(text: string): Announcement {
  return { text, readings: 0 };
}

/** What speech of the simulated PBX may be told. */
export interface SimulatedSpeechOptions extends Partial<SpeakingDefaults> {
  /** Speaking speed. @defaultValue 15 */
  readonly charactersPerSecond?: number;
  /** Knows the phrases. @defaultValue none is known */
  readonly settingsOf?: (text: string) => PhraseSettings | undefined;
}

/** Speech of the simulated PBX, which speaks by itself at `charactersPerSecond`; recordings are not looked at, the rest of a phrase is. */
export function simulatedSpeech(options: SimulatedSpeechOptions = {}): Speech {
  const { charactersPerSecond = 15, readings = 2, ringOnly = false, settingsOf = () => undefined } = options;
  const rings = (text: string): boolean => settingsOf(text)?.ringOnly ?? ringOnly;
  return {
    settingsOf,
    refusal: (text) =>
      !rings(text) && (text.length / charactersPerSecond) * 1_000 > LONGEST_MS ? 'text too long to be spoken' : undefined,
    prepare: (text) => Promise.resolve(rings(text) ? ring(text) : { text, readings: settingsOf(text)?.readings ?? readings }),
    warm: () => Promise.resolve([]),
  };
}

/** Speech of a PBX that plays files: what `sounds` makes, read as often as phrase or configuration say. */
export function soundedSpeech(sounds: SoundMaker, { readings, ringOnly }: SpeakingDefaults): Speech {
  const rings = (text: string): boolean => sounds.settingsOf(text)?.ringOnly ?? ringOnly;
  return {
    settingsOf: (text) => sounds.settingsOf(text),
    refusal: (text) => (rings(text) ? undefined : sounds.refusal(text)),
    async prepare(text, signal) {
      if (rings(text)) return ring(text);
      const { path, durationMs, settings } = await sounds.prepare(text, signal);
      return { text, audio: { path, durationMs }, readings: settings?.readings ?? readings };
    },
    warm: (signal) => sounds.warm(signal),
  };
}
