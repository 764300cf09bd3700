import { readFile } from 'node:fs/promises';

const RATE = 8_000;
const SLICE = RATE / 10;

/** The loudest of these tones in each tenth of a second of an 8 kHz WAV; 0 for silence and for anything else. */
export async function tonesOf(wavFile: string, hertz: readonly number[]): Promise<readonly number[]> {
  const wav = await readFile(wavFile);
  const data = wav.subarray(wav.indexOf('data') + 8);
  const slices: number[] = [];
  for (let from = 0; (from + SLICE) * 2 <= data.length; from += SLICE) {
    const samples = Array.from({ length: SLICE }, (_, index) => data.readInt16LE((from + index) * 2));
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / SLICE;
    const heard = hertz
      .map((tone) => ({ tone, share: powerAt(samples, tone) / Math.max(power, 1) }))
      .sort((one, other) => other.share - one.share);
    slices.push(power > 10_000 && (heard[0]?.share ?? 0) > 0.5 ? (heard[0]?.tone ?? 0) : 0);
  }
  return slices;
}

/** How long each tone was heard in all, milliseconds. */
export function heardMs(slices: readonly number[], tone: number): number {
  return slices.filter((slice) => slice === tone).length * 100;
}

/** Goertzel's algorithm. */
function powerAt(samples: readonly number[], hertz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hertz) / RATE);
  let last = 0;
  let before = 0;
  for (const sample of samples) [last, before] = [sample + coefficient * last - before, last];
  return (2 * (last * last + before * before - coefficient * last * before)) / samples.length ** 2;
}
