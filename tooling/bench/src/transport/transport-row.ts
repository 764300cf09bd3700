import { Child } from '../measure/child.ts';
import { CORES_CAN_BE_CHOSEN, onCoresOfTheirOwn, onOneCore } from '../measure/cores.ts';
import { runRounds, type Entry, type Series } from '../measure/rounds.ts';
import type { Row } from '../row.ts';
import { LOADS, type ClientResult, type ClientRun, type LoadName } from './client-subject.ts';
import { SERVERS } from './servers.ts';

const BASE = 'net echo';

/** Servers on loopback: a SayText in, an ACK out. */
export const transportRow: Row = async ({ seed, random, rounds, long, tell }) => {
  await using children = new AsyncDisposableStack();
  const client = children.use(await Child.start({ subject: 'client', argument: seed }));
  const loads = Object.keys(LOADS) as LoadName[];
  const entries: Entry[] = [];
  const cpu: Series = {};
  for (const { name, dialect } of SERVERS) {
    const server = children.use(await Child.start({ subject: 'server', argument: name }));
    const port = await server.ask<number>('port');
    for (const load of loads) {
      const run = (ms: number): Promise<ClientResult> => client.ask('run', { load, port, dialect, ms } satisfies ClientRun);
      await run(100);
      const costs = ((cpu[name] ??= {})[load] = [] as number[]);
      entries.push({
        contestant: name,
        workload: load,
        async measure() {
          if (load === 'ping-pong, one core') onOneCore(server.pid, client.pid);
          else onCoresOfTheirOwn(server.pid, client.pid);
          const before = await server.ask<number>('cpuMs');
          const { messages, perSecond, p50 } = await run(long ? 400 : 150);
          costs.push((messages / ((await server.ask<number>('cpuMs')) - before)) * 1000);
          return load === 'ping-pong, one core' && p50 !== undefined ? 1000 / p50 : perSecond;
        },
      });
    }
  }
  tell(`transport: ${SERVERS.length} servers, ${loads.length} loads`);
  const series = await runRounds(entries, { rounds, random });
  const shared = { unit: 'thousand a second', scale: 1e3, digits: 1, base: BASE };
  const cores = CORES_CAN_BE_CHOSEN
    ? 'Ping-pong: client and server on one core; else each on its own.'
    : 'Cores could not be chosen here (no taskset): ping-pong is ruled by how fast cores wake up.';
  return [
    {
      ...shared,
      id: 'transport',
      title: 'Transport: messages per second',
      workloads: loads,
      series,
      notes: [
        `SayText of about 250 bytes, each answered; node:http gets the same fields as headers and answers 204. ${cores}`,
        'Ping-pong is the reciprocal of the median latency. The client is Node as well: where it is the slower one, ratios lean towards 1; the next table does not know that.',
      ],
    },
    {
      ...shared,
      id: 'transport-cpu',
      title: 'Transport: messages per second of the server’s processor time',
      workloads: loads,
      series: cpu,
      notes: ['What a core of the server could do if clients and network were free: the measure of the server alone.'],
    },
  ];
};
