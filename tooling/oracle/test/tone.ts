import { waveFile } from '@taxinav/testkit';

/** A WAV file of a tone, as a phone hears it: 8 kHz, 16 bit, mono. */
export function toneFile(seconds: number): Buffer {
  const samples = Int16Array.from({ length: 8_000 * seconds }, (_, at) => Math.round(9_000 * Math.sin((2 * Math.PI * 440 * at) / 8_000)));
  return waveFile(samples);
}
