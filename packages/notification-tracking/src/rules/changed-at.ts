/** The time of a change: now, but never before the GUID's previous change, whatever the clock did. Source: [TN-14, reading 32]. */
export function changeTime(now: number, previous: number): number {
  return Math.max(now, previous);
}
