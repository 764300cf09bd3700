import { setInterval as every } from 'node:timers/promises';
import type { Ack } from '@taxinav/codec';
import { listen, type CloseReason, type ListenerEvent, type ListenOptions, type MessageListener } from '@taxinav/transport';
import { OK } from '../samples.ts';
import { startCanary, type Song } from './canary.ts';
import { startAttacker, type AttackResult, type Order } from './orders.ts';

/** A port under attack: how it is set, who attacks it, and what it answers. */
export interface Siege {
  readonly options?: Partial<ListenOptions>;
  readonly order: Omit<Order, 'port'>;
  readonly answer?: Ack;
  /** What is done once the attacker's connections are open and `ready` holds; without it a `hold` ends by a deadline. */
  readonly finish?: (listener: MessageListener) => Promise<void>;
  /** In place of `finish`: the attack is over then, for the canary as well, and the listener is closed. */
  readonly close?: true;
  readonly ready?: (counts: Counts) => boolean;
}

/** What a listener has seen so far. */
export interface Counts {
  connected: number;
  refused: number;
  handled: number;
  bytesIn: number;
}

/** What was seen of it. */
export interface Seen extends Readonly<Counts> {
  readonly result: AttackResult;
  /** The most connections that were open at a time. */
  readonly openMost: number;
  /** How many are open when the attack is over. */
  readonly openAfter: number;
  readonly reasons: Partial<Record<CloseReason, number>>;
  readonly faults: number;
  readonly failures: readonly string[];
  readonly bytesOut: number;
  /** How much more memory was used at the worst moment than before, MB. */
  readonly heapGrowthMb: number;
  readonly residentGrowthMb: number;
  readonly seconds: number;
  /** The share of the time in which the event loop, the canary's own messages included, had something to do. */
  readonly busy: number;
  /** A column of the same process, meanwhile. */
  readonly canary: Song;
}

const MB = 1_048_576;

/** Opens a port, has it attacked, and tells what came of it; a canary column is used all the time. */
export async function withstand(
  { options = {}, order, answer = OK, finish, close, ready = () => true }: Siege,
  cores?: string,
): Promise<Seen> {
  const counts: Counts = { connected: 0, refused: 0, handled: 0, bytesIn: 0 };
  let openMost = 0;
  let faults = 0;
  let bytesOut = 0;
  const reasons: Partial<Record<CloseReason, number>> = {};
  const failures: string[] = [];
  const onEvent = (event: ListenerEvent): void => {
    if (event.event === 'connected') {
      counts.connected += 1;
      openMost = Math.max(openMost, listener.connections);
    } else if (event.event === 'refused') counts.refused += 1;
    else if (event.event === 'disconnected') reasons[event.reason] = (reasons[event.reason] ?? 0) + 1;
    else if (event.event === 'handler-failed' || event.event === 'accept-failed') failures.push(String(event.error));
  };
  await using listener = await listen(
    {
      host: '127.0.0.1',
      port: 0,
      onEvent,
      tap: ({ direction, bytes }) => {
        if (direction === 'in') counts.bytesIn += bytes.length;
        else bytesOut += bytes.length;
      },
      ...options,
    },
    async (received) => {
      if ('fault' in received) faults += 1;
      else counts.handled += 1;
      return answer;
    },
  );
  await using attacker = await startAttacker(cores);
  await using canary = await startCanary();
  const before = process.memoryUsage();
  let heapUsed = before.heapUsed;
  let rss = before.rss;
  let over = false;
  const measuring = (async () => {
    for await (const _ of every(20)) {
      const now = process.memoryUsage();
      heapUsed = Math.max(heapUsed, now.heapUsed);
      rss = Math.max(rss, now.rss);
      if (over) break;
    }
  })();
  const began = performance.now();
  const idle = performance.eventLoopUtilization();
  attacker.begin({ ...order, port: listener.port });
  if (finish !== undefined || close === true) {
    await attacker.opened;
    for await (const _ of every(5)) if (ready(counts)) break;
  }
  await finish?.(listener);
  if (close !== true) await attacker.result;
  const seconds = (performance.now() - began) / 1_000;
  const busy = performance.eventLoopUtilization(idle).utilization;
  const song = await canary.stop();
  if (close === true) await listener.close();
  const result = await attacker.result;
  // Its last close may not have been seen here yet.
  for await (const _ of every(5)) if (listener.connections === 0 || performance.now() - began > seconds * 1_000 + 2_000) break;
  over = true;
  await measuring;
  return {
    result,
    ...counts,
    openMost,
    openAfter: listener.connections,
    reasons,
    faults,
    failures,
    bytesOut,
    heapGrowthMb: (heapUsed - before.heapUsed) / MB,
    residentGrowthMb: (rss - before.rss) / MB,
    seconds,
    busy,
    canary: song,
  };
}
