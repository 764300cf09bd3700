import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandFunction } from '../../src/command.ts';
import { requireLease } from '../../src/commands/lease.ts';
import type { Guarded, Store } from '../../src/index.ts';
import { openPostgresStore } from '../../src/postgres/index.ts';
import { openPostgresStoreWith } from '../../src/postgres/store.ts';
import { Desk, phone, type PolicyChange } from '../contract/desk.ts';
import { connectClient } from './client.ts';
import { withPostgres } from './server.ts';

const NODES = ['bridge-1', 'bridge-2', 'bridge-3'];
const OPEN: PolicyChange = { limits: { perPeerPerMinute: 0, perCalleePerHour: 0 }, delivery: { jitter: 0 } };

await withPostgres({ fsync: false }, (server) => {
  let stores: readonly Store[];
  let place = 0;
  beforeAll(async () => {
    stores = await Promise.all(NODES.map(() => openPostgresStore({ url: server.url, connections: 4 })));
  });
  afterAll(() => Promise.all(stores.map((store) => store.close())));

  /** The same columns and GUIDs from each node. */
  const desks = (change: PolicyChange = {}): [Desk, ...Desk[]] => {
    place += 1;
    const [first, ...others] = stores.map(
      (store) => new Desk(store, { ...OPEN, ...change }, { name: `${place}-`, firstGuid: place * 1_000, now: place * 1e9 }),
    );
    if (first === undefined) throw new Error('no store');
    return [first, ...others];
  };
  const owner = (n: number) => ({ node: NODES[n] ?? '', token: 0 });

  test('channels, the reserve and one call per phone hold over nodes that claim and open at once', async () => {
    const nodes = desks({ capacity: { channels: 6, reserve: 1 } });
    await using desk = nodes[0];
    const { now, north: columnId } = desk;
    // Two SayTexts to each number, through any node.
    await Promise.all(Array.from({ length: 20 }, (_, n) => (nodes[n % 3] ?? desk).accept(n, { phone: phone(n % 10) })));
    const asked = await Promise.all(
      Array.from({ length: 18 }, (_, n) => {
        const { tracker } = nodes[n % 3] ?? desk;
        if (n % 3 === 2) return tracker.openCall({ now, ...owner(n % 3), kind: 'Dial', columnId, peer: `peer ${n}`, tel1: phone(100 + n) });
        return tracker.claimCall({ now, ...owner(n % 3) });
      }),
    );
    const claimed = asked.flatMap((answer) => ('call' in answer && answer.call !== undefined ? [answer.call.phone] : []));
    const opened = asked.flatMap((answer) => ('callId' in answer ? [answer.callId] : []));
    expect(claimed.length + opened.length).toBe(6);
    expect(claimed.length).toBeLessThanOrEqual(5);
    expect(new Set(claimed).size).toBe(claimed.length);
    expect(new Set(opened).size).toBe(opened.length);
    for (const n of [0, 1, 2]) await desk.tracker.recover({ now, ...owner(n) });
  });

  test('limits hold over nodes', async () => {
    const nodes = desks({ limits: { perPeerPerMinute: 7 } });
    await using desk = nodes[0];
    const peer = `${desk.north}-peer`;
    const results = await Promise.all(Array.from({ length: 30 }, (_, n) => (nodes[n % 3] ?? desk).accept(n, { peer })));
    expect(results.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(7);
  });

  test('the same SayText through every node at once is one notification', async () => {
    const nodes = desks();
    await using desk = nodes[0];
    for (let n = 1; n <= 10; n += 1) {
      const results = await Promise.all(nodes.map((node) => node.accept(n)));
      expect(results.map(({ outcome }) => outcome).toSorted()).toEqual(['accepted', 'duplicate', 'duplicate']);
    }
    expect((await desk.history(3)).rounds).toHaveLength(1);
  });

  test('no report is with two nodes, none before its predecessor is settled, and none is forgotten', async () => {
    const nodes = desks({ capacity: { channels: 40, reserve: 0 } });
    await using desk = nodes[0];
    const guids = 12;
    for (let n = 1; n <= guids; n += 1) await desk.accept(n);
    const inFlight = new Set<string>();
    const sent = new Map<string, string[]>();
    let over = false;
    const deliver = async (n: number): Promise<void> => {
      const node = nodes[n] ?? desk;
      for (let idle = 0; idle < 3;) {
        const { reports } = await node.tracker.claimReports({ now: desk.now, ...owner(n), columnId: desk.north, limit: 3 });
        if (reports.length === 0 && over) idle += 1;
        for (const { guid } of reports) {
          expect(inFlight, 'a report of this GUID is with another').not.toContain(guid);
          inFlight.add(guid);
        }
        await Promise.all(
          reports.map(async ({ reportId, guid, status }) => {
            sent.set(guid, [...(sent.get(guid) ?? []), status]);
            inFlight.delete(guid);
            await node.tracker.settleReport({ now: desk.now, ...owner(n), reportId, evidence: 'taken', address: desk.address, random: 0 });
          }),
        );
      }
    };
    const dial = async (): Promise<void> => {
      const started: string[] = [];
      for (let n = 1; n <= guids; n += 1) started.push(await desk.dial());
      // What is learnt of calls meets deliveries of the same GUIDs.
      await Promise.all(
        started.map(async (callId, n) => {
          const node = nodes[n % 3] ?? desk;
          await node.progress(callId, 'ringing');
          await node.progress(callId, 'answered');
          await node.end(callId, 'answered');
        }),
      );
      over = true;
    };
    await Promise.all([deliver(0), deliver(1), deliver(2), dial()]);
    expect([...sent.values()]).toEqual(Array.from({ length: guids }, () => ['Queued', 'Active', 'Done']));
  });

  test('the feed of changes misses none, however many nodes write', async () => {
    const nodes = desks({ capacity: { channels: 40, reserve: 0 } });
    await using desk = nodes[0];
    const seen: number[] = [];
    const start = (await desk.tracker.changes({ after: 0 })).at(-1)?.change ?? 0;
    const written = new AbortController();
    const look = async (): Promise<void> => {
      for (;;) {
        const last = written.signal.aborted;
        const changes = await desk.tracker.changes({ after: seen.at(-1) ?? start });
        seen.push(...changes.map(({ change }) => change));
        if (last && changes.length === 0) return;
      }
    };
    const looking = look();
    await Promise.all(
      Array.from({ length: 24 }, async (_, n) => {
        const node = nodes[n % 3] ?? desk;
        await node.accept(n);
        const callId = await node.dial();
        await node.progress(callId, 'ringing');
        await node.end(callId, 'rejected');
      }),
    );
    written.abort();
    await looking;
    expect(seen).toEqual((await desk.tracker.changes({ after: start })).map(({ change }) => change));
    expect(seen).toHaveLength(72);
  });

  test('of many that take a lease at once one has it, and what the loser had begun is not stored', async () => {
    const nodes = desks();
    await using desk = nodes[0];
    const { now } = desk;
    const lease = `${desk.north}-pbx`;
    const seen = await desk.tracker.takeLease({ now, lease, node: 'old' });
    if (seen === undefined) throw new Error('not taken');
    await desk.accept(1);
    const claims = Promise.allSettled(
      Array.from({ length: 5 }, () => desk.tracker.claimCall({ now, node: 'old', token: seen.token, lease })),
    );
    const taken = await Promise.all(
      nodes.flatMap((node, n) => [0, 1, 2].map(() => node.tracker.takeLease({ now, lease, seen, node: NODES[n] ?? '' }))),
    );
    expect(taken.filter((state) => state !== undefined)).toHaveLength(1);
    const [winner] = taken.filter((state) => state !== undefined);
    const refused = (await claims).filter((claim) => claim.status === 'rejected');
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'TRACKING_LEASE_LOST' });
    await expect(desk.tracker.claimCall({ now, node: 'old', token: seen.token, lease })).rejects.toMatchObject({
      code: 'TRACKING_LEASE_LOST',
    });
    await desk.tracker.recover({ now, node: winner?.node ?? '', token: winner?.token ?? 0, lease });
    expect((await desk.tracker.claimCall({ now, node: winner?.node ?? '', token: winner?.token ?? 0, lease })).call).toBeDefined();
    await desk.tracker.recover({ now, node: winner?.node ?? '', token: winner?.token ?? 0, lease });
  });

  test('a lease is not taken while a command that it guards is on its way to its COMMIT', async () => {
    const [desk] = desks();
    const { now } = desk;
    const lease = `${desk.north}-pbx`;
    const seen = await desk.tracker.takeLease({ now, lease, node: 'old' });
    if (seen === undefined) throw new Error('not taken');
    const checked = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const pause: CommandFunction = async (trx, owner: Guarded) => {
      await requireLease(trx, owner);
      checked.resolve();
      await goOn.promise;
      return { result: 'committed', events: [] };
    };
    await using slow = await openPostgresStoreWith({ url: server.url, connections: 2 }, { commands: { pause } });
    const client = await connectClient(server.url);
    const guarded = slow.run('pause', { node: 'old', token: seen.token, lease });
    await checked.promise;
    const order: string[] = [];
    const taking = desk.tracker.takeLease({ now, lease, seen, node: 'new' }).then(() => order.push('taken'));
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'update "lease"%'`;
    await expect.poll(async () => (await client.rows(waiting)).length).toBe(1);
    await client.end();
    goOn.resolve();
    await guarded.then(() => order.push('committed'));
    await taking;
    expect(order).toEqual(['committed', 'taken']);
    await expect(slow.run('pause', { node: 'old', token: seen.token, lease })).rejects.toMatchObject({ code: 'TRACKING_LEASE_LOST' });
  });

  test('an intent is either taken by the holder or withdrawn by its node, never both', async () => {
    const nodes = desks({ capacity: { channels: 50, reserve: 0 } });
    const [desk, other = desk] = nodes;
    const { now, north: columnId } = desk;
    const lease = `${desk.north}-pbx`;
    const held = await desk.tracker.takeLease({ now, lease, node: 'holder' });
    const holder = { node: 'holder', token: held?.token ?? 0, lease };
    const callIds: string[] = [];
    for (let n = 1; n <= 12; n += 1) {
      const opened = await other.tracker.openCall({
        now,
        ...owner(1),
        lease,
        intent: true,
        kind: 'Dial',
        columnId,
        peer: `p${n}`,
        tel1: phone(200 + n),
      });
      if (opened.outcome === 'opened') callIds.push(opened.callId);
    }
    const [withdrawn, ...takes] = await Promise.all([
      Promise.all(callIds.map(async (callId) => ({ callId, done: await other.tracker.withdrawIntent({ now, callId }) }))),
      desk.tracker.takeIntents({ now, ...holder }),
      desk.tracker.takeIntents({ now, ...holder }),
    ]);
    const given = takes.flat().map((intent) => intent.callId);
    const refused = withdrawn.filter(({ done }) => done).map(({ callId }) => callId);
    expect([...given, ...refused].toSorted()).toEqual(callIds.toSorted());
    for (const callId of given) await desk.tracker.closeCall({ now, ...holder, callId, outcome: 'answered' });
  });
});
