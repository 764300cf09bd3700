import { expect, test } from 'vitest';
import type { Report } from '../../src/index.ts';
import type { Desk } from './desk.ts';
import type { NewDesk } from './store-contract.ts';

/** The one report that is due. */
async function onlyDue(desk: Desk): Promise<Report> {
  const [report, ...others] = await desk.claimReports();
  if (report === undefined || others.length > 0) throw new Error(`one report should be due, not ${others.length + (report ? 1 : 0)}`);
  return report;
}

/** Reports owed to Taxi Navigator. */
export function reportContract(newDesk: NewDesk): void {
  test('what a claim has claimed whose answer was lost is given back to who says what it holds [reading 34]', async () => {
    await using desk = newDesk();
    for (const n of [1, 2, 3]) await desk.accept(n);
    const [held, ...lost] = await desk.claimReports();
    expect(lost).toHaveLength(2);
    const { tracker, owner, north: columnId } = desk;
    const claim = { now: desk.now, ...owner, columnId, limit: 100 };
    expect((await tracker.claimReports(claim)).reports).toEqual([]);
    expect((await tracker.claimReports({ ...claim, token: owner.token + 1, holds: [] })).reports).toEqual([]);
    const holds = held === undefined ? [] : [held.reportId];
    const { reports } = await tracker.claimReports({ ...claim, holds });
    expect(reports.map(({ reportId }) => reportId)).toEqual(lost.map(({ reportId }) => reportId));
  });

  test('per GUID one after another, between GUIDs at once, across rounds [TN-13] [reading 34]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    await desk.accept(2);
    await desk.attempt('rejected');
    desk.now += 5_000;
    await desk.accept(1);
    const first = await desk.claimReports();
    expect(first.map(({ guid, status, state }) => ({ guid, status, state }))).toEqual([
      { guid: desk.guid(1), status: 'Queued', state: 'claimed' },
      { guid: desk.guid(2), status: 'Queued', state: 'claimed' },
    ]);
    expect(await desk.claimReports()).toEqual([]);
    const [one, two] = first;
    if (one === undefined || two === undefined) throw new Error('two reports');
    expect(await desk.settle(one, 'notSent')).toMatchObject({ state: 'pending' });
    expect(await desk.settle(two, 'taken')).toEqual({ state: 'delivered' });
    expect(await desk.claimReports()).toEqual([]);
    desk.now += 500;
    expect(await desk.deliver()).toEqual(['Queued', 'Active', 'Busy', 'Queued']);
  });

  test('limit takes the ones that are due longest, oldest first', async () => {
    await using desk = newDesk();
    for (const n of [1, 2, 3]) await desk.accept(n);
    expect((await desk.claimReports(2)).map((report) => report.guid)).toEqual([desk.guid(1), desk.guid(2)]);
    expect((await desk.claimReports(2)).map((report) => report.guid)).toEqual([desk.guid(3)]);
  });

  test('a column has its own reports', async () => {
    await using desk = newDesk();
    await desk.accept(1, { columnId: desk.south });
    expect(await desk.claimReports()).toEqual([]);
    expect(await desk.deliver(desk.south)).toEqual(['Queued']);
  });

  test('undelivered reports are tried again, later and later, and nextAt says when [reading 34]', async () => {
    await using desk = newDesk({ delivery: { jitter: 0 } });
    await desk.accept(1);
    for (const pause of [500, 1_000, 2_000, 5_000, 10_000, 30_000, 30_000]) {
      const report = await onlyDue(desk);
      expect(await desk.settle(report, 'inDoubt')).toEqual({ state: 'pending', nextTryAt: desk.now + pause });
      expect(await desk.tracker.claimReports({ now: desk.now, ...desk.owner, columnId: desk.north, limit: 9 })).toEqual({
        reports: [],
        nextAt: desk.now + pause,
      });
      desk.now += pause;
    }
    const { changes } = await desk.round(1);
    expect(changes[0]?.reports).toMatchObject([{ tries: 7, lastEvidence: 'inDoubt', state: 'pending', nextTryAt: desk.now }]);
    expect(await desk.deliver()).toEqual(['Queued']);
  });

  test('silence counts as delivered, until the address has ever ACKed [reading 34]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    expect(await desk.settle(await onlyDue(desk), 'unconfirmed')).toEqual({ state: 'delivered' });
    await desk.accept(2);
    expect(await desk.settle(await onlyDue(desk), 'acknowledged')).toEqual({ state: 'delivered' });
    await desk.accept(3);
    const third = await onlyDue(desk);
    expect(await desk.settle(third, 'unconfirmed')).toMatchObject({ state: 'pending' });
    desk.now += 1_000;
    expect(await desk.settle(await onlyDue(desk), 'unconfirmed', `${desk.north}:other`)).toEqual({ state: 'delivered' });
  });

  test('three ACKs with another Error make a dead letter, which blocks nobody [reading 34]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    await desk.attempt('rejected');
    for (const state of ['pending', 'pending', 'dead']) {
      expect(await desk.settle(await onlyDue(desk), 'refused')).toMatchObject({ state });
      desk.now += 60_000;
    }
    expect(await desk.deliver()).toEqual(['Active', 'Busy']);
    const { lines } = await desk.tracker.reports({ state: 'dead', columnId: desk.north });
    expect(lines).toMatchObject([{ status: 'Queued', tries: 3, lastEvidence: 'refused', state: 'dead' }]);
  });

  test('after 7 days a report is a dead letter; redrive makes it pending, unless a later one was delivered [reading 34]', async () => {
    await using desk = newDesk();
    const { tracker } = desk;
    await desk.accept(1);
    await desk.accept(2);
    await tracker.cancel({ now: desk.now, columnId: desk.north, guid: desk.guid(1) });
    desk.now += 7 * 86_400_000;
    for (const report of await desk.claimReports()) expect(await desk.settle(report, 'notSent')).toEqual({ state: 'dead' });
    expect(await desk.deliver()).toEqual(['Canceled']);
    expect(await tracker.redrive({ now: desk.now, columnId: desk.south })).toBe(0);
    expect(await tracker.redrive({ now: desk.now, columnId: desk.north })).toBe(1);
    expect(await tracker.redrive({ now: desk.now, columnId: desk.north })).toBe(0);
    desk.now += 1_000;
    expect(await desk.settle(await onlyDue(desk), 'notSent')).toMatchObject({ state: 'pending' });
    desk.now += 1_000;
    expect(await desk.deliver()).toEqual(['Queued']);
    const { lines } = await tracker.reports({ state: 'dead', columnId: desk.north });
    expect(lines.map((report) => report.guid)).toEqual([desk.guid(1)]);
    expect(await tracker.redrive({ now: desk.now, reportId: lines[0]?.reportId ?? 0 })).toBe(0);
  });

  test('redriven letters go before what waits behind them', async () => {
    await using desk = newDesk({ delivery: { refusals: 1 } });
    await desk.accept(1);
    await desk.settle(await onlyDue(desk), 'refused');
    await desk.attempt('rejected');
    await desk.settle(await onlyDue(desk), 'refused');
    expect(await desk.tracker.redrive({ now: desk.now, columnId: desk.north })).toBe(2);
    expect(await desk.deliver()).toEqual(['Queued', 'Active', 'Busy']);
  });

  test('a settled report stays as it is', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    const report = await onlyDue(desk);
    await desk.settle(report, 'taken');
    expect(await desk.settle(report, 'notSent')).toEqual({ state: 'delivered' });
    await expect(desk.settle({ ...report, reportId: 999_999_999 }, 'taken')).rejects.toMatchObject({ code: 'TRACKING_COMMAND_INVALID' });
  });

  test('coalesceLate drops what is not final and late, never the newest nor a final one [reading 34]', async () => {
    await using desk = newDesk({ delivery: { coalesceLate: true } });
    await desk.accept(1);
    await desk.attempt('busy', 'ringing');
    expect(await desk.deliver()).toEqual(['Queued']);
    const { changes } = await desk.round(1);
    expect(changes.map((change) => change.reports[0]?.state)).toEqual(['superseded', 'superseded', 'superseded', 'delivered']);
    desk.now += 30_000;
    await desk.attempt('rejected');
    desk.now += 5_000;
    await desk.accept(1);
    expect(await desk.deliver()).toEqual(['Busy', 'Queued']);
  });

  test('resend owes the current status once more', async () => {
    await using desk = newDesk();
    const resend = (n: number) => desk.tracker.resend({ now: desk.now, columnId: desk.north, guid: desk.guid(n) });
    await desk.accept(1);
    await desk.attempt('rejected');
    expect(await resend(1)).toBe(true);
    expect(await resend(2)).toBe(false);
    expect(await desk.deliver()).toEqual(['Queued', 'Active', 'Busy', '(Busy)']);
  });

  test('a claim that nobody settles is given back after 5 minutes, or at once by recover of its node', async () => {
    await using desk = newDesk();
    const { tracker, owner } = desk;
    await desk.accept(1);
    const report = await onlyDue(desk);
    await tracker.recover({ now: desk.now, node: 'bridge-2', token: 0 });
    expect(await desk.claimReports()).toEqual([]);
    await tracker.recover({ now: desk.now, ...owner });
    expect(await desk.claimReports()).toEqual([report]);
    desk.now += 300_001;
    expect(await desk.claimReports()).toEqual([report]);
  });
}
