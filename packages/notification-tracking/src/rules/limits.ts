import type { PlacementLimits } from '../policy.ts';

/** Over what time `perPeerPerMinute` counts, ms. */
export const PEER_WINDOW_MS = 60_000;
/** Over what time `perCalleePerHour` counts, ms. */
export const CALLEE_WINDOW_MS = 3_600_000;

/** What limits are judged by, inside the transaction. */
export interface Placed {
  /** The stop switch. */
  readonly enabled: boolean;
  /** Legs this peer asked for in the last 60 s. */
  readonly byPeer: number;
  /** Legs asked for now, by called number, with those placed to it in the last hour. */
  readonly callees: readonly { readonly placed: number; readonly wanted: number }[];
}

/** Why something may not be placed. */
export type LimitRefusal = 'stopped' | 'peer-limit' | 'callee-limit';

/** Whether a limit leaves room for so many more; 0 is no limit. */
export function hasRoom(limit: number, used: number, wanted: number): boolean {
  return limit === 0 || used + wanted <= limit;
}

/** The first reason why these legs may not be placed, or `undefined`. */
export function limitRefusal(placed: Placed, limits: PlacementLimits): LimitRefusal | undefined {
  if (!placed.enabled) return 'stopped';
  const wanted = placed.callees.reduce((sum, callee) => sum + callee.wanted, 0);
  if (!hasRoom(limits.perPeerPerMinute, placed.byPeer, wanted)) return 'peer-limit';
  if (placed.callees.some((callee) => !hasRoom(limits.perCalleePerHour, callee.placed, callee.wanted))) return 'callee-limit';
  return undefined;
}
