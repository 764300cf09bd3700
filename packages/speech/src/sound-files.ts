import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { WAV_HEADER_BYTES, wavHeader, writeWav } from './wav.ts';

/** Raised when sound is made otherwise than before: what the cache holds is then made anew. */
const FORMAT = 1;
const SHELF = /^[0-9a-f]{2}$/;
const SOUND = /^([0-9a-f]{64})\.wav$/;
const UNFINISHED = /^[0-9a-f]{64}\.[0-9a-f-]{36}\.tmp$/;

/** Names a sound by what it is made of: 64 hexadecimal digits. */
export function soundKey(...parts: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([FORMAT, ...parts]))
    .digest('hex');
}

/** A file of the cache. */
export interface SoundFile {
  readonly key: string;
  readonly bytes: number;
  /** When it was last handed out or made, UTC ms. */
  readonly usedAt: number;
}

/** The folder of prepared sound: `<2 digits>/<64 digits>.wav`. Files of other names are not looked at and never removed. */
export class SoundFiles {
  readonly #folder: string;

  /** An absolute path. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Where a sound lies, without extension. */
  path(key: string): string {
    return join(this.#folder, key.slice(0, 2), key);
  }

  /** The bytes of a whole file of the right form; absent when there is none, or a damaged one. */
  async whole(key: string): Promise<number | undefined> {
    try {
      await using file = await open(`${this.path(key)}.wav`, constants.O_RDONLY | constants.O_NOFOLLOW);
      const about = await file.stat();
      const samples = (about.size - WAV_HEADER_BYTES) / 2;
      if (!about.isFile() || samples < 1 || !Number.isInteger(samples)) return undefined;
      const { bytesRead, buffer } = await file.read(Buffer.alloc(WAV_HEADER_BYTES), 0, WAV_HEADER_BYTES, 0);
      return bytesRead === WAV_HEADER_BYTES && buffer.equals(wavHeader(samples)) ? about.size : undefined;
    } catch {
      // Whatever is wrong with it, it is made anew; if that cannot be, the writing says why.
      return undefined;
    }
  }

  /** Writes a sound: whole and on disk, or not at all. Returns its bytes. */
  async write(key: string, sound: Int16Array): Promise<number> {
    const path = this.path(key);
    const unfinished = `${path}.${randomUUID()}.tmp`;
    const bytes = writeWav(sound);
    await mkdir(join(this.#folder, key.slice(0, 2)), { recursive: true });
    try {
      await using file = await open(unfinished, 'wx', 0o644);
      await file.writeFile(bytes);
      await file.sync();
      await rename(unfinished, `${path}.wav`);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
    return bytes.length;
  }

  /** Notes in the file system that a sound was used, so that another process and the next start know. */
  async touch(key: string, now: number): Promise<void> {
    await utimes(`${this.path(key)}.wav`, now / 1_000, now / 1_000);
  }

  /** When it was last noted as used; absent when it is not there. */
  async usedAt(key: string): Promise<number | undefined> {
    return (await lstat(`${this.path(key)}.wav`).catch(() => undefined))?.mtimeMs;
  }

  /** Removes a sound. */
  async remove(key: string): Promise<void> {
    await rm(`${this.path(key)}.wav`, { force: true });
  }

  /** Everything that is there; what a crash has left unfinished before `abandonedBefore` is removed on the way. */
  async *all(abandonedBefore: number): AsyncGenerator<SoundFile> {
    for (const shelf of await readdir(this.#folder)) {
      if (!SHELF.test(shelf)) continue;
      const names = await readdir(join(this.#folder, shelf)).catch(() => []);
      for (const name of names) {
        const path = join(this.#folder, shelf, name);
        const key = SOUND.exec(name)?.[1];
        const unfinished = UNFINISHED.test(name);
        if (key?.startsWith(shelf) !== true && !unfinished) continue;
        const about = await lstat(path).catch(() => undefined);
        if (about?.isFile() !== true) continue;
        if (key !== undefined) yield { key, bytes: about.size, usedAt: about.mtimeMs };
        else if (about.mtimeMs < abandonedBefore) await rm(path, { force: true });
      }
    }
  }
}
