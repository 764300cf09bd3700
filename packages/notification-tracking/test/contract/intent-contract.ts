import { expect, test } from 'vitest';
import { phone, type Desk } from './desk.ts';
import type { NewDesk } from './store-contract.ts';

const requester = { node: 'bridge-2', token: 0 };

async function pbx(desk: Desk) {
  const lease = `${desk.north}-pbx`;
  const taken = await desk.tracker.takeLease({ now: desk.now, lease, node: 'bridge-1' });
  if (taken === undefined) throw new Error('not taken');
  return { node: 'bridge-1', token: taken.token, lease };
}

function intend(desk: Desk, n: number, lease: string, other?: number) {
  const { now, north: columnId } = desk;
  const kind = other === undefined ? ('Dial' as const) : ('Conference' as const);
  const numbers = { tel1: phone(n), ...(other === undefined ? {} : { tel2: phone(other) }) };
  return desk.tracker.openCall({ now, ...requester, lease, intent: true, kind, columnId, peer: '192.168.1.21', ...numbers });
}

async function intended(desk: Desk, n: number, lease: string, other?: number): Promise<string> {
  const opened = await intend(desk, n, lease, other);
  if (opened.outcome !== 'opened') throw new Error(`not opened: ${opened.outcome}`);
  return opened.callId;
}

/** Dial and Conference that another node than the PBX's holder accepts. */
export function intentContract(newDesk: NewDesk): void {
  test('an intent is given to the holder once, who goes on with it as its own call [TN-9] [TN-18]', async () => {
    await using desk = newDesk({ capacity: { channels: 4 } });
    const { tracker, north: columnId } = desk;
    const holder = await pbx(desk);
    const callId = await intended(desk, 1, holder.lease);
    expect(desk.events.at(-1)).toEqual({ event: 'intentsWaiting', lease: holder.lease });
    const conference = await intended(desk, 2, holder.lease, 3);
    expect(await tracker.callState({ callId })).toEqual({ state: 'intended' });
    expect((await tracker.recover({ now: desk.now, ...holder })).calls).toEqual([]);
    const about = { columnId, peer: '192.168.1.21' };
    expect(await tracker.takeIntents({ now: desk.now + 1_000, ...holder })).toEqual([
      { callId, kind: 'Dial', ...about, tel1: phone(1) },
      { callId: conference, kind: 'Conference', ...about, tel1: phone(2), tel2: phone(3) },
    ]);
    expect(await tracker.takeIntents({ now: desk.now + 1_000, ...holder })).toEqual([]);
    expect(await tracker.callState({ callId })).toEqual({ state: 'opened' });
    expect(await tracker.withdrawIntent({ now: desk.now, callId })).toBe(false);
    expect((await tracker.recover({ now: desk.now, ...holder })).calls.map((call) => call.callId)).toEqual([callId, conference]);
    await tracker.closeCall({ now: desk.now, ...holder, callId, outcome: 'busy', detail: 'cause 17' });
    expect(await tracker.callState({ callId })).toEqual({ state: 'ended', outcome: 'busy', detail: 'cause 17' });
    expect(await tracker.callState({ callId: 'other' })).toBeUndefined();
  });

  test('an intent is judged as any call: channels, limits, the stop switch, repetition', async () => {
    await using desk = newDesk({ capacity: { channels: 2 }, limits: { perCalleePerHour: 1 } });
    const { lease } = await pbx(desk);
    const callId = await intended(desk, 1, lease);
    expect(await intend(desk, 1, lease)).toEqual({ outcome: 'repeated', callId });
    expect(await intend(desk, 2, lease, 3)).toEqual({ outcome: 'refused', reason: 'no-channel' });
    await intended(desk, 2, lease);
    expect(await intend(desk, 3, lease)).toEqual({ outcome: 'refused', reason: 'no-channel' });
    await desk.tracker.setDialling({ now: desk.now, enabled: false });
    expect(await intend(desk, 4, lease)).toEqual({ outcome: 'refused', reason: 'stopped' });
  });

  test('one that nobody took is withdrawn: its channels are free, it counts for no limit, nobody takes it later', async () => {
    await using desk = newDesk({ capacity: { channels: 1, reserve: 0 }, limits: { perCalleePerHour: 1 } });
    const { tracker } = desk;
    const holder = await pbx(desk);
    const callId = await intended(desk, 1, holder.lease);
    expect(await tracker.withdrawIntent({ now: desk.now, callId })).toBe(true);
    expect(await tracker.withdrawIntent({ now: desk.now, callId })).toBe(false);
    expect(await tracker.callState({ callId })).toEqual({ state: 'ended', outcome: 'refused', detail: 'no-holder' });
    expect(await tracker.takeIntents({ now: desk.now, ...holder })).toEqual([]);
    desk.now += 2_000;
    expect(await intend(desk, 1, holder.lease)).toMatchObject({ outcome: 'opened' });
  });

  test('one whose requester died is taken by nobody after 5 s, nor after the requester or its node has been given up', async () => {
    await using desk = newDesk({ capacity: { channels: 9 } });
    const { tracker } = desk;
    const holder = await pbx(desk);
    const late = await intended(desk, 1, holder.lease);
    expect(await tracker.takeIntents({ now: desk.now + 5_001, ...holder })).toEqual([]);
    const restarted = await intended(desk, 2, holder.lease);
    await tracker.recover({ now: desk.now, ...requester });
    const forgotten = await intended(desk, 3, holder.lease);
    await tracker.renew({ now: desk.now, ...requester });
    const seen = (await tracker.nodes()).find(({ node }) => node === requester.node);
    if (seen === undefined) throw new Error('no node');
    await tracker.forgetNode({ now: desk.now, seen });
    const abandoned = await intended(desk, 4, holder.lease);
    desk.now += 300_001;
    await desk.claim();
    for (const callId of [late, restarted, forgotten, abandoned]) {
      expect(await tracker.callState({ callId })).toEqual({ state: 'ended', outcome: 'refused', detail: 'no-holder' });
    }
    expect((await tracker.summary()).columns[desk.north]?.channelsInUse ?? 0).toBe(0);
  });

  test('an intent needs the lease of its PBX', async () => {
    await using desk = newDesk();
    const { tracker, now, north: columnId } = desk;
    const dial = { now, ...requester, intent: true, kind: 'Dial', columnId, peer: 'a', tel1: phone(1) } as const;
    await expect(tracker.openCall(dial)).rejects.toThrow(TypeError);
  });
}
