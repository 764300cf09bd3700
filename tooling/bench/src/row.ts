import type { Table } from './report/results.ts';

/** What every row is told. */
export interface RowOptions {
  readonly seed: number;
  readonly random: () => number;
  /** Rounds of the quick tables; slow ones take fewer, never less than they can. */
  readonly rounds: number;
  /** Whether more time may be spent. */
  readonly long: boolean;
  /** Says what is going on. */
  readonly tell: (text: string) => void;
}

/** Measures one subject and gives its tables. */
export type Row = (options: RowOptions) => Promise<readonly Omit<Table, 'measured'>[]>;
