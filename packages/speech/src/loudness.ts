import { windowLevels } from './trim.ts';

/** How loud speech is made: −20 dB of full scale, root mean square of its sounding moments. */
export const TARGET_LEVEL: number = 10 ** (-20 / 20);
/** No sample goes beyond it: −1 dB of full scale. */
export const PEAK_LIMIT: number = 10 ** (-1 / 20);

/** Sound below it is not made louder: −50 dB of full scale. */
const SILENCE = 10 ** (-50 / 20);
/** Moments so far below the loudest are pauses: −30 dB. */
const PAUSE = 10 ** (-30 / 20);
/** Never made louder by more: 30 dB. What needs it is noise. */
const MOST_GAIN = 10 ** (30 / 20);
/** Peaks may be pressed together by so much, 6 dB; a single click must not make a whole recording quiet. */
const PRESSED = 2;
/** From here on, of the limit, peaks are pressed. */
const KNEE = 0.7;
const WINDOW_MS = 20;

/**
 * Makes sound as loud as all other sound, in place; samples are −1 to 1. Pauses do not count, silence stays silence, and no peak
 * goes beyond {@link PEAK_LIMIT}.
 */
export function level(samples: Float32Array, sampleRate: number): void {
  const gain = gainOf(samples, sampleRate);
  const knee = KNEE * PEAK_LIMIT;
  const room = PEAK_LIMIT - knee;
  for (let index = 0; index < samples.length; index++) {
    const value = (samples[index] ?? 0) * gain;
    const size = Math.abs(value);
    samples[index] = size <= knee ? value : Math.sign(value) * (knee + room * Math.tanh((size - knee) / room));
  }
}

/** Root mean square of the moments that sound, 0 for silence; samples are −1 to 1. */
export function soundingLevel(samples: Float32Array, sampleRate: number): number {
  const levels = windowLevels(samples, Math.max(1, Math.round((sampleRate * WINDOW_MS) / 1_000)));
  const loudest = levels.reduce((most, each) => Math.max(most, each), 0);
  const sounding = levels.filter((each) => each >= Math.max(SILENCE, loudest * PAUSE));
  return sounding.length === 0 ? 0 : Math.sqrt(sounding.reduce((sum, each) => sum + each ** 2, 0) / sounding.length);
}

function gainOf(samples: Float32Array, sampleRate: number): number {
  const now = soundingLevel(samples, sampleRate);
  if (now === 0) return 1;
  let peak = 0;
  for (let index = 0; index < samples.length; index++) peak = Math.max(peak, Math.abs(samples[index] ?? 0));
  return Math.min(TARGET_LEVEL / now, MOST_GAIN, (PEAK_LIMIT * PRESSED) / peak);
}
