import { writeFile } from 'node:fs/promises';
import { waveFile } from '@taxinav/testkit';

const RATE = 8_000;

/** 8 kHz mono signed 16-bit WAV with a tone. */
export async function writeTone(pathWithoutExtension: string, durationMs: number, hertz = 440): Promise<void> {
  const samples = Int16Array.from({ length: Math.round((durationMs / 1_000) * RATE) }, (_, at) =>
    Math.round(8_000 * Math.sin((2 * Math.PI * hertz * at) / RATE)),
  );
  await writeFile(`${pathWithoutExtension}.wav`, waveFile(samples, RATE));
}
