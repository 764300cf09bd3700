import { shuffled } from './seeded-random.ts';
import { ratios, relativeSpread } from './statistics.ts';

/** One thing measured: a contestant at a workload. */
export interface Entry {
  readonly contestant: string;
  readonly workload: string;
  /** Measures once and gives a rate or a cost; everything else stands still meanwhile. */
  measure(): Promise<number>;
}

/** Per contestant and workload, one value a round. */
export type Series = Record<string, Record<string, number[]>>;

/** How rounds are run. */
export interface RoundOptions {
  readonly rounds: number;
  readonly random: () => number;
  /** Ratios of `contestant` to `base` whose spread, when it is above `spread`, asks for further rounds, at most half as many again. */
  readonly steady?: { readonly contestant: string; readonly base: string; readonly spread: number };
}

/**
 * Measures every entry once a round, in an order shuffled anew each round, never two at a time.
 * A workload that stays noisy is given more rounds of its own.
 */
export async function runRounds(entries: readonly Entry[], { rounds, random, steady }: RoundOptions): Promise<Series> {
  const series: Series = {};
  for (const { contestant, workload } of entries) (series[contestant] ??= {})[workload] = [];
  for (let round = 0; round < rounds; round += 1) await runRound(entries, random, series);
  if (steady === undefined) return series;
  for (let extra = 0; extra < rounds / 2; extra += 1) {
    const noisy = new Set(
      entries
        .map(({ workload }) => workload)
        .filter((workload) => {
          const values = series[steady.contestant]?.[workload];
          const bases = series[steady.base]?.[workload];
          return values !== undefined && bases !== undefined && relativeSpread(ratios(values, bases)) > steady.spread;
        }),
    );
    if (noisy.size === 0) break;
    await runRound(
      entries.filter(({ workload }) => noisy.has(workload)),
      random,
      series,
    );
  }
  return series;
}

async function runRound(entries: readonly Entry[], random: () => number, series: Series): Promise<void> {
  // By workload, so that what is compared is measured close together.
  const workloads = shuffled([...new Set(entries.map(({ workload }) => workload))], random);
  for (const workload of workloads) {
    const here = entries.filter((entry) => entry.workload === workload);
    for (const entry of shuffled(here, random)) {
      const value = await entry.measure();
      series[entry.contestant]?.[workload]?.push(value);
    }
  }
}
