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

/** Why a connection was cut as it came in; `proxy-header`: a balancer's did not begin with the header it owes. */
export const REFUSED_PEER_REASONS = ['not-allowed', 'address-limit', 'draining', 'proxy-header'] as const;

/** An address whose connections were cut as they came in. */
export interface RefusedPeerJson {
  readonly address: string;
  /** The last one's. */
  readonly reason: (typeof REFUSED_PEER_REASONS)[number];
  readonly count: number;
  readonly lastAt: Instant;
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
  /** Who was turned away since the bridge started, last seen first, at most 64 addresses. Absent in answers of older bridges. */
  readonly refused?: readonly RefusedPeerJson[];
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
  /** Absent in answers of older bridges. */
  readonly database?: DatabaseStateJson;
}

/** The database as this node sees it. */
export interface DatabaseStateJson {
  readonly kind: 'sqlite' | 'postgres';
  /** `away`: it has taken no write for 12 s. */
  readonly state: 'works' | 'away';
  /** Its disk is nearly full (`low`) or full: SayText are refused, what was accepted goes on. Absent where the bridge does not see the disk. */
  readonly pressure?: 'none' | 'low' | 'full';
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
  refused: z
    .array(z.object({ address: z.string(), reason: z.enum(REFUSED_PEER_REASONS), count, lastAt: instant }))
    .max(64)
    .exactOptional(),
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
  database: z
    .object({
      kind: z.enum(['sqlite', 'postgres']),
      state: z.enum(['works', 'away']),
      pressure: z.enum(['none', 'low', 'full']).exactOptional(),
    })
    .exactOptional(),
});
