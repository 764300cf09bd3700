import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Child } from '../measure/child.ts';
import { runRounds, type Entry, type Series } from '../measure/rounds.ts';
import { median, ratios } from '../measure/statistics.ts';
import { short } from '../report/markdown.ts';
import type { Row } from '../row.ts';
import { scratchFolder } from './scratch-folder.ts';
import type { WriterResult, WriterRun, WriterStart } from './writer-subject.ts';
import { HISTORIES, WRITERS } from './writers.ts';

const WAITING = [1, 64, 1_000] as const;
const RAW = 'write 4 KB + fdatasync';
const OWN = 'taxinav tracker';

/** SayTexts accepted durably per second, beside what the disk can do. */
export const acceptRow: Row = async ({ seed, random, rounds, long, tell }) => {
  using folder = scratchFolder();
  await using children = new AsyncDisposableStack();
  const workloads = WAITING.map((waiting) => `${waiting.toLocaleString('en')} waiting`);
  const entries: Entry[] = [];
  const cpu: Series = {};
  tell(`accept: ${HISTORIES.large}: writing them`);
  let last: Child | undefined;
  for (const [place, name] of Object.keys(WRITERS).entries()) {
    const own = join(folder.path, String(place));
    mkdirSync(own);
    const argument: WriterStart = { name, folder: own, seed: seed + place };
    const child = children.use(await Child.start({ subject: 'writer', argument }));
    if (name === HISTORIES.large) last = child;
    for (const [at, waiting] of WAITING.entries()) {
      const workload = workloads[at] ?? '';
      const run = (ms: number): Promise<WriterResult> => child.ask('run', { waiting, ms } satisfies WriterRun);
      await run(50);
      const costs = ((cpu[name] ??= {})[workload] = [] as number[]);
      entries.push({
        contestant: name,
        workload,
        async measure() {
          // A thousand flushes one after another take longer than the rest: the disk does not know how many wait.
          const { perSecond, cpuMicroseconds } = await (name === RAW
            ? child.ask<WriterResult>('run', { waiting: 1, ms: 60 })
            : run(long ? 300 : 120));
          costs.push(cpuMicroseconds);
          return perSecond;
        },
      });
    }
  }
  tell(`accept: ${Object.keys(WRITERS).length} writers`);
  const series = await runRounds(entries, { rounds, random });
  const beside = (at: number): string => gain(series, OWN, workloads[at], OWN, workloads[0]);
  const history = (of: Series): string =>
    workloads.map((workload) => gain(of, HISTORIES.large, workload, HISTORIES.small, workload)).join(' / ');
  if (last === undefined) throw new Error('no writer has a history');
  const aged = last;
  tell('accept: while retention removes texts');
  const latency: Series = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const retaining of random() < 0.5 ? [false, true] : [true, false]) {
      const { p50, p99, retained } = await aged.ask<WriterResult>('run', { waiting: 16, ms: long ? 500 : 200, retaining });
      if (retaining && retained === 0) break;
      const measured = (latency[retaining ? 'while retention runs' : 'without'] ??= { p50: [], p99: [] });
      measured['p50']?.push(p50);
      measured['p99']?.push(p99);
    }
  }
  return [
    {
      id: 'accept',
      title: 'Accept: durable SayTexts per second',
      unit: 'thousand a second',
      scale: 1e3,
      digits: 2,
      base: RAW,
      workloads,
      series,
      notes: [
        'Through `createTracker` over `openSqliteStore`: notification, round, first status and the report owed, flushed before it resolves. The base overwrites one page and flushes it.',
        `Group commit: 64 waiting callers get ${beside(1)} times, 1,000 get ${beside(2)} times the accepts of one.`,
        'The bare INSERT is one row, in the same thread, and blocks it; it is a limit, no alternative.',
      ],
    },
    {
      id: 'accept-cpu',
      title: 'Accept: processor time of one SayText',
      unit: 'µs, all threads',
      scale: 1,
      digits: 0,
      workloads,
      series: Object.fromEntries(Object.entries(cpu).filter(([name]) => name !== RAW)),
      notes: [
        `${HISTORIES.large} instead of ${HISTORIES.small}: an accept costs ${history(cpu)} times the processor time; ${history(series)} times as many come through.`,
      ],
    },
    {
      id: 'accept-retention',
      title: `Accept: latency while retention removes texts, 500 rows a command, of ${HISTORIES.large}`,
      unit: 'ms',
      scale: 1,
      digits: 1,
      base: 'without',
      workloads: ['p50', 'p99'],
      series: latency,
      notes: ['16 callers; retention asks again as soon as its command is answered. Less is better.'],
    },
  ];
};

function gain(series: Series, of: string, workload: string | undefined, to: string, toWorkload: string | undefined): string {
  return short(median(ratios(series[of]?.[workload ?? ''] ?? [], series[to]?.[toWorkload ?? ''] ?? [])));
}
