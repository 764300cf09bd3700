import { performance } from 'node:perf_hooks';
import { CpuTimer } from '../measure/cpu-timer.ts';
import { seededRandom } from '../measure/seeded-random.ts';
import { quantile } from '../measure/statistics.ts';
import type { Subject } from '../measure/subject.ts';
import { POSTGRES_WRITERS } from './postgres-writers.ts';
import { WRITERS, type Writer } from './writers.ts';

/** What the process of a writer is started with. */
export interface WriterStart {
  readonly name: string;
  /** Its own; of a writer to PostgreSQL the URL of its own database. */
  readonly folder: string;
  readonly seed: number;
}

/** What one measurement is: `waiting` callers, each with one notification at a time. */
export interface WriterRun {
  readonly waiting: number;
  readonly ms: number;
  /** Retention runs all the while, one command after another. */
  readonly retaining?: boolean;
}

/** What it found. */
export interface WriterResult {
  readonly perSecond: number;
  /** Processor time of one notification, all threads, µs. */
  readonly cpuMicroseconds: number;
  /** Of one caller's accept, ms. */
  readonly p50: number;
  readonly p99: number;
  /** Rows that retention changed meanwhile. */
  readonly retained: number;
}

/** The process of one writer. */
export async function start(argument: unknown): Promise<Subject> {
  const { name, folder, seed } = argument as WriterStart;
  const open = WRITERS[name] ?? POSTGRES_WRITERS[name];
  if (open === undefined) throw new Error(`no writer ${name}`);
  const writer = await open(folder, seededRandom(seed));
  const atOnce = name.startsWith('taxinav') || Object.hasOwn(POSTGRES_WRITERS, name) ? callers : together;
  return {
    async run(run): Promise<WriterResult> {
      const { waiting, ms, retaining = false } = run as WriterRun;
      const latencies: number[] = [];
      const over = new AbortController();
      let retained = 0;
      const retain = async (): Promise<void> => {
        while (!over.signal.aborted) retained += (await writer.retain?.()) ?? 0;
      };
      const retention = retaining ? retain() : undefined;
      const timer = new CpuTimer();
      const began = performance.now();
      const written = await atOnce(writer, waiting, () => performance.now() - began < ms, latencies);
      const seconds = (performance.now() - began) / 1000;
      over.abort();
      const cpuMicroseconds = (timer.ms() * 1000) / written;
      await retention;
      return { perSecond: written / seconds, cpuMicroseconds, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), retained };
    },
  };
}

/** Callers that know nothing of each other. */
async function callers(writer: Writer, waiting: number, more: () => boolean, latencies: number[]): Promise<number> {
  let written = 0;
  const caller = async (): Promise<void> => {
    while (more()) {
      const began = performance.now();
      await writer.write(1);
      latencies.push(performance.now() - began);
      written += 1;
    }
  };
  await Promise.all(Array.from({ length: waiting }, caller));
  return written;
}

/** A writer that is given all at once. */
async function together(writer: Writer, waiting: number, more: () => boolean): Promise<number> {
  let written = 0;
  while (more()) {
    await writer.write(waiting);
    written += waiting;
  }
  return written;
}
