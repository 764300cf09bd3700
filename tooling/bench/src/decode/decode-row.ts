import { WORKLOADS } from '../corpus/streams.ts';
import { Child } from '../measure/child.ts';
import { runRounds, type Entry } from '../measure/rounds.ts';
import type { Row } from '../row.ts';
import { canRead, PARSERS, type DecodeRun, type DecodeStart } from './decode-subject.ts';

/** Decoding a stream of one megabyte, cut in several ways. */
export const decodeRow: Row = async ({ seed, random, rounds, long, tell }) => {
  await using children = new AsyncDisposableStack();
  const entries: Entry[] = [];
  for (const parser of PARSERS) {
    const argument: DecodeStart = { name: parser.name, seed };
    const child = children.use(await Child.start({ subject: 'decode', argument }));
    await child.ask('check');
    for (const workload of WORKLOADS.filter((one) => canRead(parser, one))) {
      const measure = (ms: number): Promise<number> => child.ask('run', { workload, ms } satisfies DecodeRun);
      await measure(60);
      entries.push({ contestant: parser.name, workload, measure: () => measure(long ? 100 : 25) });
    }
  }
  tell(`decode: ${PARSERS.length} parsers at ${WORKLOADS.length} streams`);
  const steady = { contestant: 'taxinav', base: 'scan limit: indexOf', spread: 0.12 };
  return [
    {
      id: 'decode',
      title: 'Decode: a stream of one megabyte',
      unit: 'MB per second of processor time',
      scale: 1e6,
      digits: 1,
      base: steady.base,
      workloads: WORKLOADS,
      series: await runRounds(entries, { rounds, random, steady }),
      notes: [
        'Six message types in turn, on average 92 bytes. Peers read the same fields in their own dialect, with the same number of bytes.',
        '“taxinav” is `MessageDecoder.push` with its defaults: encoding `auto`, limits, a diagnostics listener, arrays of results.',
        'The AMI and ESL peers know only UTF-8; yana breaks letters cut by a chunk end; none of them limits its memory. mqtt-packet and llhttp do not decode text.',
      ],
    },
  ];
};
