import type { Message } from '@taxinav/codec';
import { ack, sayText, sayTextStatus } from '../corpus/messages.ts';
import { CpuTimer } from '../measure/cpu-timer.ts';
import { seededRandom } from '../measure/seeded-random.ts';
import type { Subject } from '../measure/subject.ts';
import { encoders, type Encoder, type Kind } from './encoders.ts';

/** What the process of an encoder is started with. */
export interface EncodeStart {
  readonly name: string;
  readonly seed: number;
}

/** What one measurement is. */
export interface EncodeRun {
  readonly kind: Kind;
  readonly ms: number;
}

/** Different messages, so that nothing can be remembered; a power of two. */
const MESSAGES = 64;
/** Messages between two looks at the clock. */
const STEP = 2_000;

/** Every encoder, over messages that the seed decides. */
export function seededEncoders(seed: number): readonly Encoder[] {
  return encoders((kind) => messagesOf(kind, seed));
}

/** The process of one encoder: `run` gives messages per second of processor time. */
export function start(argument: unknown): Subject {
  const { name, seed } = argument as EncodeStart;
  const encoder = seededEncoders(seed).find((one) => one.name === name);
  if (encoder === undefined) throw new Error(`no encoder ${name}`);
  return {
    run(run) {
      const { kind, ms } = run as EncodeRun;
      return messagesPerSecond(encoder.prepare(kind), messagesOf(kind, seed), ms);
    },
  };
}

function messagesOf(kind: Kind, seed: number): Message[] {
  const random = seededRandom(seed);
  const one = { SayTextStatus: sayTextStatus, ACK: ack, 'SayText, UTF-8': sayText, 'SayText, windows-1251': sayText }[kind];
  return Array.from({ length: MESSAGES }, () => one(random));
}

function messagesPerSecond(write: (message: Message, at: number) => number, messages: readonly Message[], ms: number): number {
  const timer = new CpuTimer();
  let written = 0;
  let bytes = 0;
  for (;;) {
    for (let step = 0; step < STEP; step += 1) {
      const message = messages[written & (MESSAGES - 1)];
      if (message !== undefined) bytes += write(message, written);
      written += 1;
    }
    const passed = timer.ms();
    if (passed < ms) continue;
    if (bytes < written * 20) throw new Error('fewer bytes were written than messages have');
    return written / (passed / 1000);
  }
}
