import { expect, test } from 'vitest';
import { phone, type Desk } from './desk.ts';
import type { NewDesk } from './store-contract.ts';

function dialCall(desk: Desk, n: number, columnId = desk.north, route1?: string) {
  const { now, owner } = desk;
  const route = route1 === undefined ? {} : { route1 };
  return desk.tracker.openCall({ now, ...owner, kind: 'Dial', columnId, peer: '127.0.0.1', tel1: phone(n), ...route });
}

/** Who is next, and how many at once. */
export function channelContract(newDesk: NewDesk): void {
  test('first in, first out within a column', async () => {
    await using desk = newDesk({ capacity: { channels: 9 } });
    for (const n of [3, 1, 2]) await desk.accept(n);
    expect([await desk.claim(), await desk.claim(), await desk.claim()].map((call) => call?.phone)).toEqual([phone(3), phone(1), phone(2)]);
  });

  test('columns take turns, however long one queue is', async () => {
    await using desk = newDesk({ capacity: { channels: 2, reserve: 1 } });
    for (const n of [1, 2, 3]) await desk.accept(n);
    for (const n of [4, 5]) await desk.accept(n, { columnId: desk.south });
    const order: (string | undefined)[] = [];
    for (let call = 1; call <= 5; call += 1) {
      const claimed = await desk.claim();
      order.push(claimed?.phone);
      await desk.tracker.releaseClaim({ now: desk.now, roundId: claimed?.roundId ?? 0, why: 'unspeakable' });
    }
    expect(order).toEqual([1, 4, 2, 5, 3].map(phone));
  });

  test('channels in all: the reserve is kept from notifications, a channel is free when the call has ended', async () => {
    await using desk = newDesk({ capacity: { channels: 3, reserve: 1 } });
    for (const n of [1, 2, 3]) await desk.accept(n);
    const first = await desk.dial();
    await desk.progress(await desk.dial(), 'answered');
    expect(await desk.claim()).toBeUndefined();
    const dial = await dialCall(desk, 8);
    expect(dial).toMatchObject({ outcome: 'opened' });
    expect(await dialCall(desk, 9)).toEqual({ outcome: 'refused', reason: 'no-channel' });
    await desk.end(first, 'rejected');
    expect(await desk.claim()).toBeUndefined();
    if (dial.outcome !== 'opened') throw new Error('not opened');
    await desk.tracker.closeCall({ now: desk.now, callId: dial.callId, outcome: 'answered' });
    expect(await desk.claim()).toMatchObject({ phone: phone(3) });
  });

  test('a column has its own channels', async () => {
    await using desk = newDesk();
    desk.setPolicy({ capacity: { channels: 9, columns: { [desk.north]: 1 } } });
    for (const n of [1, 2]) await desk.accept(n);
    await desk.accept(3, { columnId: desk.south });
    expect([(await desk.claim())?.phone, (await desk.claim())?.phone, await desk.claim()]).toEqual([phone(1), phone(3), undefined]);
    expect(await dialCall(desk, 9)).toEqual({ outcome: 'refused', reason: 'no-channel' });
    expect(await dialCall(desk, 9, desk.south)).toMatchObject({ outcome: 'opened' });
  });

  test('a route has its own channels, over all columns: who is to be called by one that is full is passed over', async () => {
    await using desk = newDesk({ capacity: { channels: 9, routes: { mobile: 1 } } });
    await desk.accept(1, { route: 'mobile' });
    await desk.accept(2, { route: 'mobile' });
    await desk.accept(3, { route: 'city' });
    await desk.accept(4, { route: 'mobile', columnId: desk.south });
    await desk.accept(5);
    const first = await desk.dial();
    expect((await desk.claim())?.phone).toBe(phone(3));
    expect((await desk.claim())?.phone).toBe(phone(5));
    // Nothing is to be looked for before the call ends: it announces that.
    expect(await desk.tracker.claimCall({ now: desk.now, ...desk.owner })).toEqual({ nextAt: desk.now + 300_001 });
    await desk.progress(first, 'answered');
    expect(await desk.claim()).toBeUndefined();
    await desk.end(first, 'answered');
    expect((await desk.claim())?.phone).toBe(phone(4));
    expect(await desk.claim()).toBeUndefined();
    desk.setPolicy({ capacity: { routes: { mobile: 2 } } });
    expect((await desk.claim())?.phone).toBe(phone(2));
    desk.setPolicy({ capacity: { routes: {} } });
    await desk.accept(6, { route: 'mobile' });
    expect((await desk.claim())?.phone).toBe(phone(6));
  });

  test('a route holds back Dial and Conference, each leg by its own; a claim holds its channel, and a call until it is closed', async () => {
    await using desk = newDesk({ capacity: { channels: 9, routes: { mobile: 1, city: 1 } } });
    const { tracker, owner, now } = desk;
    const conference = {
      now,
      ...owner,
      kind: 'Conference',
      columnId: desk.south,
      peer: '127.0.0.1',
      tel1: phone(7),
      tel2: phone(8),
    } as const;
    const refused = { outcome: 'refused', reason: 'no-channel' };
    await desk.accept(1, { route: 'mobile' });
    const claimed = await desk.claim();
    expect(await dialCall(desk, 9, desk.south, 'mobile')).toEqual(refused);
    expect(await tracker.openCall({ ...conference, route1: 'city', route2: 'mobile' })).toEqual(refused);
    expect(await dialCall(desk, 9, desk.south)).toMatchObject({ outcome: 'opened' });
    await tracker.releaseClaim({ now, roundId: claimed?.roundId ?? 0, why: 'unspeakable' });
    expect(await tracker.openCall({ ...conference, route1: 'mobile', route2: 'mobile' })).toEqual(refused);
    const joined = await tracker.openCall({ ...conference, route1: 'city', route2: 'mobile' });
    expect(joined).toMatchObject({ outcome: 'opened' });
    await desk.accept(2, { route: 'mobile' });
    expect(await desk.claim()).toBeUndefined();
    expect(await dialCall(desk, 6, desk.north, 'city')).toEqual(refused);
    if (joined.outcome !== 'opened') throw new Error('not opened');
    await tracker.closeCall({ now, callId: joined.callId, outcome: 'answered' });
    expect((await desk.claim())?.phone).toBe(phone(2));
    expect(await dialCall(desk, 6, desk.north, 'city')).toMatchObject({ outcome: 'opened' });
  });

  test('a replaced text is called by its own route', async () => {
    await using desk = newDesk({ capacity: { channels: 9, routes: { mobile: 1 } } });
    await desk.accept(1, { route: 'mobile' });
    const first = await desk.dial();
    await desk.accept(2, { route: 'mobile' });
    expect(await desk.claim()).toBeUndefined();
    await desk.accept(2, { phone: phone(3), route: 'city' });
    expect((await desk.claim())?.phone).toBe(phone(3));
    await desk.end(first, 'rejected');
  });

  test('one live call per phone, over columns and with Dial', async () => {
    await using desk = newDesk({ capacity: { channels: 9 } });
    await desk.accept(1, { phone: phone(1) });
    await desk.accept(2, { phone: phone(1), columnId: desk.south });
    await dialCall(desk, 3);
    await desk.accept(3);
    const callId = await desk.dial();
    expect(await desk.claim()).toBeUndefined();
    await desk.end(callId, 'rejected');
    expect(await desk.claim()).toMatchObject({ phone: phone(1), columnId: desk.south });
  });

  test('a smaller policy ends no call, and starts none', async () => {
    await using desk = newDesk({ capacity: { channels: 9 } });
    for (const n of [1, 2, 3]) await desk.accept(n);
    await desk.dial();
    await desk.dial();
    desk.setPolicy({ capacity: { channels: 2 } });
    expect(await desk.claim()).toBeUndefined();
    desk.setPolicy({ capacity: { channels: 4 } });
    expect(await desk.claim()).toMatchObject({ phone: phone(3) });
  });

  test('the stop switch: SayText and Dial are refused, nothing is claimed or started, what waits expires [reading 26]', async () => {
    await using desk = newDesk();
    const { tracker, owner } = desk;
    await desk.accept(1);
    await desk.accept(2);
    const claimed = await desk.claim();
    await tracker.setDialling({ now: desk.now, enabled: false, reason: 'maintenance' });
    expect(await tracker.dialling()).toEqual({ enabled: false, reason: 'maintenance' });
    expect(await tracker.startAttempt({ now: desk.now, ...owner, roundId: claimed?.roundId ?? 0 })).toBeUndefined();
    expect(await desk.claim()).toBeUndefined();
    expect(await desk.accept(3)).toEqual({ outcome: 'refused', round: 1, status: 'Canceled', reason: 'stopped' });
    expect(await desk.accept(1, { text: 'It is a red one' })).toMatchObject({ outcome: 'ignored', reason: 'stopped' });
    expect(await desk.accept(1)).toMatchObject({ outcome: 'duplicate' });
    expect(await dialCall(desk, 9)).toEqual({ outcome: 'refused', reason: 'stopped' });
    desk.now += 300_001;
    await desk.claim();
    expect(await desk.statuses(2)).toEqual(['Queued', 'Canceled!']);
    await tracker.setDialling({ now: desk.now, enabled: true });
    expect(await tracker.dialling()).toEqual({ enabled: true });
    expect(await desk.accept(3)).toMatchObject({ outcome: 'newRound' });
  });

  test('perPeerPerMinute: legs that one peer asked for in 60 s; refused ones do not count', async () => {
    await using desk = newDesk({ limits: { perPeerPerMinute: 4 } });
    const peer = `${desk.north}-peer`;
    const { owner, tracker, north: columnId } = desk;
    await desk.accept(1, { peer });
    const conference = { kind: 'Conference', columnId, peer, tel1: phone(8), tel2: phone(9) } as const;
    expect(await tracker.openCall({ now: desk.now, ...owner, ...conference })).toMatchObject({ outcome: 'opened' });
    expect(await tracker.openCall({ now: desk.now + 1, ...owner, ...conference, tel1: phone(7) })).toEqual({
      outcome: 'refused',
      reason: 'peer-limit',
    });
    expect(await desk.accept(2, { peer })).toMatchObject({ outcome: 'accepted' });
    expect(await desk.accept(3, { peer })).toMatchObject({ outcome: 'refused', reason: 'peer-limit' });
    expect(await desk.accept(3)).toMatchObject({ outcome: 'newRound' });
    desk.now += 60_000;
    expect(await desk.accept(4, { peer })).toMatchObject({ outcome: 'accepted' });
  });

  test('perCalleePerHour: attempts, Dial and Conference to a number count; at accept, claim, start and open', async () => {
    await using desk = newDesk({ limits: { perCalleePerHour: 2 }, capacity: { channels: 9 } });
    const { owner, tracker } = desk;
    await desk.accept(1, { phone: phone(1) });
    await desk.accept(2, { phone: phone(1) });
    await desk.accept(3, { phone: phone(1) });
    await desk.attempt('trunkTrouble');
    await desk.attempt('rejected');
    const claimed = await desk.claim();
    expect(claimed).toMatchObject({ guid: desk.guid(3) });
    const dial = await dialCall(desk, 1);
    expect(dial).toMatchObject({ outcome: 'opened' });
    expect(await tracker.startAttempt({ now: desk.now, ...owner, roundId: claimed?.roundId ?? 0 })).toBeUndefined();
    if (dial.outcome === 'opened') await tracker.closeCall({ now: desk.now, callId: dial.callId, outcome: 'answered' });
    desk.now += 10_000;
    expect(await tracker.claimCall({ now: desk.now, ...owner })).toEqual({ nextAt: desk.now + 60_000 });
    expect(await dialCall(desk, 1)).toEqual({ outcome: 'refused', reason: 'callee-limit' });
    expect(await desk.accept(4, { phone: phone(1) })).toMatchObject({ outcome: 'refused', reason: 'callee-limit' });
    await desk.accept(5);
    expect(await desk.claim()).toMatchObject({ guid: desk.guid(5) });
    desk.now += 3_600_000;
    expect(await desk.accept(6, { phone: phone(1) })).toMatchObject({ outcome: 'accepted' });
  });

  test('a limit of 0 is none', async () => {
    await using desk = newDesk({ limits: { perCalleePerHour: 0, perPeerPerMinute: 0 }, redial: { duplicateAfterResultMs: 0 } });
    for (let round = 1; round <= 25; round += 1) {
      expect((await desk.accept(1)).round).toBe(round);
      await desk.attempt('rejected');
    }
  });
}
