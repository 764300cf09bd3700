import { expect, test } from 'vitest';
import { Desk, phone } from './contract/desk.ts';
import { openInProcessStore, type InProcessStore } from './in-process-store.ts';

/** Tables that grow with history. */
const GROWING = ['round', 'attempt', 'status_change', 'report', 'call', 'call_leg'];
/** Partial indexes that hold only what is alive: at most as many rows as there are channels, senders, or open rounds of one phone. */
const SMALL = ['attempt_live', 'call_leg_live', 'call_live', 'round_claim', 'report_claim', 'round_expiry', 'call_intent'];

/** The steps of a statement's plan that go through a growing table from end to end. */
function scans(store: InProcessStore, statement: string): string[] {
  const parameters = Array.from({ length: statement.split('?').length - 1 }, () => 1);
  const plan = store.database.prepare(`explain query plan ${statement}`).all(...parameters) as { detail: string }[];
  return plan
    .map(({ detail }) => detail)
    .filter((detail) => {
      const table = /^SCAN (\w+)/.exec(detail)?.[1];
      if (table === undefined || !GROWING.some((name) => table === name || ['letter', 'owed', 'later', 'older'].includes(table)))
        return false;
      return !SMALL.some((index) => detail.includes(index));
    })
    .map((detail) => `${detail}: ${statement}`);
}

/** Runs the work and gives the statements it was the first to use, and how many it ran. */
async function statementsOf(
  store: InProcessStore,
  work: () => Promise<unknown>,
): Promise<{ readonly used: string[]; readonly count: number }> {
  const before = store.executions();
  await work();
  return { used: [...store.statements()], count: store.executions() - before };
}

test('no command scans a table that grows', async () => {
  const store = openInProcessStore();
  await using desk = new Desk(store, { capacity: { channels: 9, routes: { mobile: 0 } } });
  const { tracker, owner } = desk;
  const columnId = desk.north;
  const { used } = await statementsOf(store, async () => {
    for (const n of [1, 2, 3]) await desk.accept(n);
    await desk.accept(2);
    await desk.accept(2, { text: 'other' });
    const callId = await desk.dial();
    await desk.accept(1, { text: 'other' });
    await desk.progress(callId, 'ringing');
    await tracker.attemptTaken({ now: desk.now, callId });
    await tracker.openCall({ now: desk.now, ...owner, kind: 'Conference', columnId, peer: '127.0.0.1', tel1: phone(8), tel2: phone(9) });
    await desk.end(callId, 'busy');
    await desk.attempt('answered', 'answered');
    const claimed = await desk.claim();
    await tracker.releaseClaim({ now: desk.now, roundId: claimed?.roundId ?? 0, why: 'shutdown' });
    for (const report of await desk.claimReports()) await desk.settle(report, 'refused');
    desk.setPolicy({ delivery: { coalesceLate: true } });
    desk.now += 1_000;
    await desk.deliver();
    await tracker.reachedInbound({ now: desk.now, phone: phone(3) });
    await tracker.cancel({ now: desk.now, columnId, guid: desk.guid(1) });
    await tracker.resend({ now: desk.now, columnId, guid: desk.guid(1) });
    const { calls } = await tracker.recover({ now: desk.now, ...owner });
    for (const call of calls) await tracker.closeCall({ now: desk.now, callId: call.callId, outcome: 'answered' });
    desk.now += 400_000;
    await desk.claim();
    await desk.history(1);
    await tracker.list({ phone: phone(1) });
    const lease = await tracker.takeLease({ now: desk.now, lease: 'pbx', node: 'gone' });
    if (lease === undefined) throw new Error('not taken');
    await desk.accept(4);
    const { call } = await tracker.claimCall({ now: desk.now, ...lease, node: 'gone' });
    await tracker.startAttempt({ now: desk.now, ...lease, node: 'gone', roundId: call?.roundId ?? 0 });
    expect(await tracker.leasesInUse()).toHaveLength(1);
    expect(await tracker.endAbandoned({ now: desk.now, seen: lease, talks: true })).toMatchObject({ attempts: [{}] });
  });
  expect(used.length).toBeGreaterThan(60);
  expect(
    used.filter((statement) => /^(select|update|delete|with)/.test(statement)).flatMap((statement) => scans(store, statement)),
  ).toEqual([]);
});

test('what looks at everything that is open looks at nothing else', async () => {
  const store = openInProcessStore();
  const desk = new Desk(store);
  await desk.tracker.shiftTimes({ now: desk.now, byMs: 1 });
  await desk.tracker.summary();
  await desk.tracker.list({ status: 'Done' });
  const open = /INDEX (round_open|report_owed|report_dead|attempt_live|call_leg_live)/;
  const found = store.statements().flatMap((statement) => scans(store, statement));
  expect(found.filter((scan) => !open.test(scan))).toEqual([]);
  expect(found.length).toBeGreaterThan(0);
});

test('the check of plans can fail', () => {
  const store = openInProcessStore();
  expect(scans(store, 'select * from "report" where "status" = ?')).toHaveLength(1);
  expect(scans(store, `select * from "round" where "column_id" = ? and "text" = ?`)).toHaveLength(1);
});

test('reports and rounds that are next are found by the index made for it', () => {
  const store = openInProcessStore();
  const plan = (statement: string): string =>
    (store.database.prepare(`explain query plan ${statement}`).all() as { detail: string }[]).map(({ detail }) => detail).join('; ');
  expect(
    plan(
      `select * from report where column_id = 'a' and head = 1 and state = 'pending' and next_try_at <= 1 order by next_try_at, report_id limit 9`,
    ),
  ).toBe('SEARCH report USING INDEX report_due (column_id=? AND next_try_at<?)');
  expect(
    plan(`select * from round where state = 'queued' and column_id = 'a' and next_attempt_at <= 1 order by next_attempt_at, id limit 1`),
  ).toBe('SEARCH round USING INDEX round_queue (column_id=? AND next_attempt_at<?)');
});

test('a new notification is stored with six statements', async () => {
  const store = openInProcessStore();
  await using desk = new Desk(store);
  await desk.accept(1);
  const { count } = await statementsOf(store, () => desk.accept(2));
  expect(count).toBeLessThanOrEqual(6);
});
