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
