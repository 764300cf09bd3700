import type { AriClient } from '@taxinav/telephony/asterisk';
import { fail, ok, warn, type Finding } from './finding.ts';

/** Clocks may part by so much. */
const APART_MS = { warn: 2_000, fail: 60_000 } as const;
/** A change of the zone's offset this near is worth a word. */
const AHEAD_DAYS = 14;
const DAY_MS = 86_400_000;

/** The zone of StatusChangedTime: what its clock shows, and whether it is about to jump. */
export function zoneIsRight(timezone: string, now: number): readonly Finding[] {
  const shown = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, dateStyle: 'medium', timeStyle: 'medium' }).format(now);
  const findings = [ok('clock', `in ${timezone} it is ${shown} (${offset(timezone, now)})`)];
  for (let day = 0; day < AHEAD_DAYS; day++) {
    const [before, after] = [offset(timezone, now + day * DAY_MS), offset(timezone, now + (day + 1) * DAY_MS)];
    if (before === after) continue;
    const when = new Date(now + (day + 1) * DAY_MS).toISOString().slice(0, 10);
    findings.push(
      ok(
        'clock',
        `about ${when} the clock there goes from ${before} to ${after}: in the hour that comes twice, StatusChangedTime stands still rather than go back`,
      ),
    );
  }
  return findings;
}

function offset(timeZone: string, at: number): string {
  return (
    new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at).find(({ type }) => type === 'timeZoneName')
      ?.value ?? ''
  );
}

/** Asterisk's clock beside this machine's. */
export async function clocksAgree(client: AriClient, now: () => number): Promise<readonly Finding[]> {
  const before = now();
  const pong = await client.get('/asterisk/ping');
  const after = now();
  const { timestamp } = typeof pong === 'object' && pong !== null && 'timestamp' in pong ? pong : { timestamp: undefined };
  const told = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  if (Number.isNaN(told)) return [];
  const apart = told < before ? before - told : Math.max(0, told - after);
  if (apart < APART_MS.warn) return [ok('clock', "Asterisk's clock and this machine's agree")];
  const detail = `Asterisk's clock is ${(apart / 1_000).toFixed(1)} s ${told < before ? 'behind' : 'ahead of'} this machine's`;
  const remedy = 'let both follow NTP (timedatectl).';
  return [apart < APART_MS.fail ? warn('clock', detail, remedy) : fail('clock', detail, remedy)];
}
