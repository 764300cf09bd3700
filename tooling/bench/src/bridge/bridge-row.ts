import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { scratchFolder } from '../accept/scratch-folder.ts';
import { Child } from '../measure/child.ts';
import { runRounds, type Entry, type Series } from '../measure/rounds.ts';
import { quantile } from '../measure/statistics.ts';
import type { Row } from '../row.ts';
import { startBridge, type BridgeProcess } from './bridge-process.ts';
import type { Burst, BurstResult, Pace, PaceResult } from './dispatcher-subject.ts';

const BRIDGE = 'bridge';
const BASE = 'listen, no store';
const BARE = 'listen + bare better-sqlite3';
const AT_ONCE = 64;
const LIMIT_MB = 90;
/** A drain that takes longer runs on beside the next contestant. */
const DRAIN_MS = 4_000;
/** Before the modest rate nothing must be owed any more. */
const QUIET_MS = 20_000;

/** The bridge by its bin: SayText on a connection of its own, accepted durably, its status on the way. */
export const bridgeRow: Row = async ({ seed, random, rounds, long, tell }) => {
  using folder = scratchFolder();
  const folderOf = (name: string): string => {
    const path = join(folder.path, name);
    mkdirSync(path);
    return path;
  };
  await using children = new AsyncDisposableStack();
  const navigator = children.use(await Child.start({ subject: 'navigator' }));
  const dispatcher = children.use(await Child.start({ subject: 'dispatcher', argument: seed }));
  const bridge = children.use(await startBridge(folderOf('bridge'), await navigator.ask<number>('port')));
  tell('bridge: started by its bin');
  await sleep(2_000);
  const idle = bridge.rss();

  const plain = children.use(await Child.start({ subject: 'server', argument: 'taxinav listen' }));
  const tracked = children.use(await Child.start({ subject: 'tracked-server', argument: folderOf('tracked') }));
  const bare = children.use(await Child.start({ subject: 'bare-server', argument: folderOf('bare') }));
  const cpu: Series = {};
  const latency: Series = {};
  const drained: number[] = [];
  const entry = (contestant: string, port: number, cpuMs: () => number | Promise<number>, after: () => Promise<void>): Entry => {
    const workload = `${AT_ONCE} at once`;
    const costs = ((cpu[contestant] ??= {})[workload] = [] as number[]);
    const latencies = (latency[contestant] = { p50: [] as number[], p99: [] as number[] });
    return {
      contestant,
      workload,
      async measure() {
        const before = await cpuMs();
        const burst: Burst = { port, atOnce: AT_ONCE, ms: long ? 1_000 : 400 };
        const { accepted, perSecond, p50, p99 } = await dispatcher.ask<BurstResult>('burst', burst);
        const cost = (((await cpuMs()) - before) * 1000) / accepted;
        costs.push(cost);
        latencies.p50.push(p50);
        latencies.p99.push(p99);
        await after();
        return perSecond;
      },
    };
  };
  const entries = [
    entry(
      BASE,
      await plain.ask<number>('port'),
      () => plain.ask<number>('cpuMs'),
      () => Promise.resolve(),
    ),
    entry(
      'listen + tracker',
      await tracked.ask<number>('port'),
      () => tracked.ask<number>('cpuMs'),
      () => Promise.resolve(),
    ),
    entry(
      BARE,
      await bare.ask<number>('port'),
      () => bare.ask<number>('cpuMs'),
      () => Promise.resolve(),
    ),
    entry(
      BRIDGE,
      bridge.port,
      () => bridge.cpuMs(),
      async () => void drained.push(await drain(navigator)),
    ),
  ];
  for (const warming of entries) await warming.measure();
  for (const measured of [...Object.values(cpu), ...Object.values(latency)])
    for (const values of Object.values(measured)) values.length = 0;
  tell(`bridge: ${AT_ONCE} connections at once`);
  const series = await runRounds(entries, { rounds, random });
  tell('bridge: 50 a second');
  await drain(navigator, QUIET_MS);
  const modest = await paced(bridge, dispatcher, navigator, long ? 500 : 150);
  return [
    {
      id: 'bridge',
      title: 'Whole path: SayTexts accepted per second, a connection each',
      unit: 'accepts a second',
      scale: 1,
      digits: 0,
      base: BASE,
      workloads: [`${AT_ONCE} at once`],
      series,
      notes: [
        '`acknowledge: all`, limits off: every SayText is on disk before it is answered. “listen + tracker” stores and does nothing else; the bridge also dials (simulated) and delivers a status for each.',
        '“bare better-sqlite3”: the same rows in the same schema, by hand, in a thread with group commit, without rules, errors and limits: what any store over this schema could reach here.',
        `After each burst the bridge is left alone until every status has arrived, at most 4 s: ${quantile(drained, 0.5).toFixed(0)} statuses a second, median.`,
      ],
    },
    {
      id: 'bridge-cpu',
      title: 'Whole path: processor time of one SayText',
      unit: 'µs, all threads of the server',
      scale: 1,
      digits: 0,
      base: BASE,
      workloads: [`${AT_ONCE} at once`],
      series: cpu,
      notes: ['Less is better. The bridge’s includes what it dials and reports meanwhile.'],
    },
    {
      id: 'bridge-latency',
      title: `Whole path: from connecting to the answer, ${AT_ONCE} at once`,
      unit: 'ms',
      scale: 1,
      digits: 1,
      base: BASE,
      workloads: ['p50', 'p99'],
      series: latency,
      notes: ['Less is better.'],
    },
    {
      id: 'bridge-modest',
      title: 'Whole path: at 50 a second',
      unit: 'ms',
      scale: 1,
      digits: 1,
      workloads: ['p50', 'p99'],
      series: modest,
      notes: ['The status is counted from the moment the SayText was sent.'],
    },
    {
      id: 'bridge-memory',
      title: 'Whole path: memory of the bridge',
      unit: 'MB resident',
      scale: 1e6,
      digits: 0,
      workloads: ['idle', 'after the load'],
      series: { [BRIDGE]: { idle: [idle], 'after the load': [bridge.rss()] }, 'the limit': { idle: [LIMIT_MB * 1e6] } },
      notes: [`Two seconds after it was ready, one column, simulated phone network. The limit is ${LIMIT_MB} MB.`],
    },
  ];
};

/** Waits until no further first status arrives; gives how many came per second. */
async function drain(navigator: Child, mostMs: number = DRAIN_MS): Promise<number> {
  const began = performance.now();
  const before = await navigator.ask<number>('count');
  let [seen, since] = [before, began];
  while (performance.now() - since < 150 && performance.now() - began < mostMs) {
    await sleep(25);
    const count = await navigator.ask<number>('count');
    if (count > seen) [seen, since] = [count, performance.now()];
  }
  return seen > before ? ((seen - before) * 1000) / (since - began) : 0;
}

/** A rate that a busy company has: how long the answer and the first status take. */
async function paced(bridge: BridgeProcess, dispatcher: Child, navigator: Child, count: number): Promise<Series> {
  const sent = await dispatcher.ask<PaceResult>('pace', { port: bridge.port, everyMs: 20, count } satisfies Pace);
  await drain(navigator);
  const firsts = await navigator.ask<(number | null)[]>(
    'firstStatuses',
    sent.map(({ guid }) => guid),
  );
  const statuses = sent.flatMap(({ sentAt }, place) => {
    const first = firsts[place];
    return typeof first === 'number' ? [first - sentAt] : [];
  });
  if (statuses.length < count) throw new Error(`${count - statuses.length} of ${count} SayTexts have no status`);
  const accepts = sent.map(({ acceptMs }) => acceptMs);
  const both = (values: readonly number[]): Record<string, number[]> => ({ p50: [quantile(values, 0.5)], p99: [quantile(values, 0.99)] });
  return { 'SayText to its ACK': both(accepts), 'SayText to its first status': both(statuses) };
}
