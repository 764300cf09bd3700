import { Child } from '../measure/child.ts';
import { shuffled } from '../measure/seeded-random.ts';
import type { Series } from '../measure/rounds.ts';
import type { Row } from '../row.ts';
import type { IdleRun } from './client-subject.ts';
import { PORT_OWNERS, type Opened } from './ports-subject.ts';

const PORTS = [1_000, 5_000] as const;
const CONNECTIONS = 5_000;
/**
 * Connections that have said half a message before anything is counted: what a process takes once (code compiled, the young generation's
 * pages, what malloc keeps) is no connection's.
 */
const EARLIER = 2_000;

/**
 * The young generation held at its least: how many of its pages were touched is a matter of when garbage was collected, up to 16 MB a process,
 * and no connection's either.
 */
const YOUNG_GENERATION = '--max-semi-space-size=1';

/** Many open ports, and many connections on which nothing happens: time and memory, in fresh processes. */
export const portsRow: Row = async ({ seed, random, long, tell }) => {
  const workloads = PORTS.map((count) => `${count.toLocaleString('en')} ports`);
  const idle = `${CONNECTIONS.toLocaleString('en')} idle connections`;
  const half = `${CONNECTIONS.toLocaleString('en')} with half a message`;
  const time: Series = {};
  const memory: Series = {};
  const record = (series: Series, owner: string, workload: string, value: number): void => {
    ((series[owner] ??= {})[workload] ??= []).push(value);
  };
  tell(`ports: ${PORTS.at(-1)} ports, ${CONNECTIONS} connections`);
  for (let round = 0; round < (long ? 7 : 4); round += 1) {
    for (const owner of shuffled(PORT_OWNERS, random)) {
      await openPorts(owner);
      await openConnections(owner);
    }
  }

  async function openPorts(owner: string): Promise<void> {
    await using child = await Child.start({ subject: 'ports', argument: owner, execArgv: ['--expose-gc'] });
    let ports = 0;
    let sum = { ms: 0, bytes: 0 };
    for (const [place, count] of PORTS.entries()) {
      const { ms, bytes } = await child.ask<Opened>('open', count - ports);
      ports = count;
      sum = { ms: sum.ms + ms, bytes: sum.bytes + bytes };
      record(time, owner, workloads[place] ?? '', sum.ms);
      record(memory, owner, workloads[place] ?? '', sum.bytes / count);
    }
  }

  async function openConnections(owner: string): Promise<void> {
    await using child = await Child.start({ subject: 'ports', argument: owner, execArgv: ['--expose-gc', YOUNG_GENERATION] });
    await using client = await Child.start({ subject: 'client', argument: seed });
    await using earlier = await Child.start({ subject: 'client', argument: seed });
    const port = await child.ask<number>('port');
    await earlier.ask('idle', { port, connections: EARLIER } satisfies IdleRun);
    await earlier.ask('half');
    const before = await child.ask<number>('connected', EARLIER);
    const accepted = child.ask<number>('connected', EARLIER + CONNECTIONS);
    await client.ask('idle', { port, connections: CONNECTIONS } satisfies IdleRun);
    record(memory, owner, idle, ((await accepted) - before) / CONNECTIONS);
    await client.ask('half');
    record(memory, owner, half, ((await child.ask<number>('connected', EARLIER + CONNECTIONS)) - before) / CONNECTIONS);
  }

  return [
    {
      id: 'ports-time',
      title: 'Transport: processor time to open ports',
      unit: 'ms',
      scale: 1,
      digits: 0,
      base: 'bare net',
      workloads,
      series: time,
      notes: ['Less is better.'],
    },
    {
      id: 'ports-memory',
      title: 'Transport: memory',
      unit: 'KB each (resident, after garbage collection)',
      scale: 1024,
      digits: 1,
      base: 'bare net',
      workloads: [...workloads, idle, half],
      series: memory,
      notes: [
        'Less is better. Each in a fresh process of its own.',
        `Connections: those that come after ${EARLIER.toLocaleString('en')} others, which have each said half a message: what the process takes once is not counted, and its young generation is held at its least.`,
      ],
    },
  ];
};
