import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder, type TemporaryFolder } from '@taxinav/testkit';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { KEPT_MS, SoundCache } from '../src/cache.ts';
import { soundKey } from '../src/sound-files.ts';
import { readWav } from '../src/wav.ts';
import { tone } from './tones.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 22, 12);
const sound = tone(500, 1, 8_000);
/** A sound of half a mebibyte. */
const long = new Int16Array(262_144).fill(1_000);

async function folderOfTest(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return folder;
}

async function opened(folder: string, options: { now?: () => number; megabytes?: number } = {}) {
  const onProblem = vi.fn<(error: Error) => void>();
  const cache = await SoundCache.open({ folder, megabytes: options.megabytes ?? 1, now: options.now ?? (() => START), onProblem });
  onTestFinished(() => cache[Symbol.asyncDispose]());
  return { cache, onProblem };
}

async function soundsIn(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.wav')).sort();
}

test('sound is made once and then found, by whoever opens the folder', async () => {
  const folder = await folderOfTest();
  const { cache } = await opened(folder.file('cache'));
  const key = soundKey('a');
  const first = await cache.obtain(key, async () => sound);
  expect(first).toEqual({ path: join(folder.file('cache'), key.slice(0, 2), key), durationMs: 1_000 });
  expect(readWav(await readFile(`${first.path}.wav`))).toMatchObject({ bits: 16, channels: 1, sampleRate: 8_000, frames: 8_000 });
  const never = async (): Promise<Int16Array> => Promise.reject(new Error('made again'));
  expect(await cache.obtain(key, never)).toEqual(first);
  expect(await (await opened(folder.file('cache'))).cache.obtain(key, never)).toEqual(first);
});

test('what several ask for at once is made once', async () => {
  const { cache } = await opened((await folderOfTest()).path);
  const make = vi.fn(async () => sound);
  await Promise.all(Array.from({ length: 20 }, () => cache.obtain(soundKey('a'), make)));
  expect(make).toHaveBeenCalledOnce();
});

test('one who leaves fails alone; when the last has left, the making is stopped, and the next begins anew', async () => {
  const { cache } = await opened((await folderOfTest()).path);
  const started = Promise.withResolvers<AbortSignal>();
  const ready = Promise.withResolvers<Int16Array>();
  const make = (signal: AbortSignal): Promise<Int16Array> => {
    started.resolve(signal);
    return ready.promise;
  };
  const [leaving, other] = [new AbortController(), new AbortController()];
  const left = cache.obtain(soundKey('a'), make, leaving.signal);
  const stayed = cache.obtain(soundKey('a'), make, other.signal);
  const inside = await started.promise;
  leaving.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  expect(inside.aborted).toBe(false);
  other.abort(new Error('gone too'));
  await expect(stayed).rejects.toThrow('gone too');
  expect(inside.aborted).toBe(true);
  expect(await cache.obtain(soundKey('a'), async () => sound)).toMatchObject({ durationMs: 1_000 });
  ready.resolve(sound);
});

test.each([
  ['is gone', (file: string) => rm(file)],
  ['was cut off', (file: string) => truncate(file, 5_000)],
  ['is empty', (file: string) => truncate(file, 0)],
  ['holds a header only', (file: string) => truncate(file, 44)],
  ['holds garbage of the same length', async (file: string) => writeFile(file, Buffer.alloc((await stat(file)).size, 7))],
  ['grew', (file: string) => truncate(file, 100_000)],
])('a file that %s is made anew', async (_name, damage) => {
  const { cache } = await opened((await folderOfTest()).path);
  const { path } = await cache.obtain(soundKey('a'), async () => sound);
  await damage(`${path}.wav`);
  const make = vi.fn(async () => tone(500, 2, 8_000));
  expect(await cache.obtain(soundKey('a'), make)).toEqual({ path, durationMs: 2_000 });
  expect((await stat(`${path}.wav`)).size).toBe(44 + 2 * 16_000);
});

test('foreign files are left alone and what a crash has left is cleared away', async () => {
  const folder = await folderOfTest();
  const shelf = folder.file('ab');
  const key = `ab${'0'.repeat(62)}`;
  await mkdir(shelf);
  await mkdir(folder.file('photos'));
  const foreign = ['notes.txt', 'ab/notes.txt', `ab/${'c'.repeat(64)}.wav`, `photos/${key}.wav`];
  for (const name of foreign) await writeFile(folder.file(name), 'x'.repeat(3_000_000));
  const unfinished = join(shelf, `${key}.6f9619ff-8b86-d011-b42d-00cf4fc964ff.tmp`);
  const fresh = join(shelf, `${key}.7f9619ff-8b86-d011-b42d-00cf4fc964ff.tmp`);
  for (const [file, at] of [
    [unfinished, START - KEPT_MS - MINUTE],
    [fresh, START],
  ] as const) {
    await writeFile(file, 'half');
    await utimes(file, at / 1_000, at / 1_000);
  }
  const { cache, onProblem } = await opened(folder.path);
  await cache.obtain(soundKey('a'), async () => sound);
  await expect.poll(() => stat(unfinished).catch(() => 'gone')).toBe('gone');
  for (const name of foreign) expect((await stat(folder.file(name))).size).toBe(3_000_000);
  expect((await stat(fresh)).size).toBe(4);
  expect(onProblem).not.toHaveBeenCalled();
});

describe('the limit', () => {
  test('beyond it, what was not used for longest is removed', async () => {
    const folder = await folderOfTest();
    let now = START;
    const { cache } = await opened(folder.path, { now: () => now, megabytes: 2 });
    const paths: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      paths.push((await cache.obtain(soundKey(name), async () => long)).path);
      now += 20 * MINUTE;
    }
    // Used again, so that b is the oldest.
    await cache.obtain(soundKey('a'), async () => long);
    now += 20 * MINUTE;
    const { path } = await cache.obtain(soundKey('d'), async () => long);
    const left = [paths[0], paths[2], path].map((each) => `${String(each).slice(folder.path.length + 1)}.wav`).sort();
    await expect.poll(() => soundsIn(folder.path)).toEqual(left);
  });

  test('nothing that was handed out in the last ten minutes is removed, though the folder outgrows it', async () => {
    const folder = await folderOfTest();
    let now = START;
    const { cache } = await opened(folder.path, { now: () => now });
    for (const name of ['a', 'b', 'c']) await cache.obtain(soundKey(name), async () => long);
    await cache[Symbol.asyncDispose]();
    expect(await soundsIn(folder.path)).toHaveLength(3);
    now += KEPT_MS + 1;
    await cache.obtain(soundKey('d'), async () => sound);
    await expect.poll(() => soundsIn(folder.path)).toHaveLength(2);
  });

  test('nothing more is made once it has outgrown it twice', async () => {
    const folder = await folderOfTest();
    const { cache } = await opened(folder.path);
    for (const name of ['a', 'b', 'c', 'd']) await cache.obtain(soundKey(name), async () => long);
    await cache[Symbol.asyncDispose]();
    await expect(cache.obtain(soundKey('f'), async () => long)).rejects.toMatchObject({ code: 'SPEECH_CACHE_FAILED' });
    await expect(cache.obtain(soundKey('a'), async () => long)).resolves.toMatchObject({ durationMs: 32_768 });
  });

  test('what an earlier process has left counts, and its use is remembered by the file', async () => {
    const folder = await folderOfTest();
    const earlier = await opened(folder.path, { megabytes: 100 });
    for (const name of ['a', 'b', 'c']) await earlier.cache.obtain(soundKey(name), async () => long);
    await earlier.cache[Symbol.asyncDispose]();
    const later = START + 30 * MINUTE;
    const file = `${(await earlier.cache.obtain(soundKey('b'), async () => long)).path}.wav`;
    // As another process that shares the folder would note it.
    await utimes(file, later / 1_000, later / 1_000);
    const { cache } = await opened(folder.path, { now: () => later });
    await cache.obtain(soundKey('d'), async () => sound);
    await expect.poll(() => soundsIn(folder.path)).toHaveLength(2);
    expect((await stat(file)).isFile()).toBe(true);
  });
});

describe('a disk that takes no more', () => {
  test('is an error, and nothing half-written remains', async () => {
    const folder = await folderOfTest();
    const script = folder.file('fill.ts');
    const source = new URL('../src/', import.meta.url).href;
    await writeFile(
      script,
      `import { SoundCache } from '${source}cache.ts';
       const cache = await SoundCache.open({ folder: process.argv[2] ?? '', megabytes: 9, now: Date.now, onProblem: () => {} });
       const make = (n: number) => cache.obtain(String(n).repeat(64), async () => new Int16Array(n * 4_000).fill(n));
       await make(1);
       await make(9).catch((error) => console.log(error.code, error.cause.code));
       console.log((await make(1)).durationMs);`,
    );
    // Files may not grow beyond 32 blocks of 512 bytes: a write fails in the middle, as on a full disk.
    const { stdout } = await promisify(execFile)('sh', [
      '-c',
      `ulimit -f 32; exec "$0" "$1" "$2"`,
      process.execPath,
      script,
      folder.file('cache'),
    ]);
    expect(stdout).toBe('SPEECH_CACHE_FAILED EFBIG\n500\n');
    expect(await readdir(folder.file('cache/99'))).toEqual([]);
  });

  test('a folder that cannot be made is an error at once, one that vanishes is made again', async () => {
    const folder = await folderOfTest();
    await writeFile(folder.file('file'), '');
    await expect(opened(folder.file('file/cache'))).rejects.toMatchObject({ code: 'SPEECH_CACHE_FAILED' });
    const { cache } = await opened(folder.file('cache'));
    await rm(folder.file('cache'), { recursive: true });
    const { path } = await cache.obtain(soundKey('a'), async () => sound);
    expect(await readdir(dirname(path))).toHaveLength(1);
  });

  test('a shelf that is a file is an error that says so', async () => {
    const folder = await folderOfTest();
    const { cache } = await opened(folder.path);
    const key = soundKey('a');
    await writeFile(folder.file(key.slice(0, 2)), '');
    await expect(cache.obtain(key, async () => sound)).rejects.toMatchObject({ code: 'SPEECH_CACHE_FAILED' });
  });
});

test('megabytes below 1 are refused', async () => {
  await expect(opened('/nowhere', { megabytes: 0 })).rejects.toThrow(RangeError);
});

test('a cache that is closed waits for what nobody waits for any more: nothing is written into its folder afterwards', async () => {
  const folder = await folderOfTest();
  const { cache } = await opened(folder.file('cache'));
  const making = Promise.withResolvers<void>();
  const made = Promise.withResolvers<Int16Array>();
  const leaving = new AbortController();
  const given = cache.obtain(
    soundKey('a'),
    () => {
      making.resolve();
      return made.promise;
    },
    leaving.signal,
  );
  await making.promise;
  leaving.abort(new Error('left'));
  await expect(given).rejects.toThrow('left');
  let closed = false;
  const closing = cache[Symbol.asyncDispose]().then(() => (closed = true));
  // Were it not waited for, it would be closed by now.
  await new Promise<void>((resolve) => void setImmediate(resolve));
  expect(closed).toBe(false);
  made.resolve(sound);
  await closing;
  expect(await soundsIn(folder.path)).toEqual([]);
});
