import type { WireBlock } from '../wire-block.ts';

/** A `SayTextStatus` as it came, read no better than it was written. */
export interface Report {
  /** UTC, ms. */
  readonly at: number;
  /** Where it arrived; the document wants the status address [TN-17]. */
  readonly place: 'status address' | 'connection';
  readonly bytes: Buffer;
  readonly guid: string;
  readonly status: string;
  readonly time: string;
}

/** Reads a block as a report; undefined when it is no `SayTextStatus`. */
export function readReport(block: WireBlock, place: Report['place'], at: number): Report | undefined {
  if (block.field('Message')?.toLowerCase() !== 'saytextstatus') return undefined;
  const value = (name: string): string => block.field(name) ?? '';
  return {
    at,
    place,
    get bytes() {
      return block.bytes;
    },
    guid: value('Guid'),
    status: value('Status'),
    time: value('StatusChangedTime'),
  };
}

/** Statuses in their order, repeats left out. */
export function statusesOf(reports: readonly Report[]): string[] {
  return reports.map(({ status }) => status).filter((status, index, all) => status !== all[index - 1]);
}
