import { expect, test } from 'vitest';
import { phone, type Desk } from './desk.ts';
import { holder } from './lease-contract.ts';
import type { NewDesk } from './store-contract.ts';

const lost = { code: 'TRACKING_LEASE_LOST' };

async function inUse(desk: Desk, lease: string) {
  return (await desk.tracker.leasesInUse()).find((each) => each.lease === lease);
}

/** Claims and starts what is next, under a lease. */
async function dialUnder(desk: Desk, owner: Awaited<ReturnType<typeof holder>>): Promise<string> {
  const { tracker, now } = desk;
  const { call } = await tracker.claimCall({ now, ...owner });
  const started = await tracker.startAttempt({ now, ...owner, roundId: call?.roundId ?? 0 });
  if (started === undefined) throw new Error('not started');
  return started.callId;
}

/** PBXs that nobody comes back for. */
export function abandonedContract(newDesk: NewDesk): void {
  test('what rings on a PBX that nobody comes back for ends as lost: called again in time, with its last result after it; channel and phone are free [reading 31]', async () => {
    await using desk = newDesk({ capacity: { channels: 3, reserve: 0 } });
    const { tracker } = desk;
    const dead = await holder(desk, 'gone');
    for (const n of [1, 2]) await desk.accept(n);
    await desk.accept(3, { timeToLiveMs: 1_000 });
    const first = await dialUnder(desk, dead);
    await tracker.attemptProgressed({ now: desk.now, ...dead, callId: first, progress: 'ringing' });
    await dialUnder(desk, dead);
    await dialUnder(desk, dead);
    await desk.accept(4, { phone: phone(3) });
    expect(await desk.claim()).toBeUndefined();
    const seen = await inUse(desk, dead.lease);
    if (seen === undefined) throw new Error('not in use');
    expect(seen).toMatchObject({ node: 'gone', unanswered: 3, talking: 0 });
    desk.now += 10_000;
    desk.events.length = 0;
    const ended = await tracker.endAbandoned({ now: desk.now, seen, talks: false });
    expect(ended?.attempts.map(({ callId }) => callId)).toHaveLength(3);
    expect(desk.events.map(({ event }) => event)).toEqual(['changed', 'reportsOwed', 'callsQueued']);
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Unanswered', 'Queued']);
    expect(await desk.statuses(2)).toEqual(['Queued', 'Active', 'Unreachable', 'Queued']);
    expect(await desk.statuses(3)).toEqual(['Queued', 'Active', 'Unreachable!']);
    expect((await desk.round(1)).attempts).toMatchObject([{ outcome: 'lost', counted: true }]);
    expect(await inUse(desk, dead.lease)).toBeUndefined();
    // The fourth has waited for the phone of the third.
    expect((await desk.claim())?.phone).toBe(phone(3));
    desk.now += 60_000;
    expect((await desk.claim())?.guid).toBe(desk.guid(1));
  });

  test('the last attempt that was lost so gets one more within the time to live', async () => {
    await using desk = newDesk({ redial: { attempts: 1 } });
    const dead = await holder(desk, 'gone');
    await desk.accept(1);
    await dialUnder(desk, dead);
    const seen = await inUse(desk, dead.lease);
    if (seen === undefined) throw new Error('not in use');
    await desk.tracker.endAbandoned({ now: desk.now, seen, talks: false });
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Unreachable', 'Queued']);
    desk.now += 60_000;
    await desk.attempt('answered');
    expect((await desk.statuses(1)).at(-1)).toBe('Done!');
  });

  test('whoever moved the lease since it was seen lives: nothing is ended', async () => {
    await using desk = newDesk({ capacity: { channels: 9 } });
    const { tracker, now } = desk;
    const owner = await holder(desk);
    await desk.accept(1);
    const callId = await dialUnder(desk, owner);
    const seen = await inUse(desk, owner.lease);
    if (seen === undefined) throw new Error('not in use');
    await tracker.renewLease({ now, ...owner });
    expect(await tracker.endAbandoned({ now, seen, talks: true })).toBeUndefined();
    for (const other of [
      { ...seen, counter: seen.counter + 1, node: 'other' },
      { ...seen, counter: seen.counter + 1, token: seen.token + 1 },
    ])
      expect(await tracker.endAbandoned({ now, seen: other, talks: true })).toBeUndefined();
    expect(await desk.statuses(1)).toEqual(['Queued']);
    await tracker.endAttempt({ now, ...owner, callId, outcome: 'answered' });
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Done!']);
  });

  test('a holder that lives after all is refused, takes the lease with a higher token, and finds nothing left of what was ended', async () => {
    await using desk = newDesk({ capacity: { channels: 9 } });
    const { tracker, now } = desk;
    const frozen = await holder(desk);
    for (const n of [1, 2]) await desk.accept(n);
    const callId = await dialUnder(desk, frozen);
    const claimed = await tracker.claimCall({ now, ...frozen });
    const seen = await inUse(desk, frozen.lease);
    if (seen === undefined) throw new Error('not in use');
    expect(seen.unanswered).toBe(2);
    await tracker.endAbandoned({ now, seen, talks: false });
    expect(await tracker.renewLease({ now, ...frozen })).toBe(false);
    await expect(tracker.attemptProgressed({ now, ...frozen, callId, progress: 'answered' })).rejects.toMatchObject(lost);
    await expect(tracker.startAttempt({ now, ...frozen, roundId: claimed.call?.roundId ?? 0 })).rejects.toMatchObject(lost);
    const again = await holder(desk);
    expect(again.token).toBe(frozen.token + 2);
    expect((await tracker.recover({ now, ...again })).attempts).toEqual([]);
    // What it had only claimed was not called: it is the first to be.
    expect((await tracker.claimCall({ now, ...again })).call).toEqual(claimed.call);
  });

  test('what was answered, a Dial and a Conference end only with the talks; other PBXs are left alone', async () => {
    await using desk = newDesk({ capacity: { channels: 9, reserve: 0 } });
    const { tracker, now, north: columnId } = desk;
    const dead = await holder(desk, 'gone');
    const other = await holder(desk, 'bridge-3', `${desk.north}-other-pbx`);
    for (const n of [1, 2]) await desk.accept(n);
    const answered = await dialUnder(desk, dead);
    await tracker.attemptProgressed({ now, ...dead, callId: answered, progress: 'answered' });
    const elsewhere = await dialUnder(desk, other);
    const open = { now, columnId, peer: '127.0.0.1' };
    const dial = await tracker.openCall({ ...open, ...dead, kind: 'Dial', tel1: phone(7) });
    const conference = await tracker.openCall({ ...open, ...dead, kind: 'Conference', tel1: phone(8), tel2: phone(9) });
    if (dial.outcome !== 'opened' || conference.outcome !== 'opened') throw new Error('not opened');
    // Nobody has taken it: it is on no PBX.
    await tracker.openCall({ ...open, ...dead, kind: 'Dial', tel1: phone(6), intent: true });
    const seen = await inUse(desk, dead.lease);
    if (seen === undefined) throw new Error('not in use');
    expect(seen).toMatchObject({ unanswered: 0, talking: 3 });
    expect(await tracker.endAbandoned({ now, seen, talks: false })).toEqual({ attempts: [], calls: [] });
    const left = await inUse(desk, dead.lease);
    expect(left).toEqual({ lease: dead.lease, token: dead.token + 1, counter: seen.counter + 1, unanswered: 0, talking: 3 });
    if (left === undefined) throw new Error('not in use');
    expect(await tracker.endAbandoned({ now, seen: left, talks: true })).toEqual({
      attempts: [{ callId: answered, columnId }],
      calls: [
        { callId: dial.callId, columnId },
        { callId: conference.callId, columnId },
      ],
    });
    expect(await inUse(desk, dead.lease)).toBeUndefined();
    expect(await tracker.callState({ callId: dial.callId })).toMatchObject({ state: 'ended', outcome: 'lost' });
    // Its answer was told at once, and stays.
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Done!']);
    expect(await inUse(desk, other.lease)).toMatchObject({ unanswered: 1, talking: 0 });
    await tracker.endAttempt({ now, ...other, callId: elsewhere, outcome: 'busy' });
  });

  test('a node that is forgotten gives back what it has claimed under a lease; thawed, it starts no attempt of it', async () => {
    await using desk = newDesk({ capacity: { channels: 9 } });
    const { tracker, now } = desk;
    const frozen = await holder(desk, `${desk.north}-node`);
    const other = await holder(desk, 'bridge-3', `${desk.north}-other-pbx`);
    await desk.accept(1);
    await tracker.renew({ now, ...frozen });
    const { call } = await tracker.claimCall({ now, ...frozen });
    if (call === undefined) throw new Error('nothing claimed');
    const seen = (await tracker.nodes()).find(({ node }) => node === frozen.node);
    if (seen === undefined) throw new Error('no node');
    expect(await desk.claim()).toBeUndefined();
    expect(await tracker.forgetNode({ now, seen })).toBe(true);
    // Its lease is still its own: only the claim is not.
    expect(await tracker.startAttempt({ now, ...frozen, roundId: call.roundId })).toBeUndefined();
    expect((await tracker.claimCall({ now, ...other })).call).toEqual(call);
    expect(await tracker.startAttempt({ now, ...frozen, roundId: call.roundId })).toBeUndefined();
    const started = await tracker.startAttempt({ now, ...other, roundId: call.roundId });
    expect(await tracker.startAttempt({ now, ...frozen, roundId: call.roundId })).toBeUndefined();
    await tracker.endAttempt({ now, ...other, callId: started?.callId ?? '', outcome: 'answered' });
    expect((await desk.round(1)).attempts).toHaveLength(1);
  });
}
