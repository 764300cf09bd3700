import type { Schema } from '../schema.ts';

/** How a table is walked through and filled. */
export interface TableShape {
  readonly name: keyof Schema;
  /** Its primary key: rows are read and compared in its order. */
  readonly key: string;
  /** Whether the database gives the keys, which are never used again. */
  readonly serial: boolean;
}

/** The key of every table; a new table does not compile before it stands here, since it would be left behind. */
const KEYS = {
  setting: { key: 'key', serial: false },
  round: { key: 'id', serial: true },
  attempt: { key: 'attempt', serial: true },
  status_change: { key: 'change', serial: true },
  report: { key: 'report_id', serial: true },
  acknowledging_address: { key: 'address', serial: false },
  call: { key: 'id', serial: true },
  call_leg: { key: 'id', serial: true },
  column_turn: { key: 'column_id', serial: false },
  node: { key: 'node', serial: false },
  lease: { key: 'lease', serial: false },
  handled: { key: 'phone', serial: false },
} as const satisfies Record<keyof Schema, Omit<TableShape, 'name'>>;

/** Every table, those that others refer to first. */
export const TABLES: readonly TableShape[] = (Object.keys(KEYS) as (keyof Schema)[]).map((name) => ({ name, ...KEYS[name] }));
