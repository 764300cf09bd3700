import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '@taxinav/testkit';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { createEspeakEngine, type EspeakOptions } from '../src/engines/espeak.ts';
import { espeakText } from '../src/engines/espeak-text.ts';
import type { SpeechEngine } from '../src/engine.ts';
import { rms } from './tones.ts';

function engine(options: EspeakOptions = {}): SpeechEngine {
  const made = createEspeakEngine(options);
  onTestFinished(() => made[Symbol.asyncDispose]());
  return made;
}

/** An engine whose package is a stand-in: `speak` is the body of its synthesize(text, audio). */
async function standIn(speak: string, options: EspeakOptions = {}): Promise<SpeechEngine> {
  const folder = await temporaryFolder();
  const made = createEspeakEngine({ ...options, module: pathToFileURL(folder.file('module.mjs')).href });
  onTestFinished(async () => {
    await made[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });
  await writeFile(
    folder.file('module.mjs'),
    `export default async () => ({ eSpeakNGWorker: class {
       set_voice() { return 0; }
       set_rate() {}
       get_samplerate() { return 8000; }
       synthesize(text, audio) { ${speak} }
     } });`,
  );
  return made;
}

const BEEP = 'audio(new Int16Array(800).fill(5000));';

describe('espeak-ng', () => {
  const espeak = createEspeakEngine();
  afterAll(() => espeak[Symbol.asyncDispose]());

  test.each([
    ['uk', 'Машина подана, будь ласка, виходьте', 1_500, 6_000],
    ['ru', 'Машина подана, пожалуйста, выходите', 1_500, 5_000],
  ] as const)('speaks %s: sound of a plausible length and loudness', async (language, text, least, most) => {
    const { samples, sampleRate } = await espeak.speak(text, language);
    const ms = (samples.length * 1_000) / sampleRate;
    expect(sampleRate).toBe(8_000);
    expect(ms).toBeGreaterThan(least);
    expect(ms).toBeLessThan(most);
    expect(rms(samples)).toBeGreaterThan(0.02);
  });

  test('says the same text in the same time, and another text otherwise', async () => {
    const say = async (text: string): Promise<Buffer> => Buffer.from((await espeak.speak(text, 'uk')).samples.buffer as ArrayBuffer);
    const first = await say('Вас чекає біла Шкода');
    const other = await say('Вас чекає чорна Шкода');
    expect(first.equals(other)).toBe(false);
    // Its noise is not the same each time, its length hardly differs.
    expect(Math.abs((await say('Вас чекає біла Шкода')).length - first.length)).toBeLessThan(200);
  });

  test('the two languages have voices of their own, and the rate is obeyed', async () => {
    const text = 'Ваша машина приехала, номер пять';
    const length = async (made: SpeechEngine, language: 'uk' | 'ru'): Promise<number> => (await made.speak(text, language)).samples.length;
    const ru = await length(espeak, 'ru');
    expect(await length(espeak, 'uk')).toBeGreaterThan(ru * 1.2);
    expect(await length(engine({ rate: 100 }), 'ru')).toBeGreaterThan(ru * 1.3);
  });

  test('its own markup is data: phonemes, tags and entities are taken apart', () => {
    expect(espeakText('[[h@l@U]] <audio src="/etc/passwd"/> &#1072; <say-as>x</say-as>')).toBe(
      'h l U audio src "/etc/passwd"/ 1072; say-as x /say-as',
    );
    expect(espeakText('a\0b\u0007c\u{1F600}d\ud800e')).toBe('a b c d e');
    expect(espeakText('გამარჯობა 你好')).toBe('');
  });

  test.each([
    ['nothing', ''],
    ['500 emoji', '😀'.repeat(500)],
    ['control characters', 'Ма\0ши\u0007на\u001b[31m'],
    ['SSML', '<speak><voice name="en"><break time="10s"/>Машина</voice></speak>'],
    ['an option', '--help'],
    ['a command', '$(touch /tmp/x) `id` ; rm -rf / | cat'],
    ['500 letters', 'щ'.repeat(500)],
    ['other scripts', 'გამარჯობა Բարեւ مرحبا 你好 γεια नमस्ते שלום 한국어'],
    ['a lone surrogate', '\ud800 машина'],
    ['500 digits', '7'.repeat(500)],
  ])('%s is spoken or silent, and the next text is spoken as ever', async (_name, text) => {
    const { samples } = await espeak.speak(text, 'uk');
    expect(samples.length).toBeLessThanOrEqual(120 * 8_000 + 8_000);
    expect(rms((await espeak.speak('Машина подана', 'uk')).samples)).toBeGreaterThan(0.02);
  });

  test('an endless text is not spoken for ever', async () => {
    const { samples } = await espeak.speak('Машина подана. '.repeat(300), 'ru');
    expect(samples.length / 8_000).toBeGreaterThan(100);
    expect(samples.length / 8_000).toBeLessThan(130);
  });
});

describe('its thread', () => {
  test('a missing package is told with the command that installs it', async () => {
    const speaking = engine({ module: '@taxinav/no-such-package' }).speak('Так', 'uk');
    await expect(speaking).rejects.toMatchObject({
      code: 'SPEECH_ENGINE_MISSING',
      message: expect.stringContaining('npm install @echogarden/espeak-ng-emscripten@0.3.5') as string,
    });
  });

  test('a package that cannot be loaded is told with the reason', async () => {
    await expect(engine({ module: 'node:fs' }).speak('Так', 'uk')).rejects.toMatchObject({ code: 'SPEECH_ENGINE_MISSING' });
  });

  test('a text that hangs is given up, and the next is spoken by a new thread', async () => {
    const made = await standIn(`if (text === 'hang') for (;;); ${BEEP}`, { timeoutMs: 1_000 });
    await expect(made.speak('hang', 'uk')).rejects.toMatchObject({
      code: 'SPEECH_ENGINE_FAILED',
      message: expect.stringContaining('1000 ms (timeoutMs)') as string,
    });
    expect((await made.speak('x', 'uk')).samples).toHaveLength(800);
  });

  test('a crash and an error fail one text; those behind it are spoken', async () => {
    const made = await standIn(`if (text === 'crash') process.exit(3); if (text === 'error') throw new Error('no'); ${BEEP}`);
    const [crash, error, fine] = await Promise.allSettled(['crash', 'error', 'x'].map((text) => made.speak(text, 'uk')));
    expect(crash).toMatchObject({ status: 'rejected', reason: { code: 'SPEECH_ENGINE_FAILED' } });
    expect(error).toMatchObject({ status: 'rejected', reason: { code: 'SPEECH_ENGINE_FAILED' } });
    expect(fine).toMatchObject({ status: 'fulfilled' });
  });

  test('texts are spoken in their order, one at a time; beyond the queue they are refused', async () => {
    const made = await standIn(BEEP, { queue: 2 });
    const asked = ['a', 'b', 'c', 'd'].map((text) => made.speak(text, 'uk'));
    await expect(asked[3]).rejects.toMatchObject({ code: 'SPEECH_ENGINE_FAILED', message: expect.stringContaining('queue') as string });
    await expect(Promise.all(asked.slice(0, 3))).resolves.toHaveLength(3);
  });

  test('who leaves is told at once, whether he waits or is being spoken for', async () => {
    const made = await standIn(BEEP);
    const over = new AbortController();
    const asked = ['a', 'b'].map((text) => made.speak(text, 'uk', over.signal));
    over.abort(new Error('gone'));
    for (const each of asked) await expect(each).rejects.toThrow('gone');
    expect((await made.speak('c', 'uk')).samples).toHaveLength(800);
  });

  test('it rests when nobody asks, and starts again when somebody does', async () => {
    const made = await standIn('globalThis.said = (globalThis.said ?? 0) + 1; audio(new Int16Array(globalThis.said));', { idleMs: 50 });
    expect((await made.speak('a', 'uk')).samples).toHaveLength(1);
    // A thread that is still the same would count on.
    await expect.poll(async () => (await made.speak('b', 'uk')).samples.length, { interval: 200 }).toBe(1);
  });

  test('disposing rejects what waits, and nothing more is taken', async () => {
    const made = await standIn('for (;;);');
    const asked = ['a', 'b'].map((text) => made.speak(text, 'uk'));
    const outcome = Promise.allSettled(asked);
    await made[Symbol.asyncDispose]();
    for (const each of await outcome) expect(each).toMatchObject({ status: 'rejected', reason: { code: 'SPEECH_ENGINE_FAILED' } });
    await expect(made.speak('c', 'uk')).rejects.toMatchObject({ code: 'SPEECH_ENGINE_FAILED' });
  });

  test.each([{ rate: 10 }, { rate: 500 }, { timeoutMs: 0 }, { queue: -1 }, { idleMs: 0.5 }])('%o is out of bounds', (options) => {
    expect(() => createEspeakEngine(options)).toThrow(RangeError);
  });
});
