import type { Buffer } from 'node:buffer';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { spell } from '../corpus/dialects.ts';
import { sayText } from '../corpus/messages.ts';
import { seededRandom } from '../measure/seeded-random.ts';
import { quantile } from '../measure/statistics.ts';
import type { Subject } from '../measure/subject.ts';
import { connectionPerMessage, learnAnswer, open, pingPong, pipeline, type Load, type Target } from './load.ts';

/** The ways a server is loaded. */
export const LOADS = {
  'ping-pong, one core': pingPong,
  'one connection, window 1000': (target) => pipeline(target, 1, 1_000),
  '64 connections, window 16': (target) => pipeline(target, 64, 16),
  'connection per message': (target) => connectionPerMessage(target, 1),
  'connection per message, 16 at once': (target) => connectionPerMessage(target, 16),
} as const satisfies Record<string, (target: Target) => Promise<Load>>;

/** One of {@link LOADS}. */
export type LoadName = keyof typeof LOADS;

/** What one measurement is. */
export interface ClientRun {
  readonly load: LoadName;
  readonly port: number;
  readonly dialect: 'taxi-navigator' | 'http';
  readonly ms: number;
}

/** What it found; latencies in milliseconds, absent of a pipeline. */
export interface ClientResult {
  readonly messages: number;
  readonly perSecond: number;
  readonly p50?: number;
  readonly p99?: number;
}

/** Opens connections that stay silent. */
export interface IdleRun {
  readonly port: number;
  readonly connections: number;
}

/** The process of the client. */
export function start(argument: unknown): Subject {
  const message = sayText(seededRandom(argument as number));
  const requests = { 'taxi-navigator': spell(message, 'taxi-navigator', 'utf-8'), http: spell(message, 'http', 'utf-8') };
  const answers = new Map<number, number>();
  const idle: Socket[] = [];
  const answerBytes = async (port: number, request: Buffer): Promise<number> => {
    const bytes = answers.get(port) ?? (await learnAnswer(port, request));
    answers.set(port, bytes);
    return bytes;
  };
  return {
    async run(run) {
      const { load, port, dialect, ms } = run as ClientRun;
      const request = requests[dialect];
      const { messages, seconds, latencies } = await LOADS[load]({ port, request, answerBytes: await answerBytes(port, request), ms });
      const result: ClientResult = { messages, perSecond: messages / seconds };
      return latencies.length === 0 ? result : { ...result, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
    },
    async idle(run) {
      const { port, connections } = run as IdleRun;
      while (idle.length < connections) {
        idle.push(...(await Promise.all(Array.from({ length: Math.min(100, connections - idle.length) }, () => open(port)))));
      }
    },
    /** Each of the silent connections says half a message. */
    async half() {
      const part = requests['taxi-navigator'].subarray(0, 120);
      for (const socket of idle) if (!socket.write(part)) await once(socket, 'drain');
    },
  };
}
