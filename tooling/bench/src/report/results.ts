import type { Series } from '../measure/rounds.ts';

/** One table: contestants measured at workloads in the same rounds. */
export interface Table {
  readonly id: string;
  readonly title: string;
  /** What a value is, e.g. `MB/s`, and what it is divided by for display. */
  readonly unit: string;
  readonly scale: number;
  /** Digits after the point of a value. */
  readonly digits: number;
  /** Whose value others are divided by; absent: a table of absolute numbers. */
  readonly base?: string;
  readonly workloads: readonly string[];
  /** Per contestant and workload, one value a round. */
  readonly series: Series;
  /** What a reader has to know to read it. */
  readonly notes: readonly string[];
  /** When it was measured, and the seed of its order and corpus. */
  readonly measured: { readonly at: string; readonly seed: number };
}

/** Where it was measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Processes that wanted a core, averaged over a minute, when the run began and ended. */
  readonly load: readonly [number, number];
}

/** All that a run leaves behind. */
export interface Results {
  readonly machine: Machine;
  readonly tables: readonly Table[];
}

/** The values of a contestant at a workload; none when it was not measured. */
export function values(results: Results, table: string, contestant: string, workload: string): readonly number[] {
  return results.tables.find(({ id }) => id === table)?.series[contestant]?.[workload] ?? [];
}
