import { expect, test } from 'vitest';
import { after, decibels, mono, part, rms, silence, tone, wavFile } from '../test/tones.ts';
import { durationMs, telephoneSound } from './audio.ts';
import { PEAK_LIMIT, TARGET_LEVEL } from './loudness.ts';
import { readWav } from './wav.ts';

const peak = (sound: Int16Array): number => sound.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 32_768;
const target = decibels(TARGET_LEVEL);

test.each([8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 22_051, 96_000])(
  'a tone of %i samples a second keeps its pitch and length',
  async (sampleRate) => {
    const sound = await telephoneSound({ samples: tone(1_000, 1, sampleRate), sampleRate });
    expect(durationMs(sound.length)).toBeCloseTo(1_000, -1);
    const level = part(sound, 1_000, 8_000);
    expect(level).toBeGreaterThan(0.1);
    for (const other of [300, 900, 1_100, 2_000, 3_000]) expect(decibels(part(sound, other, 8_000) / level)).toBeLessThan(-35);
  },
);

test.each([4_600, 5_000, 7_300, 9_300, 15_300])('a tone of %i Hz, which telephones cannot carry, does not fold back', async (hertz) => {
  const sampleRate = 44_100;
  const high = tone(hertz, 1, sampleRate, 0.25);
  const mixed = tone(1_000, 1, sampleRate, 0.25).map((value, index) => value + (high[index] ?? 0));
  const sound = await telephoneSound({ samples: mixed, sampleRate });
  const folded = Math.abs(8_000 * Math.round(hertz / 8_000) - hertz);
  expect(decibels(part(sound, folded, 8_000) / part(sound, 1_000, 8_000))).toBeLessThan(-55);
});

test('speech frequencies pass evenly: 300 to 3,400 Hz within 1 dB', async () => {
  const levels = await Promise.all(
    [300, 1_000, 2_000, 3_000, 3_400].map(async (hertz) => {
      const samples = after(tone(1_000, 1, 22_050, 0.3), tone(hertz, 1, 22_050, 0.3));
      const sound = await telephoneSound({ samples, sampleRate: 22_050 });
      return decibels(rms(sound, 9_000, 15_000) / rms(sound, 1_000, 7_000));
    }),
  );
  for (const level of levels) expect(Math.abs(level)).toBeLessThan(1);
});

test.each([0.005, 0.02, 0.1, 0.5, 0.9])('sound of amplitude %d comes out as loud as any other', async (amplitude) => {
  const sound = await telephoneSound({ samples: tone(500, 1, 8_000, amplitude), sampleRate: 8_000 });
  expect(Math.abs(decibels(rms(sound)) - target)).toBeLessThan(1);
  expect(peak(sound)).toBeLessThanOrEqual(PEAK_LIMIT);
});

test('pauses do not make speech louder', async () => {
  const word = tone(500, 0.3, 8_000, 0.2);
  const sparse = await telephoneSound({ samples: after(word, silence(1, 8_000), word), sampleRate: 8_000 });
  expect(Math.abs(decibels(rms(sparse, 600, 2_200)) - target)).toBeLessThan(1);
});

test('a click does not make a recording quiet, and never goes beyond the limit', async () => {
  const samples = tone(500, 1, 8_000, 0.05);
  samples.fill(32_767, 4_000, 4_004);
  const sound = await telephoneSound({ samples, sampleRate: 8_000 });
  expect(decibels(rms(sound, 0, 3_000)) - target).toBeGreaterThan(-8);
  expect(peak(sound)).toBeLessThanOrEqual(PEAK_LIMIT);
});

test('silence is not amplified: what is left of it is nothing', async () => {
  const noise = Int16Array.from({ length: 8_000 }, (_, index) => (index % 7) - 3);
  expect(await telephoneSound({ samples: noise, sampleRate: 8_000 })).toHaveLength(0);
  expect(await telephoneSound({ samples: new Int16Array(0), sampleRate: 8_000 })).toHaveLength(0);
  expect(await telephoneSound({ samples: new Int16Array(4_000).fill(2_000), sampleRate: 8_000 })).toHaveLength(0);
});

test('silence at the ends is cut, to 50 and 100 ms, and pauses inside stay', async () => {
  const word = tone(500, 0.5, 8_000);
  const samples = after(silence(2, 8_000), word, silence(0.7, 8_000), word, silence(3, 8_000));
  const sound = await telephoneSound({ samples, sampleRate: 8_000 });
  expect(durationMs(sound.length)).toBeCloseTo(50 + 500 + 700 + 500 + 100, -2);
  expect(rms(sound, 0, 300)).toBeLessThan(0.001);
});

test('stereo becomes mono, 8 bits become 16', async () => {
  const voice = tone(700, 1, 16_000, 0.4);
  const stereo = Buffer.alloc(voice.length * 4);
  for (const [index, value] of voice.entries()) stereo.writeInt16LE(value, index * 4);
  const mixed = await telephoneSound(readWav(wavFile(stereo, { channels: 2, sampleRate: 16_000 })));
  const coarse = Buffer.from(voice.map((value) => (value >> 8) + 128));
  const eight = await telephoneSound(readWav(wavFile(coarse, { bits: 8, sampleRate: 16_000 })));
  for (const sound of [mixed, eight]) {
    expect(durationMs(sound.length)).toBeCloseTo(1_000, -1);
    expect(Math.abs(decibels(rms(sound)) - target)).toBeLessThan(1);
    expect(decibels(part(sound, 700, 8_000) / rms(sound))).toBeGreaterThan(2.5);
  }
});

test('converting lets the event loop go on', async () => {
  const recording = readWav(mono(tone(700, 40, 48_000), 48_000));
  let turns = 0;
  const counting = setInterval(() => turns++, 1);
  await telephoneSound(recording);
  clearInterval(counting);
  expect(turns).toBeGreaterThan(10);
});

test('converting stops when it is aborted', async () => {
  const over = new AbortController();
  const converting = telephoneSound(readWav(mono(tone(700, 40, 48_000), 48_000)), over.signal);
  setImmediate(() => over.abort(new Error('enough')));
  await expect(converting).rejects.toThrow('enough');
});

test('sound of more than five minutes is refused before any memory is taken for it', async () => {
  await expect(telephoneSound(readWav(wavFile(Buffer.alloc(4_000 * 301), { bits: 8, sampleRate: 4_000 })))).rejects.toMatchObject({
    code: 'SPEECH_TOO_LONG',
  });
});
