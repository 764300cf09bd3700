import { expect, test } from 'vitest';
import { phone, type Desk } from './desk.ts';
import type { NewDesk } from './store-contract.ts';

/** The desk's node as the holder of a lease of its own. */
export async function holder(desk: Desk, node = 'bridge-1', name = `${desk.north}-pbx`) {
  const seen = await desk.tracker.lease({ lease: name });
  const taken = await desk.tracker.takeLease({ now: desk.now, lease: name, node, ...(seen === undefined ? {} : { seen }) });
  if (taken === undefined) throw new Error('not taken');
  return { node, token: taken.token, lease: name };
}

const lost = { code: 'TRACKING_LEASE_LOST' };

/** Leases of PBXs, and nodes that are gone. */
export function leaseContract(newDesk: NewDesk): void {
  test('a lease is taken as it was seen, with a higher token each time; whoever saw less loses', async () => {
    await using desk = newDesk();
    const { tracker, now } = desk;
    const lease = `${desk.north}-pbx`;
    expect(await tracker.lease({ lease })).toBeUndefined();
    const first = await tracker.takeLease({ now, lease, node: 'one' });
    expect(first).toEqual({ lease, node: 'one', token: 1, counter: 1 });
    expect(await tracker.takeLease({ now, lease, node: 'two' })).toBeUndefined();
    expect(await tracker.renewLease({ now, lease, node: 'one', token: 1 })).toBe(true);
    expect(await tracker.takeLease({ now, lease, node: 'two', ...(first === undefined ? {} : { seen: first }) })).toBeUndefined();
    const seen = await tracker.lease({ lease });
    expect(seen).toEqual({ lease, node: 'one', token: 1, counter: 2 });
    if (seen === undefined) throw new Error('no lease');
    expect(await tracker.takeLease({ now, lease, node: 'two', seen })).toEqual({ lease, node: 'two', token: 2, counter: 3 });
    expect(await tracker.renewLease({ now, lease, node: 'one', token: 1 })).toBe(false);
    expect(await tracker.releaseLease({ now, lease, node: 'one', token: 1 })).toBe(false);
    expect(await tracker.releaseLease({ now, lease, node: 'two', token: 2 })).toBe(true);
    const released = await tracker.lease({ lease });
    expect(released).toEqual({ lease, token: 2, counter: 4 });
    if (released === undefined) throw new Error('no lease');
    expect(await tracker.takeLease({ now, lease, node: 'one', seen: released })).toMatchObject({ token: 3 });
  });

  test('what a lease guards is refused to whoever lost it, and nothing of it is stored', async () => {
    await using desk = newDesk({ capacity: { channels: 9 } });
    const { tracker, now, north: columnId } = desk;
    const old = await holder(desk);
    for (const n of [1, 2]) await desk.accept(n);
    const first = await tracker.claimCall({ now, ...old });
    const second = await tracker.claimCall({ now, ...old });
    const started = await tracker.startAttempt({ now, ...old, roundId: first.call?.roundId ?? 0 });
    const callId = started?.callId ?? '';
    await tracker.attemptTaken({ now, ...old, callId });
    const next = await holder(desk, 'bridge-2');
    const dial = { kind: 'Dial', columnId, peer: '127.0.0.1', tel1: phone(9) } as const;
    const refused = [
      () => tracker.claimCall({ now, ...old }),
      () => tracker.startAttempt({ now, ...old, roundId: second.call?.roundId ?? 0 }),
      () => tracker.attemptTaken({ now, ...old, callId }),
      () => tracker.attemptProgressed({ now, ...old, callId, progress: 'answered' }),
      () => tracker.endAttempt({ now, ...old, callId, outcome: 'busy' }),
      () => tracker.openCall({ now, ...old, ...dial }),
      () => tracker.recover({ now, ...old }),
      () => tracker.takeIntents({ now, ...old }),
    ];
    for (const command of refused) await expect(command()).rejects.toMatchObject(lost);
    expect(await desk.statuses(1)).toEqual(['Queued']);
    const opened = await tracker.openCall({ now, ...next, ...dial });
    if (opened.outcome !== 'opened') throw new Error('not opened');
    const close = { now, callId: opened.callId, outcome: 'answered' } as const;
    await expect(tracker.closeCall({ ...old, ...close })).rejects.toMatchObject(lost);
    await tracker.closeCall({ ...next, ...close });
    await tracker.attemptProgressed({ now, ...next, callId, progress: 'answered' });
    await tracker.endAttempt({ now, ...next, callId, outcome: 'answered' });
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Done!']);
    await expect(tracker.claimCall({ now, node: 'bridge-1', token: 0, lease: 'never taken' })).rejects.toMatchObject(lost);
  });

  test('a successor finds what is alive on its PBX and gets its claims back; other PBXs are left alone', async () => {
    await using desk = newDesk({ capacity: { channels: 9 } });
    const { tracker, now, north: columnId } = desk;
    const old = await holder(desk);
    const other = await holder(desk, 'bridge-3', `${desk.north}-other-pbx`);
    for (const n of [1, 2, 3, 4]) await desk.accept(n);
    const dial = async (owner: typeof old): Promise<string> => {
      const { call } = await tracker.claimCall({ now, ...owner });
      return (await tracker.startAttempt({ now, ...owner, roundId: call?.roundId ?? 0 }))?.callId ?? '';
    };
    const alive = await dial(old);
    await dial(other);
    const claimed = await tracker.claimCall({ now, ...old });
    await tracker.claimCall({ now, ...other });
    await tracker.openCall({ now, ...old, kind: 'Dial', columnId, peer: '127.0.0.1', tel1: phone(8) });
    await tracker.openCall({ now, ...other, kind: 'Dial', columnId, peer: '127.0.0.1', tel1: phone(9) });
    expect(await desk.claim()).toBeUndefined();
    const [report] = await desk.claimReports(1);
    const next = await holder(desk, 'bridge-2');
    const recovery = await tracker.recover({ now, ...next });
    expect(recovery.attempts.map((attempt) => attempt.callId)).toEqual([alive]);
    expect(recovery.calls).toMatchObject([{ kind: 'Dial' }]);
    expect((await tracker.claimCall({ now, ...next })).call).toEqual(claimed.call);
    expect(await desk.claim()).toBeUndefined();
    const { lines } = await tracker.reports({ state: 'pending', columnId });
    expect(lines.find(({ reportId }) => reportId === report?.reportId)?.state).toBe('claimed');
  });

  test('a node whose heart has stood still is forgotten: its reports are due again; one that has moved is not', async () => {
    await using desk = newDesk();
    const { tracker, now, north: columnId } = desk;
    const owner = { node: `${desk.north}-node`, token: 0 };
    const seen = async () => (await tracker.nodes()).find(({ node }) => node === owner.node);
    await tracker.renew({ now, ...owner });
    await desk.accept(1);
    await tracker.claimReports({ now, ...owner, columnId, limit: 9 });
    const before = await seen();
    await tracker.renew({ now, ...owner });
    if (before === undefined) throw new Error('no node');
    expect(await tracker.forgetNode({ now, seen: before })).toBe(false);
    expect(await desk.claimReports()).toEqual([]);
    expect(await tracker.forgetNode({ now, seen: { ...before, beat: before.beat + 1 } })).toBe(true);
    expect(await seen()).toBeUndefined();
    const [report] = await desk.claimReports();
    if (report === undefined) throw new Error('no report');
    const settled = { now, reportId: report.reportId, address: desk.address, random: 0.5 };
    // The thawed node tells what became of its last sending; the report is with another now.
    expect(await tracker.settleReport({ ...settled, ...owner, evidence: 'notSent' })).toMatchObject({ state: 'claimed' });
    expect(await desk.claimReports()).toEqual([]);
    expect(await tracker.settleReport({ ...settled, ...owner, evidence: 'taken' })).toEqual({ state: 'delivered' });
  });

  test('claims of another node are not judged by the own clock before an hour has passed', async () => {
    await using desk = newDesk({ redial: { timeToLiveMs: 86_400_000 } });
    const { tracker, north: columnId } = desk;
    const other = { node: 'bridge-9', token: 0 };
    await desk.accept(1);
    const claimed = await tracker.claimCall({ now: desk.now, ...other });
    const { reports } = await tracker.claimReports({ now: desk.now, ...other, columnId, limit: 9 });
    desk.now += 3_600_000;
    expect([await desk.claim(), await desk.claimReports()]).toEqual([undefined, []]);
    desk.now += 1;
    expect([await desk.claim(), await desk.claimReports()]).toEqual([claimed.call, reports]);
  });
}
