import { setTimeout as pause } from 'node:timers/promises';
import { asteriskForTests } from '@taxinav/asterisk';
import { describe, expect, test } from 'vitest';
import { sayUntilAnswered } from '../../src/load.ts';
import { expectNothingLost, openCompany } from '../company.ts';

const RING_SECONDS = 14;
/** Longer than the phone rings for the frozen node, shorter than it rings for the one that adopts it. */
const FROZEN_MS = 15_500;

describe.skipIf(!asteriskForTests().installed)('a holder that is thawed', () => {
  test('leaves alone the phones that another node has adopted: its own limits for them are long over', async () => {
    await using company = await openCompany({
      seed: 1,
      configuration: {
        dialling: `{ channels: 8, reserve: 1, attempts: 1, ringSeconds: ${RING_SECONDS}, timeToLiveSeconds: 60 }`,
      },
    });
    const [holder, standby] = company.holding();
    const message = company.sayTexts.next({ id: 'north', port: standby.port }, '3');
    await sayUntilAnswered(message, company.load);
    await company.log.find('ringing', ({ event, line }) => event === 'status' && line['status'] === 'Active');
    const from = company.log.entries.length;
    holder.bridge.signal('SIGSTOP');
    const frozenAt = Date.now();
    expect(await company.takenOver(from, holder)).toBe(standby);
    const adoptedAt = Date.now();
    await pause(frozenAt + FROZEN_MS - adoptedAt);
    holder.bridge.signal('SIGCONT');
    await company.drain();
    const [call] = await company.phones.when('its end', (calls) =>
      calls.every(({ endedAt }) => endedAt !== undefined) ? calls : undefined,
    );
    expect((call?.endedAt ?? 0) - adoptedAt).toBeGreaterThan((RING_SECONDS - 4) * 1_000);
    const { report } = await expectNothingLost(company);
    expect(report.attempts).toBe(1);
    const stored = await company.database.readStored();
    expect(stored.changes.map(({ status }) => status)).toEqual(['Queued', 'Active', 'Unanswered']);
  }, 180_000);
});
