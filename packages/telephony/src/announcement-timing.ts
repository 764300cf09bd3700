import type { Announcement } from './pbx.ts';

/** Silence before the first word, milliseconds: a phone needs it to reach an ear. */
export const SILENCE_MS = 300;
/** How long the line stays open after the last word, milliseconds. */
export const LISTENING_MS = 3_000;
/** What all readings of an announcement may last together, milliseconds; a single reading is never cut. */
export const SPOKEN_LIMIT_MS = 45_000;
/** How often a called party may have an announcement said once more by a key. */
export const REPEATS_LIMIT = 3;

/**
 * How often an announcement is read: as often as was asked for, as far as the readings fit into 45 s; at least once,
 * unless none was asked for.
 *
 * @param readingMs length of one reading
 */
export function readingsThatFit(announcement: Announcement, readingMs: number): number {
  const wanted = announcement.readings ?? 2;
  if (wanted === 0) return 0;
  return Math.max(1, Math.min(wanted, Math.floor(SPOKEN_LIMIT_MS / Math.max(1, readingMs))));
}
