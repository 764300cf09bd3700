import { wavHeader, writeWav } from '../src/wav.ts';

/** A sine as 16-bit samples; amplitude 0 to 1. */
export function tone(hertz: number, seconds: number, sampleRate: number, amplitude = 0.5): Int16Array {
  return Int16Array.from({ length: Math.round(seconds * sampleRate) }, (_, index) =>
    Math.round(32_767 * amplitude * Math.sin((2 * Math.PI * hertz * index) / sampleRate)),
  );
}

/** Sounds after one another. */
export function after(...sounds: readonly Int16Array[]): Int16Array {
  return Int16Array.from(sounds.flatMap((sound) => [...sound]));
}

export function silence(seconds: number, sampleRate: number): Int16Array {
  return new Int16Array(Math.round(seconds * sampleRate));
}

/** Root mean square, 0 to 1. */
export function rms(samples: ArrayLike<number>, from = 0, to = samples.length): number {
  let sum = 0;
  for (let index = from; index < to; index++) sum += ((samples[index] ?? 0) / 32_768) ** 2;
  return Math.sqrt(sum / (to - from));
}

export function decibels(ratio: number): number {
  return 20 * Math.log10(ratio);
}

/** How much of one frequency is in a sound, 0 to 1 (Goertzel). */
export function part(samples: Int16Array, hertz: number, sampleRate: number): number {
  let real = 0;
  let imaginary = 0;
  for (const [index, value] of samples.entries()) {
    const angle = (2 * Math.PI * hertz * index) / sampleRate;
    real += (value / 32_768) * Math.cos(angle);
    imaginary += (value / 32_768) * Math.sin(angle);
  }
  return (2 * Math.hypot(real, imaginary)) / samples.length;
}

/** A WAV file with any format; `data` as it is. */
export function wavFile(data: Buffer, format: { channels?: number; sampleRate?: number; bits?: number; kind?: number } = {}): Buffer {
  const { channels = 1, sampleRate = 8_000, bits = 16, kind = 1 } = format;
  const header = wavHeader(0, sampleRate);
  header.writeUInt32LE(36 + data.length, 4);
  header.writeUInt16LE(kind, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt16LE(bits, 34);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

/** A mono 16-bit WAV file. */
export function mono(sound: Int16Array, sampleRate = 8_000): Buffer {
  return writeWav(sound, sampleRate);
}
