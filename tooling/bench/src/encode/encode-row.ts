import { Child } from '../measure/child.ts';
import { runRounds, type Entry } from '../measure/rounds.ts';
import type { Row } from '../row.ts';
import { seededEncoders, type EncodeRun, type EncodeStart } from './encode-subject.ts';
import { KINDS } from './encoders.ts';

/** Writing the messages that are sent most. */
export const encodeRow: Row = async ({ seed, random, rounds, long, tell }) => {
  await using children = new AsyncDisposableStack();
  const entries: Entry[] = [];
  const encoders = seededEncoders(seed);
  for (const { name, kinds } of encoders) {
    const argument: EncodeStart = { name, seed };
    const child = children.use(await Child.start({ subject: 'encode', argument }));
    for (const kind of kinds) {
      const measure = (ms: number): Promise<number> => child.ask('run', { kind, ms } satisfies EncodeRun);
      await measure(40);
      entries.push({ contestant: name, workload: kind, measure: () => measure(long ? 60 : 20) });
    }
  }
  tell(`encode: ${encoders.length} encoders, ${KINDS.length} messages`);
  const steady = { contestant: 'taxinav encodeMessageInto', base: 'memcpy of the finished bytes', spread: 0.12 };
  return [
    {
      id: 'encode',
      title: 'Encode',
      unit: 'thousand messages per second of processor time',
      scale: 1e3,
      digits: 0,
      base: steady.base,
      workloads: KINDS,
      series: await runRounds(entries, { rounds, random, steady }),
      notes: [
        '`encodeMessageInto` writes into one shared buffer; everything is validated. Templates, yana and mqtt-packet check nothing, and allocate.',
        'yana needs `util.isArray`, which Node 23 removed; it is given back to it here.',
      ],
    },
  ];
};
