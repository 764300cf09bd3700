import { Child } from '../measure/child.ts';
import { runRounds, type Entry } from '../measure/rounds.ts';
import type { Row } from '../row.ts';
import type { LineRun } from './unfinished-line-subject.ts';
import { LINE_LENGTHS, LINE_READERS } from './unfinished-line.ts';

/** A line that never ends, byte by byte: whether a parser looks at the same bytes again and again. */
export const unfinishedLineRow: Row = async ({ random, rounds, tell }) => {
  await using children = new AsyncDisposableStack();
  const entries: Entry[] = [];
  const slow: Entry[] = [];
  for (const reader of LINE_READERS) {
    const child = children.use(await Child.start({ subject: 'unfinished-line', argument: reader }));
    for (const bytes of LINE_LENGTHS) {
      const ask = (ms: number): Promise<number> => child.ask('run', { bytes, ms } satisfies LineRun);
      if (bytes === LINE_LENGTHS[0]) await ask(20);
      (reader === 'taxinav' ? entries : slow).push({ contestant: reader, workload: `${bytes / 1024} KB`, measure: () => ask(20) });
    }
  }
  tell('line: an unfinished line, byte by byte');
  const own = await runRounds(entries, { rounds, random });
  return [
    {
      id: 'line',
      title: 'Decode: an unfinished line, byte by byte',
      unit: 'µs of processor time a byte',
      scale: 1,
      digits: 3,
      workloads: LINE_LENGTHS.map((bytes) => `${bytes / 1024} KB`),
      // Peers take a second for the longest line: once is enough to see it.
      series: { ...own, ...(await runRounds(slow, { rounds: 1, random })) },
      notes: [
        'Limits raised to 128 KB. Flat is linear; a parser whose cost a byte grows with the line is quadratic, and any peer can make it so.',
      ],
    },
  ];
};
