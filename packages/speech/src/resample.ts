/** Zero crossings of the sinc on either side of its middle: more is steeper and costs more. */
const CROSSINGS = 24;
/** Of the lower of both Nyquist frequencies: above it, sound fades out. */
const PASSED = 0.92;
/** Kaiser's β: what is cut off is 70 dB below the rest. */
const BETA = 7;
/** Weights that are worked out beforehand; rates that need more have their places between two input samples rounded. */
const MOST_WEIGHTS = 100_000;

/** Takes output samples from a place of the input; made once per pair of rates. */
export interface Resampler {
  /** Samples that come out of so many. */
  outputLength(inputLength: number): number;
  /** Fills `output[from … to)`; what lies outside the input is silence. */
  fill(input: Float32Array | Int16Array, output: Float32Array, from: number, to: number): void;
}

/**
 * Changes the samples a second of a sound by a windowed sinc: what the new rate cannot carry is cut off before it could fold
 * back. Rates are whole numbers above 0.
 */
export function createResampler(inputRate: number, outputRate: number): Resampler {
  const outputLength = (inputLength: number): number => Math.round((inputLength * outputRate) / inputRate);
  if (inputRate === outputRate) {
    return { outputLength, fill: (input, output, from, to) => output.set(input.subarray(from, to), from) };
  }
  const divisor = greatestCommonDivisor(inputRate, outputRate);
  const step = inputRate / outputRate;
  // Cycles per input sample.
  const cutoff = (0.5 * PASSED * Math.min(inputRate, outputRate)) / inputRate;
  const reach = Math.ceil(CROSSINGS / (2 * cutoff));
  const taps = 2 * reach;
  const phases = Math.min(outputRate / divisor, Math.floor(MOST_WEIGHTS / taps));
  const weights = weightTable(phases, taps, reach, cutoff);
  return {
    outputLength,
    fill(input, output, from, to) {
      for (let index = from; index < to; index++) {
        const position = index * step;
        let whole = Math.floor(position);
        let phase = Math.round((position - whole) * phases);
        if (phase === phases) {
          phase = 0;
          whole += 1;
        }
        const first = whole - reach + 1;
        const start = Math.max(0, -first);
        const end = Math.min(taps, input.length - first);
        let sum = 0;
        for (let tap = start, at = phase * taps + start; tap < end; tap++, at++) sum += (input[first + tap] ?? 0) * (weights[at] ?? 0);
        output[index] = sum;
      }
    },
  };
}

function weightTable(phases: number, taps: number, reach: number, cutoff: number): Float32Array {
  const weights = new Float32Array(phases * taps);
  for (let phase = 0; phase < phases; phase++) {
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - reach + 1 - phase / phases;
      const weight = sinc(2 * cutoff * distance) * kaiser(distance / reach);
      weights[phase * taps + tap] = weight;
      sum += weight;
    }
    // Every phase passes a constant unchanged.
    for (let tap = 0; tap < taps; tap++) weights[phase * taps + tap] = (weights[phase * taps + tap] ?? 0) / sum;
  }
  return weights;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Without its constant factor: every phase is scaled anyhow. */
function kaiser(place: number): number {
  return Math.abs(place) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - place * place));
}

/** Modified Bessel function of the first kind, order 0. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-9; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
