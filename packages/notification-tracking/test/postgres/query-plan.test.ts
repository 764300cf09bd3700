import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgresStoreWith } from '../../src/postgres/store.ts';
import type { Store } from '../../src/store.ts';
import { Desk, phone } from '../contract/desk.ts';
import { connectClient, type TestClient } from './client.ts';
import { withPostgres } from './server.ts';
import { spied } from './spied-driver.ts';

/** Tables that grow with history. */
const GROWING = ['round', 'attempt', 'status_change', 'report', 'call', 'call_leg'];

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly Plan[];
}

/** Partial indexes that hold only what is alive; to go through one of them is to look at what is open. */
const ALIVE =
  /attempt_live|call_leg_live|call_live|round_claim|report_claim|round_expiry|round_queue|call_intent|round_open|report_owed|report_dead/;

/** 5,000 notifications that are past: enough that scanning them is the worst plan. */
const HISTORY = `
  INSERT INTO round (column_id, canonical_guid, guid, round, latest, phone, text, peer, granted, state, "end", status, changed_at, accepted_at,
      expires_at, attempts, unreachable, extra_attempts, trunk_troubles, was_active, stale_claim)
    SELECT 'c' || n % 4, 'past ' || n, 'past ' || n, 1, 1, '+38050' || n % 2000, 'text', 'peer ' || n % 3, 1, 'final', 'result', 'Done', n, n,
      n, 1, 0, 0, 0, 1, 0 FROM generate_series(1, 5000) n;
  INSERT INTO attempt (round_id, column_id, phone, call_id, node, token, started_at, ended_at, outcome, counted)
    SELECT id, column_id, phone, 'past ' || id, 'a', 0, id, id, 'answered', 1 FROM round;
  INSERT INTO status_change (round_id, status, final, changed_at)
    SELECT id, 'Done', CASE kind WHEN 3 THEN 1 ELSE 0 END, id FROM round, generate_series(1, 3) kind;
  INSERT INTO report (change, thread, column_id, canonical_guid, guid, status, final, changed_at, repeat, state, head, tries, refusals, owed_at, next_try_at,
      settled_at)
    SELECT change, round_id, column_id, canonical_guid, guid, 'Done', final, 1, 0, 'delivered', 0, 1, 0, 1, 1, 1
      FROM status_change JOIN round ON round.id = round_id;
  INSERT INTO call (kind, column_id, peer, phone1, phone2, call_id, legs, started_at, ended_at, outcome)
    SELECT 'Dial', column_id, peer, phone, NULL, 'past d' || id, 1, id, id, 'answered' FROM round;
  INSERT INTO call_leg (call, column_id, phone, started_at, ended_at) SELECT id, column_id, phone1, id, id FROM call;
  ANALYZE`;

await withPostgres({ fsync: false }, (server) => {
  let client: TestClient;
  let store: Store;
  beforeAll(async () => {
    store = await openPostgresStoreWith({ url: server.url }, { driver: new URL('./spied-driver.ts', import.meta.url).href });
    client = await connectClient(server.url);
    await client.run(HISTORY);
  });
  afterAll(async () => {
    await client.end();
    await store.close();
  });

  const steps = (plan: Plan): readonly Plan[] => [plan, ...(plan.Plans ?? []).flatMap(steps)];
  /** The steps of a statement that go through a growing table from end to end. */
  const scans = async (statement: string, parameters: readonly unknown[]): Promise<readonly string[]> => {
    const [row] = await client.rows<{ 'QUERY PLAN': readonly { Plan: Plan }[] }>(`EXPLAIN (FORMAT JSON) ${statement}`, parameters);
    return (row?.['QUERY PLAN'] ?? [])
      .flatMap(({ Plan: plan }) => steps(plan))
      .filter((step) => GROWING.includes(step['Relation Name'] ?? ''))
      .filter((step) => /^(Seq|Index|Index Only) Scan$/.test(step['Node Type']))
      .filter((step) => step['Index Cond'] === undefined && !ALIVE.test(step['Index Name'] ?? ''))
      .map((step) => `${step['Node Type']} ${step['Relation Name']} ${step['Index Name'] ?? ''}: ${statement}`);
  };

  test('no command scans a table that grows', async () => {
    const desk = new Desk(store, { capacity: { channels: 9, routes: { mobile: 0 } } });
    const { tracker, owner, north: columnId } = desk;
    spied.statements.clear();
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
    desk.now += 1_000;
    await desk.deliver();
    await tracker.reachedInbound({ now: desk.now, phone: phone(3) });
    await tracker.cancel({ now: desk.now, columnId, guid: desk.guid(1) });
    await tracker.resend({ now: desk.now, columnId, guid: desk.guid(1) });
    const { calls } = await tracker.recover({ now: desk.now, ...owner });
    for (const call of calls) await tracker.closeCall({ now: desk.now, callId: call.callId, outcome: 'answered' });
    await tracker.erase({ now: desk.now, phone: phone(2) });
    desk.now += 400_000;
    await desk.claim();
    await desk.history(1);
    await tracker.list({ status: 'Queued' });
    await tracker.list({ phone: phone(1) });
    await tracker.callState({ callId: 'x' });
    const seen = await tracker.takeLease({ now: desk.now, lease: 'pbx', node: 'gone' });
    if (seen === undefined) throw new Error('not taken');
    await tracker.leasesInUse();
    await tracker.endAbandoned({ now: desk.now, seen, talks: true });
    const used = [...spied.statements].filter(([statement]) => /^(select|update|delete|with)/i.test(statement));
    expect(used.length).toBeGreaterThan(60);
    const found: string[] = [];
    for (const [statement, parameters] of used) found.push(...(await scans(statement, parameters)));
    expect(found).toEqual([]);
  });

  test('10,000 dead letters are driven anew within the time of a command, whatever is owed beside them', async () => {
    const columns = 'change, column_id, guid, status, final, changed_at, repeat, refusals, tries, owed_at, next_try_at';
    const letters = (
      state: string,
      settled: string,
      count: number,
    ) => `INSERT INTO report (canonical_guid, thread, state, head, settled_at, ${columns})
      SELECT '${state} ' || n, CASE '${state}' WHEN 'dead' THEN 1000000 ELSE 2000000 END + n, '${state}', CASE '${state}' WHEN 'dead' THEN 0 ELSE 1 END, ${settled}, ${columns}
        FROM (SELECT * FROM report LIMIT 1) one, generate_series(1, ${count}) n`;
    await client.run(`${letters('dead', '1', 10_000)}; ${letters('pending', 'NULL', 20_000)}`);
    const desk = new Desk(store);
    expect(await desk.tracker.redrive({ now: desk.now })).toBe(10_000);
    expect(await client.rows(`SELECT count(*)::int FROM report WHERE canonical_guid LIKE 'dead %' AND head = 1`)).toEqual([
      { count: 10_000 },
    ]);
  });

  test('the check of plans can fail', async () => {
    expect(await scans('SELECT * FROM report WHERE status = $1', ['Queued'])).toHaveLength(1);
    expect(await scans('SELECT * FROM round WHERE column_id = $1 AND text = $2', ['a', 'b'])).toHaveLength(1);
  });
});
