import type { PhoneNumber } from '@taxinav/codec';
import type { ChannelCapacity } from '../policy.ts';

/** An outside leg that is alive, or about to be. */
export interface LegInUse {
  readonly columnId: string;
  /** Absent once retention removed it. */
  readonly phone?: PhoneNumber;
  /** Whether it is a notification's; fairness compares those only. */
  readonly notification: boolean;
}

/** The rounds of a column that are due, the one that waits longest first. */
export interface ColumnQueue<Candidate> extends WaitingColumn {
  readonly due: readonly (Candidate & { readonly phone: PhoneNumber })[];
}

/** Channels that one column may hold. */
export function columnChannels(columnId: string, capacity: ChannelCapacity): number {
  return Object.hasOwn(capacity.columns, columnId) ? (capacity.columns[columnId] ?? capacity.channels) : capacity.channels;
}

/** Whether so many legs more find a channel each; the reserve is only for Dial and Conference. */
export function channelsFree(
  columnId: string,
  legs: number,
  inUse: readonly LegInUse[],
  capacity: ChannelCapacity,
  use: 'notification' | 'call',
): boolean {
  const total = use === 'notification' ? capacity.channels - capacity.reserve : capacity.channels;
  const ofColumn = inUse.filter((leg) => leg.columnId === columnId).length;
  return inUse.length + legs <= total && ofColumn + legs <= columnChannels(columnId, capacity);
}

/** A column with queued rounds. `turn`: when it was last its turn; the lowest has waited longest. */
export interface WaitingColumn {
  readonly columnId: string;
  readonly turn: number;
}

/** Columns in the order of their turns: the fewest notification calls first, then whose turn was longest ago. */
export function columnsInTurn<Column extends WaitingColumn>(columns: readonly Column[], inUse: readonly LegInUse[]): Column[] {
  const calls = (columnId: string): number => inUse.filter((leg) => leg.notification && leg.columnId === columnId).length;
  return columns.toSorted((one, other) => calls(one.columnId) - calls(other.columnId) || one.turn - other.turn);
}

/**
 * Who is dialled next: first in, first out within a column; columns in turn; one live call per phone; only while a
 * channel is free.
 */
export function whoIsNext<Candidate>(
  columns: readonly ColumnQueue<Candidate>[],
  inUse: readonly LegInUse[],
  capacity: ChannelCapacity,
): (Candidate & { readonly phone: PhoneNumber; readonly columnId: string }) | undefined {
  const phones = new Set(inUse.map((leg) => leg.phone));
  const free = columns.filter((column) => channelsFree(column.columnId, 1, inUse, capacity, 'notification'));
  for (const { columnId, due } of columnsInTurn(free, inUse)) {
    const candidate = due.find(({ phone }) => !phones.has(phone));
    if (candidate !== undefined) return { ...candidate, columnId };
  }
  return undefined;
}
