import { endianness } from 'node:os';
import { SpeechError } from './errors.ts';

/** Samples a second of all sound that leaves this package. */
export const TELEPHONE_RATE = 8_000;
/** Bytes before the samples in a file of this package. */
export const WAV_HEADER_BYTES = 44;

const BYTES_PER_SAMPLE = 2;
const PCM = 1;
const EXTENSIBLE = 0xfffe;
/** Sizes from here on are what programs write that do not know the length yet. */
const UNKNOWN_SIZE = 0x7fff_0000;

/** Samples of a WAV file, as they lie in it. */
export interface WavSamples {
  /** Interleaved samples; a view of the bytes that were read. */
  readonly data: Buffer;
  readonly bits: 8 | 16;
  readonly channels: number;
  /** Samples a second of each channel. */
  readonly sampleRate: number;
  /** Moments in time: samples of one channel. */
  readonly frames: number;
}

/** What is expected of a recording, and how to get it. */
const REMEDY = 'Convert it: ffmpeg -i IN -ac 1 -ar 8000 -c:a pcm_s16le OUT.wav';

/**
 * Finds the samples of a WAV file: PCM, 8 or 16 bits, 1 to 8 channels, 4,000 to 192,000 samples a second. Nothing is copied.
 * A length that says "unknown" means to the end, as programs write it that speak into a pipe.
 *
 * @throws SpeechError with `SPEECH_RECORDING_UNREADABLE`
 */
export function readWav(file: Buffer): WavSamples {
  if (file.length < 12 || file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') {
    throw unreadable(`it does not begin as a WAV file (RIFF … WAVE), it has ${file.length} bytes`);
  }
  let format: Omit<WavSamples, 'data' | 'frames'> | undefined;
  let at = 12;
  while (at + 8 <= file.length) {
    const name = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    const from = at + 8;
    if (name === 'data') {
      if (format === undefined) throw unreadable('its samples come before their format');
      return samples(file, from, size, format);
    }
    if (from + size > file.length) throw unreadable(`its chunk ${JSON.stringify(name)} goes beyond its end at ${file.length} bytes`);
    if (name === 'fmt ') format = readFormat(file.subarray(from, from + size));
    // Chunks begin at even places.
    at = from + size + (size % 2);
  }
  throw unreadable('it holds no samples');
}

function samples(file: Buffer, from: number, size: number, format: Omit<WavSamples, 'data' | 'frames'>): WavSamples {
  const rest = file.length - from;
  const toEnd = size >= UNKNOWN_SIZE || size === 0;
  if (!toEnd && size > rest) throw unreadable(`it is cut off: ${rest} of ${size} bytes of sound are there`);
  const frameBytes = (format.bits / 8) * format.channels;
  const frames = Math.floor((toEnd ? rest : size) / frameBytes);
  return { ...format, data: file.subarray(from, from + frames * frameBytes), frames };
}

function readFormat(chunk: Buffer): Omit<WavSamples, 'data' | 'frames'> {
  if (chunk.length < 16) throw unreadable('its format is cut off');
  const written = chunk.readUInt16LE(0);
  // The extensible form has the real kind in front of its sub-format.
  const kind = written === EXTENSIBLE && chunk.length >= 26 ? chunk.readUInt16LE(24) : written;
  const channels = chunk.readUInt16LE(2);
  const sampleRate = chunk.readUInt32LE(4);
  const bits = chunk.readUInt16LE(14);
  if (kind !== PCM) throw unreadable(`its samples are of kind ${kind}, not PCM (1)`);
  if (bits !== 8 && bits !== 16) throw unreadable(`its samples have ${bits} bits, not 8 or 16`);
  if (channels < 1 || channels > 8) throw unreadable(`it has ${channels} channels, not 1 to 8`);
  if (sampleRate < 4_000 || sampleRate > 192_000) throw unreadable(`it has ${sampleRate} samples a second, not 4,000 to 192,000`);
  return { bits, channels, sampleRate };
}

function unreadable(why: string): SpeechError {
  return new SpeechError('SPEECH_RECORDING_UNREADABLE', `The sound cannot be read: ${why}. ${REMEDY}`);
}

/** Writes mono 16-bit sound as a WAV file: a header of 44 bytes, then the samples. */
export function writeWav(sound: Int16Array, sampleRate: number = TELEPHONE_RATE): Buffer {
  const samples = Buffer.from(sound.buffer, sound.byteOffset, sound.byteLength);
  const file = Buffer.concat([wavHeader(sound.length, sampleRate), samples]);
  if (endianness() === 'BE') file.subarray(WAV_HEADER_BYTES).swap16();
  return file;
}

/** The header of a mono 16-bit WAV file of so many samples. */
export function wavHeader(length: number, sampleRate: number = TELEPHONE_RATE): Buffer {
  const header = Buffer.alloc(WAV_HEADER_BYTES);
  const bytes = length * BYTES_PER_SAMPLE;
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(WAV_HEADER_BYTES - 8 + bytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(PCM, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * BYTES_PER_SAMPLE, 28);
  header.writeUInt16LE(BYTES_PER_SAMPLE, 32);
  header.writeUInt16LE(BYTES_PER_SAMPLE * 8, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(bytes, 40);
  return header;
}
