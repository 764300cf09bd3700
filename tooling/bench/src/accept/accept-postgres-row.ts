import { startPostgres } from '@taxinav/testkit';
import { Child } from '../measure/child.ts';
import { runRounds, type Entry } from '../measure/rounds.ts';
import { median, ratios } from '../measure/statistics.ts';
import { short } from '../report/markdown.ts';
import type { Row } from '../row.ts';
import { BARE_INSERT, POSTGRES_WRITERS, TRACKER } from './postgres-writers.ts';
import type { WriterResult, WriterRun, WriterStart } from './writer-subject.ts';

const WAITING = [1, 16, 64] as const;

/** SayTexts accepted durably per second on PostgreSQL, beside bare INSERTs at the same concurrency. */
export const acceptPostgresRow: Row = async ({ seed, random, rounds, long, tell }) => {
  const server = await startPostgres({ own: true });
  if ('absent' in server) {
    tell(`postgres: not measured: ${server.absent}`);
    return [];
  }
  await using stack = new AsyncDisposableStack();
  stack.use(server);
  const workloads = WAITING.map((waiting) => `${waiting} waiting`);
  const entries: Entry[] = [];
  for (const [place, name] of Object.keys(POSTGRES_WRITERS).entries()) {
    const argument: WriterStart = { name, folder: await server.createDatabase(), seed: seed + place };
    const child = stack.use(await Child.start({ subject: 'writer', argument }));
    for (const [at, waiting] of WAITING.entries()) {
      const run = async (ms: number): Promise<number> =>
        (await child.ask<WriterResult>('run', { waiting, ms } satisfies WriterRun)).perSecond;
      await run(100);
      entries.push({ contestant: name, workload: workloads[at] ?? '', measure: () => run(long ? 1_000 : 300) });
    }
  }
  tell(`postgres: ${Object.keys(POSTGRES_WRITERS).length} writers`);
  const series = await runRounds(entries, { rounds, random });
  const [one, , most] = workloads;
  const gain = short(median(ratios(series[TRACKER]?.[most ?? ''] ?? [], series[TRACKER]?.[one ?? ''] ?? [])));
  return [
    {
      id: 'accept-postgres',
      title: 'Accept on PostgreSQL: durable SayTexts per second',
      unit: 'thousand a second',
      scale: 1e3,
      digits: 2,
      base: BARE_INSERT,
      workloads,
      series,
      notes: [
        'Through `createTracker` over `openPostgresStore`, one node, a server of its own on loopback, `fsync` on. The base is one row a transaction, with as many connections as callers.',
        `Group commit: 64 waiting callers get ${gain} times the accepts of one.`,
      ],
    },
  ];
};
