import type { SpeechConfiguration } from '@taxinav/bridge-contract';
import {
  createCommandEngine,
  createEspeakEngine,
  createPhrasebook,
  createSpeech,
  SpeechError,
  type Phrase,
  type PhraseSettings,
  type Speech,
  type SpeechEngine,
} from '@taxinav/speech';
import type { Clock } from '@taxinav/transport';
import { ConfigurationError } from './configuration.ts';
import type { Logger } from './logging.ts';

/** The speech that the configuration describes. @throws ConfigurationError for a template or a folder that cannot be used */
export async function openSounds(
  configuration: SpeechConfiguration,
  file: string,
  { clock, log }: { readonly clock: Pick<Clock, 'now'>; readonly log: Logger },
): Promise<Speech> {
  const { cache: folder, cacheMegabytes: megabytes, fallback, language: defaultLanguage } = configuration;
  const engine = engineOf(configuration);
  try {
    return await createSpeech({
      phrases: phrasesOf(configuration),
      engine,
      defaultLanguage,
      cache: { folder, megabytes },
      now: () => clock.now(),
      onProblem: ({ phrase, error }) =>
        log.error({ event: 'speech-problem', phrase, err: error }, 'a lesser voice was used, or the cache could not be tidied'),
      ...(fallback === undefined ? {} : { fallback }),
    });
  } catch (error) {
    await engine?.[Symbol.asyncDispose]();
    throw refused(error, file);
  }
}

/** What the phrases ask for besides sound. @throws ConfigurationError for a template that cannot be used */
export function phraseSettings(configuration: SpeechConfiguration, file: string): (text: string) => PhraseSettings | undefined {
  try {
    const phrasebook = createPhrasebook(phrasesOf(configuration));
    return (text) => phrasebook.find(text)?.phrase;
  } catch (error) {
    throw refused(error, file);
  }
}

/** Each phrase says for itself whether it only rings, so that no sound is made of those that do. */
function phrasesOf({ phrases, ringOnly }: SpeechConfiguration): readonly Phrase[] {
  return Object.entries(phrases).map(([text, phrase]) => ({ ringOnly, ...phrase, text }));
}

function engineOf({ engine, command }: SpeechConfiguration): SpeechEngine | undefined {
  switch (engine) {
    case 'espeak':
      return createEspeakEngine();
    case 'command':
      return createCommandEngine({ command: command ?? [] });
    case 'none':
      return undefined;
    default:
      return engine satisfies never;
  }
}

function refused(error: unknown, file: string): unknown {
  if (!(error instanceof SpeechError)) return error;
  const key = error.code === 'SPEECH_CACHE_FAILED' ? 'speech.cache' : 'speech.phrases';
  return new ConfigurationError([`${file}: ${key}: ${error.message}`], { cause: error });
}
