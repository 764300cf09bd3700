import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { telephoneSound } from './audio.ts';
import { SpeechError } from './errors.ts';
import { readWav } from './wav.ts';

/** Bytes of a recording: six minutes of 44.1 kHz stereo. More is no phrase. */
const MOST_BYTES = 64_000_000;
/** Read at a time. */
const PIECE_BYTES = 262_144;

/** The company's recordings: found by path, known by their bytes. */
export class Recordings {
  readonly #known = new Map<string, { readonly version: string; readonly hash: string }>();

  /**
   * SHA-256 of the file's bytes; it is read only when the file is another than at the last time.
   *
   * @throws SpeechError with `SPEECH_RECORDING_MISSING` or `SPEECH_RECORDING_UNREADABLE`
   */
  async hash(path: string): Promise<string> {
    const about = await stat(path).catch((error: unknown) => {
      throw missing(path, error);
    });
    if (!about.isFile()) throw unreadable(path, 'it is no file');
    if (about.size > MOST_BYTES) throw unreadable(path, `it has ${about.size} bytes`);
    const version = `${about.ino} ${about.size} ${about.mtimeMs}`;
    const known = this.#known.get(path);
    if (known?.version === version) return known.hash;
    const hash = await hashOf(path);
    this.#known.set(path, { version, hash });
    return hash;
  }

  /**
   * The recording of this hash as telephones need it.
   *
   * @throws SpeechError with `SPEECH_RECORDING_MISSING` or `SPEECH_RECORDING_UNREADABLE`
   */
  async sound(path: string, hash: string, signal?: AbortSignal): Promise<Int16Array> {
    const bytes = await bytesOf(path);
    // Sound is kept under the hash: that of another file must not be.
    if ((await this.hash(path)) !== hash) throw unreadable(path, 'it was replaced while it was read');
    const samples = await telephoneSoundOf(bytes, path, signal);
    if (samples.length === 0) throw unreadable(path, 'it holds nothing but silence');
    return samples;
  }
}

/** In pieces: the event loop goes on, and no memory is taken for the whole. */
async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES })) hash.update(piece as Buffer);
  } catch (error) {
    throw missing(path, error);
  }
  return hash.digest('hex');
}

async function telephoneSoundOf(bytes: Buffer, path: string, signal: AbortSignal | undefined): Promise<Int16Array> {
  try {
    return await telephoneSound(readWav(bytes), signal);
  } catch (error) {
    if (!(error instanceof SpeechError)) throw error;
    throw new SpeechError(error.code, `The recording ${path}: ${error.message}`, { cause: error });
  }
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    await using file = await open(path, 'r');
    return await wholeFile(file, path);
  } catch (error) {
    throw error instanceof SpeechError ? error : missing(path, error);
  }
}

async function wholeFile(file: FileHandle, path: string): Promise<Buffer> {
  const about = await file.stat();
  if (!about.isFile()) throw unreadable(path, 'it is no file');
  if (about.size > MOST_BYTES) throw unreadable(path, `it has ${about.size} bytes`);
  const bytes = Buffer.alloc(about.size);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, Math.min(PIECE_BYTES, bytes.length - length), length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

function missing(path: string, error: unknown): SpeechError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new SpeechError(
    'SPEECH_RECORDING_MISSING',
    `The recording ${path} cannot be opened (${code}). Put it there, or correct its path among the phrases.`,
    { cause: error },
  );
}

function unreadable(path: string, why: string): SpeechError {
  return new SpeechError(
    'SPEECH_RECORDING_UNREADABLE',
    `The recording ${path} cannot be used: ${why}. Expected a WAV file, PCM 8 or 16 bits, of at most ${MOST_BYTES / 1e6} MB.`,
  );
}
