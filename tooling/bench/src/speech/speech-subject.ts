import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEspeakEngine, createSpeech, writeWav, type Speech, type SpeechEngine } from '@taxinav/speech';
import { quantile } from '../measure/statistics.ts';
import type { Subject } from '../measure/subject.ts';

/** How late the main loop's timers were, ms. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  /** How long the work took, ms. */
  readonly tookMs: number;
}

/** Resident memory, bytes. */
export interface Resident {
  /** Of the process that asks for the sound. */
  readonly own: number;
  /** Of the process that it has started to speak, 0 when there is none. */
  readonly engine: number;
}

/** Memory at three times. */
export interface SpeechMemory {
  readonly before: Resident;
  readonly loaded: Resident;
  readonly atRest: Resident;
}

const RECORDING_RATE = 44_100;
/** The engine's process ends after so long without a text. */
const IDLE_MS = 1_500;

/** A process that speaks: what its main loop notices of it, what a text costs, what memory it takes. */
export async function start(folder: unknown): Promise<Subject> {
  const place = String(folder);
  const espeak = createEspeakEngine({ idleMs: IDLE_MS });
  let spoken = 0;
  const engine: SpeechEngine = {
    identity: espeak.identity,
    speak: (text, language, signal) => {
      spoken += 1;
      return espeak.speak(text, language, signal);
    },
    [Symbol.asyncDispose]: () => espeak[Symbol.asyncDispose](),
  };
  const recordings = Array.from({ length: 5 }, (_, index) => ({
    text: `Запис ${index}`,
    recording: join(place, `recording-${index}.wav`),
  }));
  await Promise.all(recordings.map(({ recording }, index) => writeFile(recording, writeWav(noise(20, index + 1), RECORDING_RATE))));
  const speech = await createSpeech({
    phrases: recordings,
    engine,
    defaultLanguage: 'uk',
    cache: { folder: join(place, 'cache'), megabytes: 256 },
  });
  const before = resident();
  let serial = 0;
  const text = (): string =>
    `Вас чекає біла Шкода АА${String((serial += 1)).padStart(4, '0')}ВВ, під'їзд ${serial}. Будь ласка, виходьте, водій чекає вас`;
  return {
    first: () => timed(() => speech.prepare(text())),
    another: () => timed(() => speech.prepare(text())),
    async cached() {
      const again = text();
      await speech.prepare(again);
      const count = spoken;
      const took = await timed(() => speech.prepare(again));
      if (spoken !== count) throw new Error('a cached text was synthesized again');
      return took;
    },
    idle: () => watched(() => sleep(1_000)),
    synthesizing: () => watched(() => all(speech, Array.from({ length: 20 }, text))),
    converting: () =>
      watched(() =>
        all(
          speech,
          recordings.map((recording) => recording.text),
        ),
      ),
    async memory(): Promise<SpeechMemory> {
      await all(speech, Array.from({ length: 20 }, text));
      const loaded = resident();
      await sleep(IDLE_MS * 2);
      return { before, loaded, atRest: resident() };
    },
  };
}

async function all(speech: Speech, texts: readonly string[]): Promise<void> {
  await Promise.all(texts.map((each) => speech.prepare(each)));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Runs a timer each millisecond beside the work, and notes how late it is. */
async function watched(work: () => Promise<unknown>): Promise<LoopDelay> {
  const late: number[] = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    late.push(Math.max(0, now - last - 1));
    last = now;
  }, 1);
  const tookMs = await timed(work);
  clearInterval(timer);
  return { p50: quantile(late, 0.5), p99: quantile(late, 0.99), worst: quantile(late, 1), tookMs };
}

function noise(seconds: number, seed: number): Int16Array {
  let state = seed;
  return Int16Array.from({ length: seconds * RECORDING_RATE }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (state >> 16) % 8_000;
  });
}

function resident(): Resident {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ').filter(Boolean);
  return { own: rss('self'), engine: children.reduce((sum, child) => sum + rss(child), 0) };
}

function rss(pid: string): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
