import { freePorts } from '@taxinav/asterisk';
import { FasterClock } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { phone, sayText, startBridge, startNavigator } from '../bridge-under-test.ts';
import { NOTHING_WRONG, outcomeOf } from './outcome.ts';

const LONG = process.env['TAXINAV_LONG'] === '1';
/** Three statuses each. */
const NOTIFICATIONS = LONG ? 16_700 : 300;
const HOURS = 6;
/** Six hours of the bridge's clock pass in a quarter of a minute, or two minutes. */
const AWAY_FACTOR = LONG ? 180 : 1_440;
/** Once Taxi Navigator is back, time passes so that a second of this machine's own delays is none of the bridge's limits. */
const BACK_FACTOR = 4;
const AT_ONCE = 32;
/** The first status after the address is back. How many follow a second is printed: it is the machine's matter. */
const FIRST_MS = 30_000;

test(
  `Taxi Navigator is away for ${HOURS} hours of the bridge's clock, ${3 * NOTIFICATIONS} statuses wait: all come in order, none twice [TN-13, reading 34]`,
  async () => {
    const [port = 0] = await freePorts(1);
    const clock = new FasterClock(AWAY_FACTOR);
    await using running = await startBridge(port, {
      clock,
      file: `
acknowledge: all
limits: { perPeerPerMinute: 0, perCalleePerHour: 0 }
wire: { connectionsPerAddress: 256 }
dialling: { channels: 1000, attempts: 1, timeToLiveSeconds: 86400 }`,
    });
    const { tracker } = running.bridge;
    const wentAt = clock.monotonic();
    const messages = Array.from({ length: NOTIFICATIONS }, (_, serial) => sayText(phone(0, serial)));
    const waiting = messages.values();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const message of waiting) expect((await running.send(message)).evidence).toBe('acknowledged');
      }),
    );
    const statuses = 3 * NOTIFICATIONS;
    await expect.poll(async () => (await tracker.summary()).reportsOwed, { timeout: 300_000, interval: 200 }).toBe(statuses);
    await expect.poll(() => clock.monotonic() - wentAt, { timeout: 300_000, interval: 100 }).toBeGreaterThan(HOURS * 3_600_000);
    expect((await tracker.summary()).deadLetters).toBe(0);

    const memory = process.memoryUsage().rss;
    await using navigator = await startNavigator(undefined, port);
    clock.setFactor(BACK_FACTOR);
    const backAt = performance.now();
    await expect.poll(() => navigator.received.length, { timeout: 60_000, interval: 10 }).toBeGreaterThan(0);
    const firstMs = (performance.now() - backAt) * BACK_FACTOR;
    await expect.poll(async () => (await tracker.summary()).reportsOwed, { timeout: 600_000, interval: 50 }).toBe(0);
    const seconds = (performance.now() - backAt) / 1_000;
    process.stdout.write(
      `${statuses} statuses after ${HOURS} h: the first ${(firstMs / 1_000).toFixed(1)} s of its clock after the return, ` +
        `${(statuses / seconds).toFixed(0)} a second, ${((process.memoryUsage().rss - memory) / 1e6).toFixed(0)} MB more\n`,
    );
    expect(navigator.received).toHaveLength(statuses);
    const checked = LONG ? messages.filter((_, place) => place % 50 === 0) : messages;
    expect(
      await outcomeOf(
        checked.map(({ guid }) => guid),
        running,
        navigator,
        [],
      ),
    ).toEqual({ ...NOTHING_WRONG, duplicated: 0 });
    // Of its own clock, whose retries are at most 30 s and a fifth apart; and as much again for the machine's own delays.
    expect(firstMs).toBeLessThan(2 * FIRST_MS * 1.2);
  },
  LONG ? 1_200_000 : 300_000,
);
