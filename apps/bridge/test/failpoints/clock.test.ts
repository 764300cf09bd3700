import { FasterClock } from '@taxinav/testkit';
import { createSimulatedPbx } from '@taxinav/telephony';
import type { Clock } from '@taxinav/transport';
import { expect, test } from 'vitest';
import type { BridgeParts } from '../../src/bridge.ts';
import { phone, sayText, startBridge, startNavigator } from '../bridge-under-test.ts';

const HOUR_MS = 3_600_000;
const FACTOR = 40;
const FILE = 'dialling: { channels: 4, attempts: 2, retryAfterSeconds: { busy: 40, unanswered: 60, unreachable: 60 } }';

/** A clock that passes faster, and whose wall clock an administrator sets. */
class SetClock implements Clock {
  readonly #clock: FasterClock;
  #aheadMs = 0;

  constructor(now: number, factor: number = FACTOR) {
    this.#clock = new FasterClock(factor, now);
  }

  set(byMs: number): void {
    this.#aheadMs += byMs;
  }

  now(): number {
    return this.#clock.now() + this.#aheadMs;
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#clock.sleep(ms, signal);
  }
}

/** The bridge and its phone network have one clock, as two programs on one machine have. */
function on(clock: Clock): (parts: BridgeParts) => BridgeParts {
  return (parts) => ({ ...parts, clock, pbx: createSimulatedPbx({ clock, charactersPerSecond: 200 }) });
}

/** `dd.MM.yyyy HH:mm:ss` as text that sorts by time. */
function sortable(time: unknown): string {
  const [, day, month, year, rest] = /^(\d\d)\.(\d\d)\.(\d{4}) (.*)$/.exec(String(time)) ?? [];
  return `${year}-${month}-${day} ${rest}`;
}

for (const [what, byMs] of [
  ['an hour back', -HOUR_MS],
  ['an hour forward', HOUR_MS],
  ['ten years forward', 10 * 8_766 * HOUR_MS],
] as const) {
  test(`the wall clock is set ${what} between two attempts: the redial comes when it was due, the times of the GUID never decrease [reading 32]`, async () => {
    await using navigator = await startNavigator();
    const clock = new SetClock(Date.UTC(2026, 0, 15, 10));
    await using running = await startBridge(navigator.port, { file: FILE, parts: on(clock) });
    const message = sayText(phone(2));
    await running.send(message);
    await navigator.next(
      (found): found is typeof found & { readonly message: 'SayTextStatus' } =>
        found.message === 'SayTextStatus' && found.status === 'Busy',
    );
    const began = clock.monotonic();
    clock.set(byMs);
    await expect
      .poll(() => navigator.statuses(message.guid).map(({ status }) => status), { timeout: 20_000 })
      .toEqual(['Queued', 'Active', 'Busy', 'Queued', 'Active', 'Busy']);
    // 40 s after the busy, not an hour or a decade; neither at once.
    expect(clock.monotonic() - began).toBeGreaterThan(30_000);
    const times = navigator.statuses(message.guid).map(({ statusChangedTime }) => sortable(statusChangedTime));
    expect(times).toEqual(times.toSorted());
    expect(running.logged.some((line) => line.includes('"event":"clock'))).toBe(true);
  }, 40_000);
}

test('in the night when the hour comes twice in Kyiv the statuses keep their order, and each has the time on the wall [reading 32]', async () => {
  await using navigator = await startNavigator();
  // At 01:00:00 UTC it is 04:00:00 by summer time, and 03:00:00 again.
  const twice = Date.UTC(2026, 9, 25, 1);
  const clock = new SetClock(twice - 60_000, 10);
  await using running = await startBridge(navigator.port, {
    file: 'dialling: { channels: 4, attempts: 1 }',
    parts: on(clock),
  });
  const message = sayText(phone(3));
  await clock.sleep(twice - 15_000 - clock.now());
  await running.send(message);
  expect(await navigator.until(message.guid, 'Unanswered')).toEqual(['Queued', 'Active', 'Unanswered']);
  const times = navigator.statuses(message.guid).map(({ statusChangedTime }) => String(statusChangedTime));
  expect(times[0]).toMatch(/^25\.10\.2026 03:59:\d\d$/);
  expect(times[2]).toMatch(/^25\.10\.2026 03:00:\d\d$/);
  const [history] = await running.bridge.tracker.find({ guid: message.guid });
  const changed = history?.rounds[0]?.changes.map(({ changedAt }) => changedAt) ?? [];
  expect(changed).toEqual(changed.toSorted((one, other) => one - other));
}, 40_000);
