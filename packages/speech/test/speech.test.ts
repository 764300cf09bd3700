import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { temporaryFolder } from '@taxinav/testkit';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createSpeech, type SpeechOptions, type SpeechProblem } from '../src/create-speech.ts';
import type { SpeechEngine } from '../src/engine.ts';
import { SpeechError } from '../src/errors.ts';
import type { Phrase } from '../src/phrase.ts';
import { readWav } from '../src/wav.ts';
import { decibels, mono, part, tone } from './tones.ts';

/** An engine that beeps at 400 Hz, 20 ms a character, and remembers what it was asked. */
function beeper(fails?: () => Error | undefined) {
  const said: string[] = [];
  const engine: SpeechEngine = {
    identity: 'beeper',
    speak: async (text, language) => {
      said.push(`${language}: ${text}`);
      const error = fails?.();
      if (error !== undefined) throw error;
      return { samples: tone(400, text.length * 0.02, 16_000), sampleRate: 16_000 };
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  return { engine, said };
}

/** Speech with three recordings: one of 700 Hz for 1 s, one of 1,500 Hz for 2 s as fallback, one too long. */
async function speechOf(phrases: (file: (name: string) => string) => readonly Phrase[] = () => [], options: Partial<SpeechOptions> = {}) {
  const folder = await temporaryFolder();
  await writeFile(folder.file('known.wav'), mono(tone(700, 1, 44_100), 44_100));
  await writeFile(folder.file('fallback.wav'), mono(tone(1_500, 2, 8_000)));
  await writeFile(folder.file('long.wav'), mono(tone(700, 46, 8_000)));
  await writeFile(folder.file('broken.wav'), 'no sound');
  await writeFile(folder.file('silent.wav'), mono(new Int16Array(16_000)));
  const onProblem = vi.fn<(problem: SpeechProblem) => void>();
  const speech = await createSpeech({
    phrases: phrases((name) => folder.file(name)),
    engine: undefined,
    defaultLanguage: 'uk',
    cache: { folder: folder.file('cache'), megabytes: 10 },
    onProblem,
    ...options,
  });
  onTestFinished(async () => {
    await speech[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });
  return { speech, folder, onProblem };
}

async function heard(path: string): Promise<{ readonly loudest: number; readonly samples: Int16Array }> {
  const { data, sampleRate, channels, bits } = readWav(await readFile(`${path}.wav`));
  expect([sampleRate, channels, bits]).toEqual([8_000, 1, 16]);
  const samples = new Int16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length));
  const tones = [400, 700, 1_500].map((hertz) => ({ hertz, level: part(samples, hertz, 8_000) }));
  return { samples, loudest: tones.sort((a, b) => b.level - a.level)[0]?.hertz ?? 0 };
}

const known = (file: (name: string) => string): Phrase[] => [
  { text: 'Машина подана, виходьте!', recording: file('known.wav'), attempts: 5 },
];

describe('where the sound is from', () => {
  test('a known phrase is its recording, however it is written', async () => {
    const { engine, said } = beeper();
    const { speech } = await speechOf(known, { engine });
    for (const text of ['Машина подана, виходьте!', ' МАШИНА  подана,виходьте ']) {
      const { source, durationMs, path, settings } = await speech.prepare(text);
      expect([source, settings]).toEqual(['recording', { attempts: 5 }]);
      expect(durationMs).toBeCloseTo(1_000, -2);
      expect((await heard(path)).loudest).toBe(700);
    }
    expect(said).toEqual([]);
  });

  test('a template is spoken, its slots by their readers', async () => {
    const { engine, said } = beeper();
    const { speech } = await speechOf(() => [{ text: 'Вас чекає {plate}', readings: 3 }], { engine });
    const prepared = await speech.prepare('Вас чекає АА1234ВВ');
    expect(prepared).toMatchObject({ source: 'template', settings: { readings: 3 } });
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^uk: вас чекає .*дванадцять/i);
  });

  test('a template with a recording is the recording and, where the slot stands, the engine', async () => {
    const { engine, said } = beeper();
    const { speech } = await speechOf(
      (file) => [
        { text: 'Машина {plate} подана', recording: file('known.wav') },
        { text: 'Подано {plate}', recording: file('known.wav') },
      ],
      { engine },
    );
    const { path, source } = await speech.prepare('Подано АА1234ВВ');
    expect(source).toBe('template');
    expect(said).toHaveLength(1);
    expect(said[0]).not.toMatch(/подано/i);
    const { samples } = await heard(path);
    expect(decibels(part(samples.subarray(0, 7_000), 700, 8_000) / part(samples.subarray(0, 7_000), 400, 8_000))).toBeGreaterThan(20);
    expect(decibels(part(samples.subarray(-4_000), 400, 8_000) / part(samples.subarray(-4_000), 700, 8_000))).toBeGreaterThan(20);
    // Two stretches of words: no recording can stand for both.
    expect((await speech.prepare('Машина АА1234ВВ подана')).source).toBe('template');
    expect(said[1]).toMatch(/машина.*подана/i);
  });

  test('another text is synthesized, in the language of its letters', async () => {
    const { engine, said } = beeper();
    const { speech } = await speechOf(known, { engine });
    expect(await speech.prepare('Ваш водій чекає')).toMatchObject({
      source: 'synthesized',
      path: expect.stringMatching(/\/[0-9a-f]{2}\/[0-9a-f]{64}$/) as string,
    });
    await speech.prepare('Вы где?');
    expect(said.map((each) => each.slice(0, 2))).toEqual(['uk', 'ru']);
  });

  test.each([
    ['missing', 'SPEECH_RECORDING_MISSING', 'gone.wav'],
    ['broken', 'SPEECH_RECORDING_UNREADABLE', 'broken.wav'],
    ['silent', 'SPEECH_RECORDING_UNREADABLE', 'silent.wav'],
    ['too long', 'SPEECH_TOO_LONG', 'long.wav'],
    ['a folder', 'SPEECH_RECORDING_UNREADABLE', '.'],
  ])('where a recording is %s, the engine speaks and it is told', async (_name, code, name) => {
    const { engine } = beeper();
    const { speech, onProblem } = await speechOf((file) => [{ text: 'Так', recording: file(name) }], { engine });
    expect(await speech.prepare('Так')).toMatchObject({ source: 'synthesized' });
    expect(onProblem).toHaveBeenCalledExactlyOnceWith({ phrase: 'Так', error: expect.objectContaining({ code }) as Error });
  });

  test('where the engine fails, the fallback is said; without one the error is the engine’s', async () => {
    const { engine } = beeper(() => new SpeechError('SPEECH_ENGINE_FAILED', 'no'));
    const folder = await temporaryFolder();
    onTestFinished(() => folder[Symbol.asyncDispose]());
    await writeFile(folder.file('fallback.wav'), mono(tone(1_500, 2, 8_000)));
    const { speech, onProblem } = await speechOf(known, { engine, fallback: folder.file('fallback.wav') });
    const { source, path, durationMs } = await speech.prepare('Ваш водій чекає');
    expect([source, (await heard(path)).loudest]).toEqual(['fallback', 1_500]);
    expect(durationMs).toBeCloseTo(2_000, -2);
    expect(onProblem).toHaveBeenCalledOnce();
    const bare = await speechOf(known, { engine });
    await expect(bare.speech.prepare('Ваш водій чекає')).rejects.toMatchObject({ code: 'SPEECH_ENGINE_FAILED' });
  });

  test('without engine, phrase and fallback it is an error that says what to configure', async () => {
    const { speech } = await speechOf(known);
    await expect(speech.prepare('Щось інше')).rejects.toMatchObject({ code: 'SPEECH_ENGINE_MISSING' });
    expect(speech.refusal('Щось інше')).toMatch(/^[ -~]+$/);
    expect(speech.refusal('Машина подана, виходьте')).toBeUndefined();
  });

  test('an engine that gives silence has failed: no call is silent', async () => {
    const engine: SpeechEngine = { ...beeper().engine, speak: async () => ({ samples: new Int16Array(8_000), sampleRate: 8_000 }) };
    const { speech } = await speechOf(known, { engine });
    await expect(speech.prepare('Ваш водій чекає')).rejects.toMatchObject({ code: 'SPEECH_ENGINE_FAILED' });
  });
});

describe('what is kept', () => {
  test('a text is spoken once, however many ask and however it is written, and not again after a restart', async () => {
    const { engine, said } = beeper();
    const { speech, folder } = await speechOf(known, { engine });
    await Promise.all(Array.from({ length: 20 }, () => speech.prepare('Ваш водій чекає')));
    await speech.prepare(' Ваш  водій чекає ');
    expect(said).toHaveLength(1);
    await using again = await createSpeech({
      phrases: [],
      engine,
      defaultLanguage: 'uk',
      cache: { folder: folder.file('cache'), megabytes: 10 },
    });
    await again.prepare('Ваш водій чекає');
    expect(said).toHaveLength(1);
  });

  test('another language, another engine or another recording is another sound', async () => {
    const { engine } = beeper();
    const { speech, folder } = await speechOf(known, { engine });
    const before = (await speech.prepare('Машина подана, виходьте')).path;
    await writeFile(folder.file('known.wav'), mono(tone(1_500, 1, 44_100), 44_100));
    const after = (await speech.prepare('Машина подана, виходьте')).path;
    expect(after).not.toBe(before);
    expect((await heard(after)).loudest).toBe(1_500);
    const paths = new Set<string>();
    for (const [defaultLanguage, identity] of [
      ['uk', 'a'],
      ['ru', 'a'],
      ['uk', 'b'],
    ] as const) {
      await using other = await createSpeech({
        phrases: [],
        engine: { ...engine, identity },
        defaultLanguage,
        cache: { folder: folder.file('cache'), megabytes: 10 },
      });
      paths.add((await other.prepare('Такси')).path).add((await other.prepare('Авто')).path);
    }
    expect(paths.size).toBeGreaterThan(3);
  });

  test('a vanished sound is made anew', async () => {
    const { engine, said } = beeper();
    const { speech } = await speechOf(known, { engine });
    const { path } = await speech.prepare('Ваш водій чекає');
    await rm(`${path}.wav`);
    await speech.prepare('Ваш водій чекає');
    expect(said).toHaveLength(2);
    expect((await heard(path)).loudest).toBe(400);
  });

  test('a caller who leaves does not fail the others', async () => {
    const ready = Promise.withResolvers<undefined>();
    const slow: SpeechEngine = {
      ...beeper().engine,
      speak: async (text, language, signal) => (await ready.promise, beeper().engine.speak(text, language, signal)),
    };
    const { speech } = await speechOf(known, { engine: slow });
    const over = new AbortController();
    const left = speech.prepare('Ваш водій чекає', over.signal);
    const stayed = speech.prepare('Ваш водій чекає');
    over.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    ready.resolve(undefined);
    expect(await stayed).toMatchObject({ source: 'synthesized' });
  });
});

describe('what is judged at receipt', () => {
  test.each([
    ['', 'nothing to say'],
    ['...!?', 'nothing to say'],
    ['😀'.repeat(500), 'nothing to say'],
    ['\u0000\u0007\u001b', 'nothing to say'],
    ['Дуже довгий текст повідомлення. '.repeat(60), 'text too long to be spoken'],
    ['Машина подана', undefined],
    ['--help', undefined],
    ['<speak>Машина</speak>', undefined],
    ['$(touch x)', undefined],
  ])('%j: %s', async (text, refusal) => {
    const { speech } = await speechOf(known, { engine: beeper().engine });
    expect(speech.refusal(text)).toBe(refusal);
  });

  test('a known recording is not judged by its text, and a phrase that only rings not at all', async () => {
    const long = 'Дуже довгий текст повідомлення. '.repeat(20).trim();
    const { speech } = await speechOf(
      (file) => [
        { text: long, recording: file('known.wav') },
        { text: `${long} Дзвінок.`, ringOnly: true },
      ],
      { engine: beeper().engine },
    );
    expect([speech.refusal(long), speech.refusal(`${long} Дзвінок`)]).toEqual([undefined, undefined]);
    expect(speech.settingsOf(`${long} Дзвінок`)).toEqual({ ringOnly: true });
    expect(speech.settingsOf(long)).toEqual({});
    expect(speech.settingsOf('інше')).toBeUndefined();
  });

  test('what cannot be known before: one reading over 45 s is too long, and nothing is kept of it', async () => {
    const engine: SpeechEngine = { ...beeper().engine, speak: async () => ({ samples: tone(400, 46, 8_000), sampleRate: 8_000 }) };
    const { speech, folder, onProblem } = await speechOf(known, { engine, fallback: 'nowhere.wav' });
    await expect(speech.prepare('Ваш водій чекає')).rejects.toMatchObject({ code: 'SPEECH_TOO_LONG' });
    await expect(speech.prepare('...')).rejects.toMatchObject({ code: 'SPEECH_NOTHING_TO_SAY' });
    expect(await readdir(folder.file('cache'))).toEqual([]);
    expect(onProblem).not.toHaveBeenCalled();
  });
});

describe('warming', () => {
  test('prepares recordings, phrases and the fallback beforehand, and returns what is wrong', async () => {
    const { engine, said } = beeper();
    const { speech } = await speechOf(
      (file) => [
        ...known(file),
        { text: 'Без запису' },
        { text: 'Немає', recording: file('gone.wav') },
        { text: 'Подано {plate}', recording: file('broken.wav') },
        { text: 'Вас чекає {plate}' },
        { text: 'Дзвінок', ringOnly: true },
      ],
      { engine, fallback: 'nowhere.wav' },
    );
    const problems = await speech.warm();
    expect(problems.map(({ phrase, error }) => [phrase, (error as SpeechError).code])).toEqual([
      ['Немає', 'SPEECH_RECORDING_MISSING'],
      ['Подано {plate}', 'SPEECH_RECORDING_UNREADABLE'],
      ['fallback', 'SPEECH_RECORDING_MISSING'],
    ]);
    expect(said).toEqual(['uk: Без запису']);
    await speech.prepare('БЕЗ  ЗАПИСУ!');
    expect(said).toHaveLength(1);
  });

  test('stops when it is told to', async () => {
    const over = new AbortController();
    const { engine, said } = beeper(() => {
      over.abort();
      return undefined;
    });
    const { speech } = await speechOf(() => [{ text: 'Перша' }, { text: 'Друга' }], { engine });
    expect(await speech.warm(over.signal)).toEqual([]);
    expect(said).toHaveLength(1);
  });
});

test('what cannot be configured is refused when it is opened', async () => {
  await expect(speechOf(() => [{ text: 'Подано {что}' }])).rejects.toMatchObject({ code: 'SPEECH_CONFIGURATION_INVALID' });
  await expect(speechOf(known, { defaultLanguage: 'en' as 'uk' })).rejects.toMatchObject({ code: 'SPEECH_CONFIGURATION_INVALID' });
  await expect(speechOf(known, { cache: { folder: '/dev/null/x', megabytes: 1 } })).rejects.toMatchObject({ code: 'SPEECH_CACHE_FAILED' });
});

test('no error repeats the text', async () => {
  const { engine } = beeper(() => new SpeechError('SPEECH_ENGINE_FAILED', 'no'));
  const { speech } = await speechOf(known, { engine });
  const error: unknown = await speech.prepare('Таємниця 0671234567').catch((reason: unknown) => reason);
  expect(String(error)).not.toMatch(/таємниця|0671234567/i);
});

test('nothing is prepared once it is closed', async () => {
  const { speech } = await speechOf(known, { engine: beeper().engine });
  await speech[Symbol.asyncDispose]();
  await expect(speech.prepare('Машина подана, виходьте')).rejects.toMatchObject({ code: 'SPEECH_ENGINE_FAILED' });
});
