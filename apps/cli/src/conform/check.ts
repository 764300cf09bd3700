import type { EvidenceLine } from './evidence.ts';

/**
 * How much a check weighs: `must` are the document's own words and what TCP demands, `should` what the readings promise so that the
 * service is robust, `tolerance` a liberal reading of what others send.
 */
export const SEVERITIES = ['must', 'should', 'tolerance'] as const;

/** A value of {@link SEVERITIES}. */
export type Severity = (typeof SEVERITIES)[number];

/** What became of a check; `inconclusive` when the peer did not let it come to a judgement. */
export const VERDICTS = ['pass', 'fail', 'inconclusive', 'skip'] as const;

/** A value of {@link VERDICTS}. */
export type Verdict = (typeof VERDICTS)[number];

/** A verdict and its reason, one English sentence. */
export interface Finding {
  readonly verdict: Verdict;
  readonly reason: string;
}

/** What people are told of a check. */
export interface CheckDescription {
  /** Begins with its group. */
  readonly id: string;
  readonly group: string;
  /** Clauses and readings of PROTOCOL.md, `TN-22`, `reading 24`. */
  readonly clauses: readonly string[];
  readonly severity: Severity;
  /** A fact about a peer that passes. */
  readonly title: string;
  readonly sends: string;
  readonly expects: string;
}

/**
 * When a check runs: `first` in order before all others, `together` several at a time, `slow` likewise and only when asked for,
 * `alone` in order after them.
 */
export type Phase = 'first' | 'together' | 'slow' | 'alone';

/** A check, as data and one function. It rejects with {@link PeerGone} where the peer cannot be reached, which is no verdict on it. */
export interface Check<Context> extends CheckDescription {
  readonly phase: Phase;
  /** After this it is given up; absent: as all others. */
  readonly limitMs?: number;
  readonly run: (context: Context) => Promise<Finding>;
}

/** What a check has come to. */
export interface CheckResult extends Finding {
  readonly check: CheckDescription;
  /** How long it took. */
  readonly ms: number;
  readonly evidence: readonly EvidenceLine[];
}

/** The peer accepts no connection (any more). */
export class PeerGone extends Error {
  override readonly name = 'PeerGone';
}

export function pass(reason: string): Finding {
  return { verdict: 'pass', reason };
}

export function fail(reason: string): Finding {
  return { verdict: 'fail', reason };
}

export function skip(reason: string): Finding {
  return { verdict: 'skip', reason };
}

export function inconclusive(reason: string): Finding {
  return { verdict: 'inconclusive', reason };
}
