import { expect, test } from 'vitest';
import { Desk, guid, phone } from './contract/desk.ts';
import { openInProcessStore } from './in-process-store.ts';

const DAY_MS = 86_400_000;

test('one claimCall ends 100 expired rounds, claims none of the rest, and asks to be called again at once', async () => {
  await using desk = new Desk(openInProcessStore(), { limits: { perPeerPerMinute: 0 } });
  for (let n = 1; n <= 130; n += 1) await desk.accept(n);
  desk.now += 300_001;
  expect(await desk.tracker.claimCall({ now: desk.now, ...desk.owner })).toEqual({ nextAt: desk.now });
  expect((await desk.tracker.summary()).queued).toBe(30);
  expect(await desk.tracker.claimCall({ now: desk.now, ...desk.owner })).toEqual({});
  expect((await desk.tracker.summary()).queued).toBe(0);
});

test('one retain changes 500 rows', async () => {
  await using desk = new Desk(openInProcessStore());
  for (let n = 1; n <= 510; n += 1) await desk.accept(n, { refused: 'number' });
  const retain = () => desk.tracker.retain({ now: desk.now + 40 * DAY_MS, textDays: 30, numberDays: 180 });
  expect([await retain(), await retain(), await retain()]).toEqual([500, 10, 0]);
});

test('one erase changes 500 rows', async () => {
  await using desk = new Desk(openInProcessStore());
  for (let n = 1; n <= 505; n += 1) await desk.accept(n, { phone: phone(7), refused: 'number' });
  const erase = () => desk.tracker.erase({ now: desk.now, phone: phone(7) });
  expect([await erase(), await erase(), await erase()]).toEqual([500, 5, 0]);
});

test('one erase ends 100 rounds that are alive', async () => {
  await using desk = new Desk(openInProcessStore(), { limits: { perPeerPerMinute: 0 } });
  for (let n = 1; n <= 130; n += 1) await desk.accept(n, { phone: phone(7) });
  await desk.tracker.erase({ now: desk.now, phone: phone(7) });
  expect((await desk.tracker.summary()).queued).toBe(30);
});

test('legs that limits count are removed after a day, those of a live call are not', async () => {
  const store = openInProcessStore();
  await using desk = new Desk(store);
  const { tracker, owner } = desk;
  const open = (n: number) =>
    tracker.openCall({ now: desk.now, ...owner, kind: 'Dial', columnId: 'north', peer: '127.0.0.1', tel1: phone(n) });
  const first = await open(1);
  await open(2);
  if (first.outcome !== 'opened') throw new Error('not opened');
  await tracker.closeCall({ now: desk.now, callId: first.callId, outcome: 'answered' });
  const retain = (now: number) => tracker.retain({ now, textDays: 30, numberDays: 180 });
  expect(await retain(desk.now + DAY_MS)).toBe(0);
  expect(await retain(desk.now + DAY_MS + 1)).toBe(1);
  expect(store.database.prepare('select phone from call_leg').all()).toEqual([{ phone: phone(2) }]);
});

test('one redrive takes 10,000 dead letters, the oldest first', async () => {
  const store = openInProcessStore();
  await using desk = new Desk(store, { delivery: { refusals: 1 } });
  await desk.accept(1);
  const [report] = await desk.claimReports();
  if (report === undefined) throw new Error('no report');
  await desk.settle(report, 'refused');
  const columns =
    'change, column_id, guid, status, final, changed_at, repeat, state, head, tries, refusals, owed_at, next_try_at, settled_at';
  store.database.exec(`
    with recursive n(n) as (select 1 union all select n + 1 from n where n < 10000)
    insert into report (canonical_guid, thread, ${columns}) select 'G' || n, -n, ${columns} from n, report where report_id = ${report.reportId}`);
  expect(await desk.tracker.redrive({ now: desk.now })).toBe(10_000);
  expect((await desk.tracker.reports({ state: 'dead' })).lines).toHaveLength(1);
  expect(await desk.tracker.redrive({ now: desk.now })).toBe(1);
});

test('the installation is made once, by whoever needs it first, and kept', async () => {
  const store = openInProcessStore();
  await using desk = new Desk(store);
  const { installation } = await desk.tracker.recover({ now: desk.now, ...desk.owner });
  const other = new Desk(store, {}, { now: desk.now });
  expect((await other.tracker.recover({ now: desk.now, ...desk.owner })).installation).toBe(installation);
  await desk.accept(1);
  expect(await other.dial()).toBe(`taxinav-${installation}-1`);
});

test('serials are never used again, though rows are gone', async () => {
  const store = openInProcessStore();
  await using desk = new Desk(store);
  await desk.accept(1);
  await desk.attempt('rejected');
  store.database.exec('delete from attempt');
  await desk.accept(2);
  expect(await desk.dial()).toMatch(/-2$/);
  expect(desk.guid(1)).toBe(guid(1));
});

test('the database itself allows one final change a round, and one live attempt a phone', async () => {
  const store = openInProcessStore();
  await using desk = new Desk(store);
  await desk.accept(1);
  await desk.attempt('rejected');
  expect(() =>
    store.database.exec(
      'insert into status_change (round_id, status, final, changed_at) select round_id, status, 1, 0 from status_change where final = 1',
    ),
  ).toThrow('UNIQUE');
  await desk.accept(2);
  await desk.dial();
  expect(() =>
    store.database.exec(`insert into attempt (round_id, column_id, phone, node, token, started_at, counted)
      select round_id, 'south', phone, node, token, started_at, 0 from attempt where ended_at is null`),
  ).toThrow('UNIQUE');
});
