import { z } from 'zod';
import type { PhraseConfiguration, SpeechConfiguration } from './configuration.ts';
import { amount, filePath, flag, formed, list, mapping, oneOf, text, whole } from './forms.ts';
import { defaulted, expecting, optional, section, setting } from './setting.ts';

function key(): z.ZodString {
  return formed('one key of a phone', /^[0-9*#]$/, 'Write one of 0 to 9, * or #, in quotes');
}

function phrase(): z.ZodType<PhraseConfiguration> {
  const settings = section({
    recording: optional(filePath(), 'the engine says it', 'path', 'Recording, WAV.'),
    timeToLiveSeconds: optional(
      amount(0.1, 86_400, 'seconds'),
      'dialling.timeToLiveSeconds',
      'seconds',
      'From receipt to the last moment a call may start.',
    ),
    attempts: optional(whole(1, 20, 'attempts'), 'dialling.attempts', 'attempts', 'Calls of one notification that count.'),
    readings: optional(whole(1, 10, 'readings'), 'speech.readings', 'readings', 'How often it is read in one call.'),
    ringOnly: optional(flag(), 'speech.ringOnly', '-', 'Nothing is said: the phone only rings, and an answer is hung up on.'),
  });
  return z
    .union([filePath(), settings], expecting('a path or a mapping', 'Write the path of a WAV file, or {recording: PATH, readings: 1}'))
    .transform((written) => (typeof written === 'string' ? { recording: written } : written));
}

/** How texts become sound; paths as written. */
export const speechSchema: z.ZodType<SpeechConfiguration> = defaulted(
  {
    phrases: setting(
      mapping(text('a text', 500), phrase(), 'text to recording', 5_000),
      {},
      'text: path or mapping',
      'Known texts: text or template with {slots} to its recording, WAV, or to the keys below.',
    ),
    ringOnly: setting(flag(), false, '-', 'Phones only ring and no sound is made, but for phrases with ringOnly: false.'),
    readings: setting(
      whole(1, 10, 'readings'),
      2,
      'readings',
      'How often a text is read in one call, as far as the readings fit into 45 s.',
    ),
    repeatKey: optional(key(), 'no key', 'one of 0-9, *, #', 'Key of the called phone that says the text once more.'),
    operatorKey: optional(key(), 'no key', 'one of 0-9, *, #', "Key of the called phone that joins it to the column's operator."),
    engine: setting(oneOf(['espeak', 'command', 'none']), 'espeak', '-', 'What speaks a text without a recording.'),
    command: optional(
      list(text('an argument', 4_096), 1, 64),
      'none',
      'program and arguments',
      'Of engine command: the text comes on standard input, WAV leaves on standard output.',
    ),
    language: setting(oneOf(['uk', 'ru']), 'uk', '-', 'Voice of a text whose letters do not tell its language.'),
    fallback: optional(filePath(), 'no call is made', 'path', 'Recording said when a text cannot be made into sound.'),
    cache: setting(filePath(), 'speech-cache', 'path', 'Folder of prepared sound.'),
    cacheMegabytes: setting(whole(1, 1_048_576, 'mebibytes'), 256, 'mebibytes', 'What that folder may hold.'),
  },
  'How texts become sound.',
);
