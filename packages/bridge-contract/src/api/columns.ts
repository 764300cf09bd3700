import { z } from 'zod';
import { EVIDENCE_WORDS } from './notifications.ts';
import type { EvidenceWord } from './notifications.ts';
import { count, instant } from './values.ts';
import type { Instant } from './values.ts';

/** What is known of a port of Taxi Navigator's; `unknown` until something was sent there. */
export interface PeerJson {
  /** `HOST:PORT`. */
  readonly address: string;
  readonly state: 'unknown' | 'up' | 'down';
  /** What the reaction to the last message proved. */
  readonly lastEvidence?: EvidenceWord;
  /** Since when the state holds. */
  readonly since?: Instant;
}

/** A column as it works now. */
export interface ColumnJson {
  readonly id: string;
  /** `IP:PORT`; the port in use. */
  readonly listen: string;
  readonly listening: boolean;
  /** Connections open on `listen`. */
  readonly connections: number;
  readonly channels: { readonly inUse: number; readonly of: number };
  /** Notifications that wait for a channel or their next attempt. */
  readonly queued: number;
  readonly dialling: number;
  readonly reportsOwed: number;
  /** Age of the oldest report owed, seconds; absent when none is. */
  readonly oldestReportSeconds?: number;
  readonly deadLetters: number;
  /** Where Call goes. */
  readonly navigator: PeerJson;
  /** Where SayTextStatus goes. */
  readonly status: PeerJson;
}

/** All columns, and what they share. */
export interface ColumnsJson {
  readonly node: string;
  readonly columns: readonly ColumnJson[];
  readonly channels: { readonly inUse: number; readonly of: number; readonly reserve: number };
  readonly pbx: {
    readonly driver: 'simulated' | 'asterisk';
    /** `standby`: another node uses it. */
    readonly state: 'connecting' | 'ready' | 'away' | 'standby';
    readonly alarms: readonly TrunkAlarmJson[];
  };
}

/** The last calls over a trunk ended without ringing: trunk, balance or caller ID? */
export interface TrunkAlarmJson {
  /** As the configuration has it, with its placeholder: `PJSIP/{number}@trunk`. */
  readonly endpoint: string;
  readonly since: Instant;
}

const peer: z.ZodType<PeerJson> = z.object({
  address: z.string(),
  state: z.enum(['unknown', 'up', 'down']),
  lastEvidence: z.enum(EVIDENCE_WORDS).exactOptional(),
  since: z.exactOptional(instant),
});

/** See {@link ColumnJson}. */
export const columnStateSchema: z.ZodType<ColumnJson> = z.object({
  id: z.string(),
  listen: z.string(),
  listening: z.boolean(),
  connections: count,
  channels: z.object({ inUse: count, of: count }),
  queued: count,
  dialling: count,
  reportsOwed: count,
  oldestReportSeconds: z.number().min(0).exactOptional(),
  deadLetters: count,
  navigator: peer,
  status: peer,
});

/** See {@link ColumnsJson}. */
export const columnsSchema: z.ZodType<ColumnsJson> = z.object({
  node: z.string(),
  columns: z.array(columnStateSchema),
  channels: z.object({ inUse: count, of: count, reserve: count }),
  pbx: z.object({
    driver: z.enum(['simulated', 'asterisk']),
    state: z.enum(['connecting', 'ready', 'away', 'standby']),
    alarms: z.array(z.object({ endpoint: z.string(), since: instant })),
  }),
});
