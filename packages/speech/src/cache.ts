import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { durationMs } from './audio.ts';
import { requireWhole } from './bounds.ts';
import { SpeechError } from './errors.ts';
import { SoundFiles } from './sound-files.ts';
import { untilAborted } from './until-aborted.ts';
import { WAV_HEADER_BYTES } from './wav.ts';

/** What was handed out is not removed for so long: it may be about to be played. */
export const KEPT_MS = 600_000;
/** How exactly the file system is told when a sound was used. */
const TOUCH_EVERY_MS = 60_000;
/** Removing goes on below the limit, so that not every new sound removes one. */
const LEFT_AFTER_REMOVING = 0.9;
/** Where nothing may be removed, the folder may outgrow its limit by so much; then nothing more is made. */
const OUTGROWN = 2;

/** Where prepared sound is kept, and how much of it. */
export interface SoundCacheOptions {
  readonly folder: string;
  /** Mebibytes, from 1. */
  readonly megabytes: number;
  /** UTC ms. */
  readonly now: () => number;
  /** Told when the folder could not be tidied; sound is made all the same. */
  readonly onProblem: (error: SpeechError) => void;
}

/** A sound that lies in the cache. */
export interface CachedSound {
  /** Absolute, without the extension `.wav`. */
  readonly path: string;
  readonly durationMs: number;
}

interface Known {
  bytes: number;
  usedAt: number;
  touchedAt: number;
}

interface UnderWay {
  readonly work: Promise<CachedSound>;
  readonly over: AbortController;
  waiting: number;
}

/**
 * Keeps sound on disk by what it is made of. What several ask for at once is made once. Beyond the limit the sounds that were not
 * used for longest are removed, never one that was handed out in the last ten minutes.
 */
export class SoundCache implements AsyncDisposable {
  readonly #files: SoundFiles;
  readonly #options: SoundCacheOptions;
  readonly #limit: number;
  readonly #known = new Map<string, Known>();
  readonly #underWay = new Map<string, UnderWay>();
  /** What is being made or stored, though nobody may wait for it any more. */
  readonly #working = new Set<Promise<unknown>>();
  readonly #leaving = new Map<string, Promise<void>>();
  #bytes = 0;
  #counted = false;
  #tidying: Promise<void> | undefined;

  private constructor(options: SoundCacheOptions) {
    this.#options = options;
    this.#files = new SoundFiles(resolve(options.folder));
    this.#limit = options.megabytes * 1_048_576;
  }

  /** Opens the folder, and makes it where there is none; what is in it is looked at later. */
  static async open(options: SoundCacheOptions): Promise<SoundCache> {
    requireWhole('cache.megabytes', options.megabytes, 1, 1_048_576);
    try {
      await mkdir(resolve(options.folder), { recursive: true });
    } catch (error) {
      throw cacheFailed('The folder of prepared sound cannot be made', error);
    }
    return new SoundCache(options);
  }

  /**
   * The sound of this key: from the disk, else from `make`, which is stopped when nobody waits for it any more.
   *
   * @throws SpeechError with `SPEECH_CACHE_FAILED`, and what `make` throws
   */
  async obtain(key: string, make: (signal: AbortSignal) => Promise<Int16Array>, signal?: AbortSignal): Promise<CachedSound> {
    signal?.throwIfAborted();
    const shared = this.#underWay.get(key) ?? this.#begin(key, make);
    shared.waiting += 1;
    try {
      return await untilAborted(shared.work, signal);
    } finally {
      shared.waiting -= 1;
      if (shared.waiting === 0) {
        shared.over.abort();
        // Whoever comes now must not be given what was just broken off.
        if (this.#underWay.get(key) === shared) this.#underWay.delete(key);
      }
    }
  }

  /** Breaks off what is being made, and waits until nothing touches the folder any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { over } of this.#underWay.values()) over.abort();
    await Promise.allSettled(this.#working);
    await this.#tidying;
  }

  #begin(key: string, make: (signal: AbortSignal) => Promise<Int16Array>): UnderWay {
    const over = new AbortController();
    const work = this.#find(key, make, over.signal);
    const shared: UnderWay = { work, over, waiting: 0 };
    this.#underWay.set(key, shared);
    // Those who wait are told; when none is left, nobody has to be.
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    this.#working.add(settled);
    void settled.then(() => {
      this.#working.delete(settled);
      if (this.#underWay.get(key) === shared) this.#underWay.delete(key);
    });
    return shared;
  }

  async #find(key: string, make: (signal: AbortSignal) => Promise<Int16Array>, signal: AbortSignal): Promise<CachedSound> {
    await this.#leaving.get(key);
    const known = this.#known.get(key);
    // From here on it is not removed, though it may turn out that it is not there.
    if (known !== undefined) known.usedAt = this.#options.now();
    const bytes = await this.#files.whole(key);
    if (bytes !== undefined) return await this.#handOut(key, bytes);
    this.#forget(key);
    const sound = await make(signal);
    signal.throwIfAborted();
    if (this.#counted && this.#bytes > this.#limit * OUTGROWN) throw outgrown(this.#options.megabytes);
    try {
      return await this.#handOut(key, await this.#files.write(key, sound));
    } catch (error) {
      throw cacheFailed('Prepared sound could not be stored', error);
    }
  }

  async #handOut(key: string, bytes: number): Promise<CachedSound> {
    const now = this.#options.now();
    const known = this.#known.get(key);
    const isNew = known === undefined;
    const touch = isNew || now - known.touchedAt >= TOUCH_EVERY_MS;
    this.#remember(key, bytes, now, touch ? now : known.touchedAt);
    // A file that has vanished just now is found missing by whoever asks next.
    if (touch) await this.#files.touch(key, now).catch(() => undefined);
    if (isNew) this.#tidySoon();
    return { path: this.#files.path(key), durationMs: durationMs((bytes - WAV_HEADER_BYTES) / 2) };
  }

  #remember(key: string, bytes: number, usedAt: number, touchedAt: number): void {
    this.#forget(key);
    this.#known.set(key, { bytes, usedAt, touchedAt });
    this.#bytes += bytes;
  }

  #forget(key: string): void {
    this.#bytes -= this.#known.get(key)?.bytes ?? 0;
    this.#known.delete(key);
  }

  #tidySoon(): void {
    if (this.#counted && this.#bytes <= this.#limit) return;
    this.#tidying ??= this.#tidy()
      .catch((error: unknown) => this.#options.onProblem(cacheFailed('The folder of prepared sound could not be tidied', error)))
      .finally(() => (this.#tidying = undefined));
  }

  async #tidy(): Promise<void> {
    const keptSince = this.#options.now() - KEPT_MS;
    if (!this.#counted) {
      for await (const { key, bytes, usedAt } of this.#files.all(keptSince)) {
        if (!this.#known.has(key)) this.#remember(key, bytes, usedAt, usedAt);
      }
      this.#counted = true;
    }
    if (this.#bytes <= this.#limit) return;
    const oldest = [...this.#known].filter(([, { usedAt }]) => usedAt < keptSince).sort(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [key, known] of oldest) {
      if (this.#bytes <= this.#limit * LEFT_AFTER_REMOVING) return;
      const noted = await this.#files.usedAt(key);
      // Another process may have used it, or somebody here since we began.
      if (noted !== undefined && noted >= keptSince) known.usedAt = Math.max(known.usedAt, noted);
      if (known.usedAt >= keptSince || this.#known.get(key) !== known || this.#underWay.has(key)) continue;
      await this.#remove(key);
    }
  }

  async #remove(key: string): Promise<void> {
    const removing = this.#files.remove(key);
    this.#leaving.set(
      key,
      removing.catch(() => undefined),
    );
    try {
      await removing;
      this.#forget(key);
    } finally {
      this.#leaving.delete(key);
    }
  }
}

function cacheFailed(what: string, error: unknown): SpeechError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const remedy = code === 'ENOSPC' ? 'Free space on the disk, or lower cache.megabytes' : 'Check that the folder can be written to';
  return new SpeechError('SPEECH_CACHE_FAILED', `${what} (${code}). ${remedy}.`, { cause: error });
}

function outgrown(megabytes: number): SpeechError {
  return new SpeechError(
    'SPEECH_CACHE_FAILED',
    `Prepared sound could not be stored: what was handed out in the last ten minutes fills twice the ${megabytes} MiB of cache.megabytes. Raise it.`,
  );
}
