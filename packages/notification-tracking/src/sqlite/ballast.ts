import { randomFillSync } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Bytes that the ballast is made by at a time, so that no group of commands waits long for it. 1 MiB. */
const STEP_BYTES = 1_048_576;
/** What it takes of a volume at most: one part in so many. */
const SHARE = 8;

/** What a ballast is told. */
export interface BallastOptions {
  /** The database's path; the ballast stands beside it as `<path>-ballast`. */
  readonly path: string;
  /** Bytes wanted; a small volume gets at most an eighth of itself. 0: none. */
  readonly bytes: number;
}

/**
 * A file beside the database that only takes up space, to be given up when the disk is full: what is already promised can then still
 * be written. Filled with random bytes, so that no file system can store it in less space than it has.
 */
export class Ballast {
  /** Bytes of the whole ballast on this volume. */
  readonly bytes: number;
  /** Bytes of the whole volume. */
  readonly volumeBytes: number;
  readonly #file: string;
  readonly #folder: string;
  #made: number;

  constructor({ path, bytes }: BallastOptions) {
    this.#file = `${path}-ballast`;
    this.#folder = dirname(path);
    const volume = statfsSync(this.#folder);
    this.volumeBytes = volume.blocks * volume.bsize;
    this.bytes = Math.min(bytes, Math.floor(this.volumeBytes / SHARE));
    this.#made = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Bytes that are still to be made of it. */
  get missing(): number {
    return Math.max(0, this.bytes - this.#made);
  }

  /** Bytes that this user may still write on the volume; infinite where nobody can tell: nothing is refused for what is not known. */
  free(): number {
    try {
      const volume = statfsSync(this.#folder);
      return volume.bavail * volume.bsize;
    } catch {
      return Infinity;
    }
  }

  /** Makes the next part of it; false when there is no space for that: then what was made stays. */
  makeStep(): boolean {
    const step = Math.min(STEP_BYTES, this.missing);
    if (step === 0) return true;
    let file: number | undefined;
    try {
      file = openSync(this.#file, 'a', 0o600);
      const written = writeSync(file, randomFillSync(Buffer.allocUnsafe(step)));
      this.#made += written;
      return written === step;
    } catch {
      // Full, or forbidden: a store without ballast is a store all the same.
      return false;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  /** Gives its space back; true when there was any. */
  giveUp(): boolean {
    const held = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
    this.#made = 0;
    if (held === 0) return false;
    try {
      const file = openSync(this.#file, 'r+');
      ftruncateSync(file, 0);
      closeSync(file);
      rmSync(this.#file, { force: true });
      return true;
    } catch {
      return false;
    }
  }
}
