import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '@taxinav/testkit';
import { scratchFolder } from '../accept/scratch-folder.ts';
import { Child } from '../measure/child.ts';
import { runRounds, type Entry, type Series } from '../measure/rounds.ts';
import type { Row } from '../row.ts';
import type { CallsResult, CallsRun, CallsStart } from './calls-subject.ts';

const SQLITE = 'SQLite';
const POSTGRES = 'PostgreSQL';

/** Whole calls through the public tracker: SayText, claim, attempt, ringing, answer, end, and its three statuses claimed and settled. */
export const callsRow: Row = async ({ seed, random, rounds, long, tell }) => {
  using folder = scratchFolder();
  await using stack = new AsyncDisposableStack();
  const calls = long ? 600 : 150;
  const workload = `${calls} SayTexts at once`;
  const own = join(folder.path, 'calls');
  mkdirSync(own);
  const starts: [string, CallsStart][] = [[SQLITE, { seed, folder: own }]];
  const server = await startPostgres({ own: true });
  if ('absent' in server) tell(`calls: PostgreSQL is not measured: ${server.absent}`);
  else starts.push([POSTGRES, { seed: seed + 1, url: await stack.use(server).createDatabase() }]);
  const cpu: Series = {};
  const entries: Entry[] = [];
  for (const [contestant, argument] of starts) {
    const child = stack.use(await Child.start({ subject: 'calls', argument }));
    const costs: number[] = [];
    cpu[contestant] = { [workload]: costs };
    const measure = async (): Promise<number> => {
      const { perSecond, cpuMicroseconds } = await child.ask<CallsResult>('run', { calls } satisfies CallsRun);
      costs.push(cpuMicroseconds);
      return perSecond;
    };
    await measure();
    costs.length = 0;
    entries.push({ contestant, workload, measure });
  }
  tell('calls: whole ones');
  const series = await runRounds(entries, { rounds, random });
  return [
    {
      id: 'calls',
      title: 'Calls: from the SayText to its last status, per second',
      unit: 'calls a second',
      scale: 1,
      digits: 0,
      base: SQLITE,
      workloads: [workload],
      series,
      notes: [
        'The public tracker without wire and PBX: each call rings and is answered at once, 16 channels, three statuses settled four at a time. Durable: `fsync` on, a server of its own on loopback.',
        'What a company needs is a call every few seconds; this is how far away the limit is when Taxi Navigator comes back with a backlog.',
      ],
    },
    {
      id: 'calls-cpu',
      title: 'Calls: processor time of a whole one',
      unit: 'ms, all threads of the process',
      scale: 1_000,
      digits: 1,
      base: SQLITE,
      workloads: [workload],
      series: cpu,
      notes: ['Less is better. PostgreSQL’s own processes are not counted.'],
    },
  ];
};
