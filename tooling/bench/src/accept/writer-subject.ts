import { performance } from 'node:perf_hooks';
import { CpuTimer } from '../measure/cpu-timer.ts';
import { seededRandom } from '../measure/seeded-random.ts';
import type { Subject } from '../measure/subject.ts';
import { WRITERS, type Writer } from './writers.ts';

/** What the process of a writer is started with. */
export interface WriterStart {
  readonly name: string;
  readonly folder: string;
  readonly seed: number;
}

/** What one measurement is: `waiting` callers, each with one notification at a time. */
export interface WriterRun {
  readonly waiting: number;
  readonly ms: number;
}

/** What it found. */
export interface WriterResult {
  readonly perSecond: number;
  /** Processor time of one notification, all threads, µs. */
  readonly cpuMicroseconds: number;
}

/** The process of one writer. */
export async function start(argument: unknown): Promise<Subject> {
  const { name, folder, seed } = argument as WriterStart;
  const open = WRITERS[name];
  if (open === undefined) throw new Error(`no writer ${name}`);
  const writer = await open(folder, seededRandom(seed));
  const atOnce = name.startsWith('taxinav') ? callers : together;
  return {
    async run(run): Promise<WriterResult> {
      const { waiting, ms } = run as WriterRun;
      const timer = new CpuTimer();
      const began = performance.now();
      const written = await atOnce(writer, waiting, () => performance.now() - began < ms);
      const seconds = (performance.now() - began) / 1000;
      return { perSecond: written / seconds, cpuMicroseconds: (timer.ms() * 1000) / written };
    },
  };
}

/** Callers that know nothing of each other. */
async function callers(writer: Writer, waiting: number, more: () => boolean): Promise<number> {
  let written = 0;
  const caller = async (): Promise<void> => {
    while (more()) {
      await writer.write(1);
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
