import type { Store } from '@taxinav/notification-tracking';
import { FasterClock } from '@taxinav/testkit';
import { createSimulatedPbx } from '@taxinav/telephony';
import type { Clock } from '@taxinav/transport';
import { expect, test } from 'vitest';
import type { BridgeParts } from '../../src/bridge.ts';
import { phone, sayText, startBridge, startNavigator } from '../bridge-under-test.ts';

const HOUR_MS = 3_600_000;
const FACTOR = 20;
const FILE =
  'dialling: { channels: 4, attempts: 2, timeToLiveSeconds: 600, retryAfterSeconds: { busy: 60, unanswered: 60, unreachable: 60 } }';

/** A clock that passes faster, and whose wall clock an administrator sets. */
class SetClock implements Clock {
  readonly #clock: FasterClock;
  #aheadMs = 0;
  #paced = new AbortController();

  constructor(now: number, factor: number = FACTOR) {
    this.#clock = new FasterClock(factor, now);
  }

  set(byMs: number): void {
    this.#aheadMs += byMs;
  }

  /** Who sleeps already wakes by the new pace. */
  setFactor(factor: number): void {
    this.#clock.setFactor(factor);
    this.#paced.abort();
    this.#paced = new AbortController();
  }

  now(): number {
    return this.#clock.now() + this.#aheadMs;
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const until = this.monotonic() + ms;
    for (;;) {
      const paced = this.#paced.signal;
      try {
        await this.#clock.sleep(Math.max(0, until - this.monotonic()), signal === undefined ? paced : AbortSignal.any([signal, paced]));
        return;
      } catch (error) {
        if (signal?.aborted === true || !paced.aborted) throw error;
      }
    }
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

/** The store, and a word before each command. */
function watched(store: Store, before: (command: string) => void): Store {
  return {
    failed: store.failed,
    run(name, command) {
      before(name);
      return store.run(name, command);
    },
    read: (name, query) => store.read(name, query),
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store.close(),
  };
}

for (const [what, byMs, moment] of [
  ['an hour back', -HOUR_MS, 'between two attempts'],
  ['an hour forward', HOUR_MS, 'between two attempts'],
  ['ten years forward', 10 * 8_766 * HOUR_MS, 'between two attempts'],
  ['an hour back', -HOUR_MS, 'just before an attempt ends'],
  ['an hour forward', HOUR_MS, 'just before an attempt ends'],
] as const) {
  test.concurrent(`the wall clock is set ${what} ${moment}: the redial comes when it was due, the times of the GUID never decrease [reading 32]`, async ({
    expect,
  }) => {
    await using navigator = await startNavigator();
    const clock = new SetClock(Date.UTC(2026, 0, 15, 10));
    const dialled: number[] = [];
    const watch = (command: string): void => {
      if (command === 'startAttempt') dialled.push(clock.monotonic());
      if (command === 'attemptTaken' && moment === 'just before an attempt ends' && dialled.length === 1) clock.set(byMs);
    };
    await using running = await startBridge(navigator.port, {
      file: FILE,
      parts: (parts) => ({ ...on(clock)(parts), store: watched(parts.store, watch) }),
    });
    const message = sayText(phone(2));
    await running.send(message);
    await expect.poll(() => running.logged.join('\n')).toContain('"event":"attempt-ended"');
    if (moment === 'between two attempts') clock.set(byMs);
    await expect
      .poll(() => navigator.statuses(message.guid).map(({ status }) => status))
      .toEqual(['Queued', 'Active', 'Busy', 'Queued', 'Active', 'Busy']);
    // A minute after the busy, not an hour or a decade; neither at once.
    const [first = Number.NaN, second = Number.NaN] = dialled;
    expect(second - first).toBeGreaterThan(55_000);
    const times = navigator.statuses(message.guid).map(({ statusChangedTime }) => sortable(statusChangedTime));
    expect(times).toEqual(times.toSorted());
    expect(running.logged.some((line) => line.includes('"event":"clock'))).toBe(true);
  });
}

test('in the night when the hour comes twice in Kyiv the statuses keep their order, and each has the time on the wall [reading 32]', async () => {
  await using navigator = await startNavigator();
  // At 01:00:00 UTC it is 04:00:00 by summer time, and 03:00:00 again.
  const twice = Date.UTC(2026, 9, 25, 1);
  // Slow enough for the start, and for what happens before the hour.
  const clock = new SetClock(twice - 120_000, 1);
  await using running = await startBridge(navigator.port, {
    file: 'dialling: { channels: 4, attempts: 1, ringSeconds: 150 }',
    parts: on(clock),
  });
  const message = sayText(phone(3));
  await running.send(message);
  await navigator.until(message.guid, 'Active');
  clock.setFactor(FACTOR);
  expect(await navigator.until(message.guid, 'Unanswered')).toEqual(['Queued', 'Active', 'Unanswered']);
  const times = navigator.statuses(message.guid).map(({ statusChangedTime }) => String(statusChangedTime));
  expect(times[0]).toMatch(/^25\.10\.2026 03:5[89]:\d\d$/);
  expect(times[2]).toMatch(/^25\.10\.2026 03:0\d:\d\d$/);
  const [history] = await running.bridge.tracker.find({ guid: message.guid });
  const changed = history?.rounds[0]?.changes.map(({ changedAt }) => changedAt) ?? [];
  expect(changed).toEqual(changed.toSorted((one, other) => one - other));
});
