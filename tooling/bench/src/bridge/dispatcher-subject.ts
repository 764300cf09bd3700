import { setTimeout as sleep } from 'node:timers/promises';
import { encodeMessage, type SayText } from '@taxinav/codec';
import { Buffer } from 'node:buffer';
import { sayText } from '../corpus/messages.ts';
import { seededRandom } from '../measure/seeded-random.ts';
import { quantile } from '../measure/statistics.ts';
import type { Subject } from '../measure/subject.ts';
import { exchange } from '../transport/load.ts';
import { nowMs } from './now.ts';

/** What a burst is: `atOnce` connections at a time, each with one SayText. */
export interface Burst {
  readonly port: number;
  readonly atOnce: number;
  readonly ms: number;
}

/** What it found; milliseconds from connecting to the answer. */
export interface BurstResult {
  readonly accepted: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** One SayText every `everyMs`, each on a connection of its own. */
export interface Pace {
  readonly port: number;
  readonly everyMs: number;
  readonly count: number;
}

/** When each was sent, and how long its answer took, ms. */
export type PaceResult = readonly { readonly guid: string; readonly sentAt: number; readonly acceptMs: number }[];

const ACK_BYTES = Buffer.byteLength('Message: ACK\r\nError: OK\r\n\r\n');

/** The process of a dispatcher: every notification is a new one. */
export function start(argument: unknown): Subject {
  const random = seededRandom(argument as number);
  const bytes = (message: SayText): Buffer => Buffer.from(encodeMessage(message));
  return {
    async burst(burst): Promise<BurstResult> {
      const { port, atOnce, ms } = burst as Burst;
      const latencies: number[] = [];
      const began = nowMs();
      const one = async (): Promise<void> => {
        while (nowMs() - began < ms) latencies.push(await exchange(port, () => bytes(sayText(random)), ACK_BYTES));
      };
      await Promise.all(Array.from({ length: atOnce }, one));
      const seconds = (nowMs() - began) / 1000;
      const accepted = latencies.length;
      return { accepted, perSecond: accepted / seconds, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
    },
    async pace(pace): Promise<PaceResult> {
      const { port, everyMs, count } = pace as Pace;
      const sent: Promise<PaceResult[number]>[] = [];
      const began = nowMs();
      for (let place = 0; place < count; place += 1) {
        await sleep(Math.max(0, began + place * everyMs - nowMs()));
        const message = sayText(random);
        const sentAt = nowMs();
        sent.push(exchange(port, () => bytes(message), ACK_BYTES).then((acceptMs) => ({ guid: message.guid, sentAt, acceptMs })));
      }
      return await Promise.all(sent);
    },
  };
}
