import type { Buffer } from 'node:buffer';
import { stream, WORKLOADS, type Stream, type Workload } from '../corpus/streams.ts';
import { CpuTimer } from '../measure/cpu-timer.ts';
import type { Subject } from '../measure/subject.ts';
import { LIMIT_PARSERS } from './limit-parsers.ts';
import { OWN_PARSERS } from './own-parsers.ts';
import type { ParserContestant } from './parser.ts';
import { PEER_PARSERS } from './peer-parsers.ts';

/** Every parser that is measured, by name. */
export const PARSERS: readonly ParserContestant[] = [...OWN_PARSERS, ...PEER_PARSERS, ...LIMIT_PARSERS];

/** What the process of a parser is started with. */
export interface DecodeStart {
  readonly name: string;
  readonly seed: number;
}

/** What one measurement is. */
export interface DecodeRun {
  readonly workload: Workload;
  readonly ms: number;
}

/** Bytes between two looks at the clock. */
const STEP_BYTES = 65_536;

/** Whether a parser can be given a workload. */
export function canRead(parser: ParserContestant, workload: Workload): boolean {
  return parser.windows1251 || workload !== 'windows-1251, 64 KB';
}

/** The process of one parser: `run` gives bytes per second of processor time. */
export function start(argument: unknown): Subject {
  const { name, seed } = argument as DecodeStart;
  const parser = PARSERS.find((one) => one.name === name);
  if (parser === undefined) throw new Error(`no parser ${name}`);
  const streams = new Map<Workload, Stream>();
  for (const workload of WORKLOADS) if (canRead(parser, workload)) streams.set(workload, stream(workload, parser.dialect, seed));
  return {
    /** Reads every stream once from end to end: nothing may be missing. */
    async check() {
      for (const [workload, { chunks, messages }] of streams) {
        let counted = 0;
        const reading = open(parser, workload, () => (counted += 1));
        for (const chunk of chunks) reading.push(chunk);
        await parser.settle?.();
        if (counted !== messages.length && parser.miscounts !== true)
          throw new Error(`${name}: ${workload}: ${counted} of ${messages.length} messages`);
      }
    },
    run: (run) => bytesPerSecond(parser, streams, run as DecodeRun),
  };
}

function open(parser: ParserContestant, workload: Workload, count: () => void): { push(chunk: Buffer): void } {
  return parser.open(workload === 'windows-1251, 64 KB' ? 'windows-1251' : 'utf-8', count);
}

async function bytesPerSecond(
  parser: ParserContestant,
  streams: ReadonlyMap<Workload, Stream>,
  { workload, ms }: DecodeRun,
): Promise<number> {
  const chunks = streams.get(workload)?.chunks ?? [];
  const count = (): void => undefined;
  let bytes = 0;
  const timer = new CpuTimer();
  for (;;) {
    const reading = open(parser, workload, count);
    let step = 0;
    for (const chunk of chunks) {
      reading.push(chunk);
      step += chunk.length;
      if (step < STEP_BYTES) continue;
      if (parser.settle !== undefined) await parser.settle();
      bytes += step;
      step = 0;
      const passed = timer.ms();
      if (passed >= ms) return bytes / (passed / 1000);
    }
  }
}
