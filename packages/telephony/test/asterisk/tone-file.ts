import { writeFile } from 'node:fs/promises';

const RATE = 8_000;

/** 8 kHz mono signed 16-bit WAV with a tone. */
export async function writeTone(pathWithoutExtension: string, durationMs: number, hertz = 440): Promise<void> {
  const samples = Math.round((durationMs / 1_000) * RATE);
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(RATE, 24);
  wav.writeUInt32LE(RATE * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let at = 0; at < samples; at += 1) wav.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * hertz * at) / RATE)), 44 + at * 2);
  await writeFile(`${pathWithoutExtension}.wav`, wav);
}
