import { expect, test } from 'vitest';
import { phone } from './desk.ts';
import type { NewDesk } from './store-contract.ts';

const DAY_MS = 86_400_000;

/** Restarts, lists, numbers, retention. */
export function upkeepContract(newDesk: NewDesk): void {
  test('recover gives back the claims of its node and lists what is alive', async () => {
    await using desk = newDesk({ capacity: { channels: 9 } });
    const { tracker, owner, north: columnId } = desk;
    for (const n of [1, 2, 3]) await desk.accept(n);
    const ringing = await desk.dial();
    const answered = await desk.dial();
    await desk.progress(answered, 'answered');
    const claimed = await desk.claim();
    const dial = await tracker.openCall({ now: desk.now, ...owner, kind: 'Dial', columnId, peer: '127.0.0.1', tel1: phone(8) });
    if (dial.outcome !== 'opened') throw new Error('not opened');
    expect((await tracker.recover({ now: desk.now, node: 'bridge-2', token: 0 })).attempts).toHaveLength(2);
    expect(await desk.claim()).toBeUndefined();
    const recovery = await tracker.recover({ now: desk.now, ...owner });
    expect(recovery.installation).toMatch(/^[0-9a-f]{8}$/);
    expect(ringing).toMatch(new RegExp(`^taxinav-${recovery.installation}-\\d+$`));
    expect(recovery.attempts).toMatchObject([
      { callId: ringing, columnId, guid: desk.guid(1), phone: phone(1), text: 'Your car is here', answered: false },
      { callId: answered, columnId, guid: desk.guid(2), phone: phone(2), answered: true },
    ]);
    expect(recovery.calls).toEqual([{ callId: dial.callId, columnId, kind: 'Dial' }]);
    expect(await desk.claim()).toEqual(claimed);
    expect((await tracker.recover({ now: desk.now, ...owner })).installation).toBe(recovery.installation);
  });

  test('a claim that nobody comes back for is given back after 5 minutes', async () => {
    await using desk = newDesk({ redial: { timeToLiveMs: 3_600_000 } });
    await desk.accept(1);
    const claimed = await desk.claim();
    desk.now += 300_001;
    expect(await desk.claim()).toEqual(claimed);
  });

  test('a lease can be renewed by its token and by a later one', async () => {
    await using desk = newDesk();
    const renewed = desk.tracker.renew({ now: desk.now, ...desk.owner });
    await expect(renewed).resolves.toBeUndefined();
    await expect(desk.tracker.renew({ now: desk.now, ...desk.owner, token: 2 })).resolves.toBeUndefined();
  });

  test('list: one line per GUID, the newest first, by page, status and phone', async () => {
    await using desk = newDesk();
    const { tracker, north: columnId } = desk;
    for (const n of [1, 2, 3]) await desk.accept(n);
    await desk.attempt('rejected');
    desk.now += 5_000;
    await desk.accept(1);
    await tracker.cancel({ now: desk.now, columnId, guid: desk.guid(3) });
    const first = await tracker.list({ columnId, limit: 2 });
    expect(first.lines.map((line) => line.guid)).toEqual([desk.guid(1), desk.guid(3)]);
    const { cursor = '' } = first;
    const second = await tracker.list({ columnId, limit: 2, cursor });
    expect(second.lines.map((line) => line.guid)).toEqual([desk.guid(2)]);
    expect(second.cursor).toBeUndefined();
    expect(first.lines[0]).toEqual({
      id: expect.any(Number) as number,
      columnId,
      guid: desk.guid(1),
      phone: phone(1),
      text: 'Your car is here',
      status: 'Queued',
      final: false,
      rounds: 2,
      attempts: 0,
      acceptedAt: desk.now,
      changedAt: desk.now,
      reportsOwed: 4,
    });
    const guids = async (query: Parameters<typeof tracker.list>[0]) =>
      (await tracker.list({ columnId, ...query })).lines.map((line) => line.guid);
    expect(await guids({ status: 'Canceled' })).toEqual([desk.guid(3)]);
    expect(await guids({ phone: phone(2) })).toEqual([desk.guid(2)]);
    expect(await guids({ status: 'Busy' })).toEqual([]);
  });

  test('changes is a feed that goes on where it stopped', async () => {
    await using desk = newDesk();
    const { tracker } = desk;
    await desk.accept(1);
    const start = desk.events.flatMap((event) => (event.event === 'changed' ? event.changes : []))[0]?.change ?? 0;
    await desk.attempt('answered', 'answered');
    const all = await tracker.changes({ after: start - 1 });
    expect(all.map(({ status, final }) => ({ status, final }))).toEqual([
      { status: 'Queued', final: false },
      { status: 'Active', final: false },
      { status: 'Done', final: true },
    ]);
    expect(await tracker.changes({ after: start, limit: 1 })).toEqual([all[1]]);
    expect(all).toEqual(desk.events.flatMap((event) => (event.event === 'changed' ? event.changes : [])));
  });

  test('reports are listed by page', async () => {
    await using desk = newDesk();
    const { tracker, north: columnId } = desk;
    for (const n of [1, 2, 3]) await desk.accept(n);
    const first = await tracker.reports({ state: 'pending', columnId, limit: 2 });
    expect(first.lines.map((line) => line.guid)).toEqual([desk.guid(1), desk.guid(2)]);
    const { cursor = '' } = first;
    expect((await tracker.reports({ state: 'pending', columnId, cursor })).lines.map((line) => line.guid)).toEqual([desk.guid(3)]);
  });

  test('summary counts what is open', async () => {
    await using desk = newDesk({ delivery: { refusals: 1 } });
    const { tracker } = desk;
    const oldest = desk.now;
    for (const n of [1, 2]) await desk.accept(n);
    desk.now += 1_000;
    await desk.accept(3, { columnId: desk.south });
    await desk.progress(await desk.dial(), 'ringing');
    const [report] = await desk.claimReports(1);
    if (report !== undefined) await desk.settle(report, 'refused');
    const summary = await tracker.summary();
    expect(summary.columns[desk.north]).toEqual({
      queued: 1,
      dialling: 1,
      channelsInUse: 1,
      reportsOwed: 2,
      oldestReportAt: oldest,
      deadLetters: 1,
    });
    expect(summary.columns[desk.south]).toMatchObject({ queued: 1, dialling: 0, channelsInUse: 0, reportsOwed: 1 });
    expect(summary).toMatchObject({ queued: 2, dialling: 1, channelsInUse: 1, oldestQueuedAt: oldest });
  });

  test('when the clock is set, what is due stays as far away as it was', async () => {
    await using desk = newDesk({ delivery: { jitter: 0 } });
    const { tracker, owner, north: columnId } = desk;
    await desk.accept(1);
    await desk.attempt('busy');
    const [report] = await desk.claimReports();
    if (report !== undefined) await desk.settle(report, 'notSent');
    const { changes } = await desk.round(1);
    for (const byMs of [3_600_000, -7_200_000]) {
      desk.now += byMs;
      await tracker.shiftTimes({ now: desk.now, byMs });
      expect(await tracker.claimCall({ now: desk.now, ...owner })).toEqual({ nextAt: desk.now + 30_000 });
      expect(await tracker.claimReports({ now: desk.now, ...owner, columnId, limit: 9 })).toEqual({ reports: [], nextAt: desk.now + 500 });
      expect((await desk.round(1)).expiresAt).toBe(desk.now + 300_000);
    }
    expect((await desk.round(1)).changes.map((change) => change.changedAt)).toEqual(changes.map((change) => change.changedAt));
    desk.now += 7 * 86_400_000 - 1;
    const settled: unknown[] = [];
    for (let sending = 1; sending <= 2; sending += 1) {
      for (const late of await desk.claimReports()) settled.push((await desk.settle(late, 'notSent')).state);
      desk.now += 1_000;
    }
    expect(settled).toEqual(['pending', 'dead']);
  });

  test('retain removes texts, then numbers, at most 500 rows a call, and never of what is alive', async () => {
    await using desk = newDesk();
    const { tracker } = desk;
    const retain = async (days: number): Promise<void> => {
      const now = desk.now + days * DAY_MS;
      while ((await tracker.retain({ now, textDays: 30, numberDays: 180 })) > 0);
    };
    await retain(0);
    await desk.accept(1);
    await desk.attempt('rejected');
    await desk.tracker.logCall({
      now: desk.now,
      kind: 'Call',
      columnId: desk.north,
      peer: '127.0.0.1',
      numbers: [phone(1)],
      outcome: 'acknowledged',
    });
    await desk.accept(2);
    await retain(30);
    expect(await desk.round(1)).toHaveProperty('text');
    await retain(31);
    expect(await desk.round(1)).not.toHaveProperty('text');
    expect(await desk.round(1)).toHaveProperty('phone', phone(1));
    expect(await desk.round(2)).toHaveProperty('text');
    await retain(181);
    expect(await desk.round(1)).not.toHaveProperty('phone');
    expect(await desk.round(2)).toHaveProperty('phone', phone(2));
    expect((await tracker.calls({ columnId: desk.north })).lines).toMatchObject([{ numbers: [] }]);
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Busy!']);
  });
}
