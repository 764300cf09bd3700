import { resolve } from 'node:path';
import type { SpeechConfiguration } from '@taxinav/bridge-contract';
import { createCommandEngine, createEspeakEngine, createSpeech, type Speech, type SpeechEngine, type SpeechProblem } from '@taxinav/speech';

/** The part of the configuration that says how texts are spoken. */
export type Speaking = Pick<SpeechConfiguration, 'phrases' | 'engine' | 'command' | 'language' | 'fallback'>;

/** Where sound is kept, and who hears of trouble. */
export interface SpeakingPlace {
  readonly cache: string;
  readonly onProblem: (problem: SpeechProblem) => void;
}

/** Opens speech as the bridge would, with a cache of its own: the bridge's may belong to another user. */
export async function configuredSpeech(speaking: Speaking, { cache, onProblem }: SpeakingPlace): Promise<Speech> {
  const { phrases, language, fallback } = speaking;
  return await createSpeech({
    phrases: Object.entries(phrases).map(([text, phrase]) => ({ text, ...phrase })),
    engine: engineOf(speaking),
    defaultLanguage: language,
    cache: { folder: resolve(cache), megabytes: 64 },
    onProblem,
    ...(fallback !== undefined && { fallback }),
  });
}

/** The engine that speaks what nobody has recorded. */
export function engineOf({ engine, command }: Pick<Speaking, 'engine' | 'command'>): SpeechEngine | undefined {
  switch (engine) {
    case 'espeak':
      return createEspeakEngine();
    case 'command':
      return command === undefined ? undefined : createCommandEngine({ command });
    case 'none':
      return undefined;
    default:
      return engine satisfies never;
  }
}
