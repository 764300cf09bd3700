/** What counts as silence, whatever else is there: −50 dB of full scale. */
const SILENCE = 10 ** (-50 / 20);
/** And what lies so far below the loudest moment: −40 dB. */
const BELOW_LOUDEST = 10 ** (-40 / 20);
const WINDOW_MS = 10;
/** Kept before the first sound and after the last, so that no consonant is cut. */
const BEFORE_MS = 50;
const AFTER_MS = 100;

/** Where the sound of it begins and ends, with a little silence around; samples are −1 to 1. Absent when all is silence. */
export function soundingPart(samples: Float32Array, sampleRate: number): { readonly from: number; readonly to: number } | undefined {
  const window = Math.max(1, Math.round((sampleRate * WINDOW_MS) / 1_000));
  const levels = windowLevels(samples, window);
  const loudest = levels.reduce((most, level) => Math.max(most, level), 0);
  const limit = Math.max(SILENCE, loudest * BELOW_LOUDEST);
  const first = levels.findIndex((level) => level >= limit);
  if (first === -1) return undefined;
  const last = levels.findLastIndex((level) => level >= limit);
  return {
    from: Math.max(0, first * window - Math.round((sampleRate * BEFORE_MS) / 1_000)),
    to: Math.min(samples.length, (last + 1) * window + Math.round((sampleRate * AFTER_MS) / 1_000)),
  };
}

/** Root mean square of each stretch of `window` samples; the last one may be shorter. */
export function windowLevels(samples: Float32Array, window: number): Float64Array {
  const levels = new Float64Array(Math.ceil(samples.length / window));
  for (let index = 0; index < levels.length; index++) {
    const from = index * window;
    const to = Math.min(from + window, samples.length);
    let sum = 0;
    for (let at = from; at < to; at++) sum += (samples[at] ?? 0) ** 2;
    levels[index] = Math.sqrt(sum / (to - from));
  }
  return levels;
}
