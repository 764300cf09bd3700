import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { scratchFolder } from '../accept/scratch-folder.ts';
import { Child } from '../measure/child.ts';
import type { Series } from '../measure/rounds.ts';
import { quantile } from '../measure/statistics.ts';
import type { Row } from '../row.ts';
import type { LoopDelay, Resident, SpeechMemory } from './speech-subject.ts';

const OWN = 'taxinav';
const ENGINE = 'the engine';
const LIMIT = 'the limit';
const LOOP_LIMIT_MS = 20;
/** A process each: speech that has been loaded cannot be loaded for the first time. */
const MOST_ROUNDS = 5;

/** Speech with espeak-ng: what the main loop notices of it, what a text costs, what memory it takes. */
export const speechRow: Row = async ({ rounds, tell }) => {
  using folder = scratchFolder();
  const loop: Series = {};
  const cost: Series = { [OWN]: { 'first text': [], 'another text': [], 'cached text': [] } };
  const memory: Series = {
    [OWN]: { 'before the first text': [], loaded: [], 'at rest': [] },
    [ENGINE]: { loaded: [], 'at rest': [] },
  };
  const took: number[] = [];
  const watch = (contestant: string, { p50, p99, worst }: LoopDelay): void => {
    const of = (loop[contestant] ??= { p50: [], p99: [], worst: [] });
    for (const [workload, value] of Object.entries({ p50, p99, worst })) of[workload]?.push(value);
  };
  const note = (series: Series, workload: string, value: number): void => void series[OWN]?.[workload]?.push(value);
  const weigh = (workload: string, { own, engine }: Resident): void => {
    memory[OWN]?.[workload]?.push(own);
    // None at rest: it has ended.
    if (engine > 0) memory[ENGINE]?.[workload]?.push(engine);
  };
  for (let round = 0; round < Math.min(rounds, MOST_ROUNDS); round += 1) {
    tell(`speech: round ${round + 1}`);
    const place = join(folder.path, String(round));
    mkdirSync(place);
    await using child = await Child.start({ subject: 'speech', argument: place });
    watch('nothing', await child.ask<LoopDelay>('idle'));
    note(cost, 'first text', await child.ask<number>('first'));
    note(cost, 'another text', await child.ask<number>('another'));
    note(cost, 'cached text', await child.ask<number>('cached'));
    const synthesizing = await child.ask<LoopDelay>('synthesizing');
    watch('20 texts at once', synthesizing);
    took.push(synthesizing.tookMs);
    const { before, loaded, atRest } = await child.ask<SpeechMemory>('memory');
    weigh('before the first text', before);
    weigh('loaded', loaded);
    weigh('at rest', atRest);
    watch('5 recordings of 20 s at once', await child.ask<LoopDelay>('converting'));
    (loop[LIMIT] ??= { p99: [] })['p99']?.push(LOOP_LIMIT_MS);
  }
  return [
    {
      id: 'speech-loop',
      title: 'Speech: how late the main loop is meanwhile',
      unit: 'ms',
      scale: 1,
      digits: 1,
      workloads: ['p50', 'p99', 'worst'],
      series: loop,
      notes: [
        'A timer each millisecond, in the process that asks for the sound. espeak-ng speaks in a process of its own; recordings (44.1 kHz) are converted in slices.',
        `20 texts of about 6 s of sound each are ready after ${quantile(took, 0.5).toFixed(0)} ms, median.`,
      ],
    },
    {
      id: 'speech-cost',
      title: 'Speech: until a text is ready',
      unit: 'ms',
      scale: 1,
      digits: 1,
      workloads: ['first text', 'another text', 'cached text'],
      series: cost,
      notes: ['The first text starts the process and loads the voice. A cached text is not synthesized: the run fails if it is.'],
    },
    {
      id: 'speech-memory',
      title: 'Speech: memory of a process that does nothing else, and of the one that speaks for it',
      unit: 'MB resident',
      scale: 1e6,
      digits: 0,
      workloads: ['before the first text', 'loaded', 'at rest'],
      series: memory,
      notes: ['Loaded: some 40 texts have been spoken. After 60 s without a text (here 1.5 s) the process that speaks ends.'],
    },
  ];
};
