import type { PhoneNumber } from '@taxinav/codec';
import type { ChannelCapacity } from '../policy.ts';

/** An outside leg that somebody asks for. */
export interface WantedLeg {
  readonly columnId: string;
  /** By which it would leave the house; no limit of a route holds it back where nobody said. */
  readonly route?: string | null | undefined;
}

/** An outside leg that is alive, or about to be. */
export interface LegInUse extends WantedLeg {
  /** Absent once retention removed it. */
  readonly phone?: PhoneNumber;
  /** Whether it is a notification's; fairness compares those only. */
  readonly notification: boolean;
}

/** The rounds of a column that are due, the one that waits longest first. */
export interface ColumnQueue<Candidate> extends WaitingColumn {
  readonly due: readonly (Candidate & { readonly phone: PhoneNumber; readonly route?: string | null })[];
}

/** Channels that one column may hold. */
export function columnChannels(columnId: string, capacity: ChannelCapacity): number {
  return Object.hasOwn(capacity.columns, columnId) ? (capacity.columns[columnId] ?? capacity.channels) : capacity.channels;
}

/** Whether all of these legs find a channel: in all, in their columns, on their routes. The reserve is only for Dial and Conference. */
export function channelsFree(
  wanted: readonly WantedLeg[],
  inUse: readonly WantedLeg[],
  capacity: ChannelCapacity,
  use: 'notification' | 'call',
): boolean {
  const total = use === 'notification' ? capacity.channels - capacity.reserve : capacity.channels;
  const all = [...inUse, ...wanted];
  return (
    all.length <= total &&
    wanted.every(({ columnId, route }) => {
      const ofColumn = all.filter((leg) => leg.columnId === columnId).length;
      const ofRoute = all.filter((leg) => leg.route === route).length;
      return ofColumn <= columnChannels(columnId, capacity) && ofRoute <= routeChannels(route, capacity);
    })
  );
}

/** Channels of one route; without a limit of its own, or where nobody said which it is, more than there are. */
export function routeChannels(route: string | null | undefined, { routes = {} }: ChannelCapacity): number {
  return route != null && Object.hasOwn(routes, route) ? (routes[route] ?? Infinity) : Infinity;
}

/** The routes on which no leg more is let. */
export function fullRoutes(inUse: readonly WantedLeg[], capacity: ChannelCapacity): string[] {
  return Object.keys(capacity.routes ?? {}).filter(
    (route) => inUse.filter((leg) => leg.route === route).length >= routeChannels(route, capacity),
  );
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
 * channel is free. Who is called by a route that is full is passed over.
 */
export function whoIsNext<Candidate>(
  columns: readonly ColumnQueue<Candidate>[],
  inUse: readonly LegInUse[],
  capacity: ChannelCapacity,
): (Candidate & { readonly phone: PhoneNumber; readonly columnId: string }) | undefined {
  const phones = new Set(inUse.map((leg) => leg.phone));
  for (const { columnId, due } of columnsInTurn(columns, inUse)) {
    const candidate = due.find(
      ({ phone, route }) => !phones.has(phone) && channelsFree([{ columnId, route }], inUse, capacity, 'notification'),
    );
    if (candidate !== undefined) return { ...candidate, columnId };
  }
  return undefined;
}
