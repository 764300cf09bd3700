import { expect, test } from 'vitest';
import { phone, type Desk } from './desk.ts';
import type { NewDesk } from './store-contract.ts';

async function eraseAll(desk: Desk, n: number): Promise<number> {
  for (let all = 0; ;) {
    const erased = await desk.tracker.erase({ now: desk.now, phone: phone(n) });
    if (erased === 0) return all;
    all += erased;
  }
}

async function numbersOf(desk: Desk, n: number): Promise<number> {
  return (await desk.tracker.list({ columnId: desk.north, phone: phone(n) })).lines.length;
}

/** Who handled a number, and a number that is to be forgotten. */
export function erasureContract(newDesk: NewDesk): void {
  test('a number is handled by whom it talked with last', async () => {
    await using desk = newDesk();
    const { tracker } = desk;
    expect(await tracker.handledBy({ phone: phone(101) })).toBeUndefined();
    await tracker.noteHandled({ now: desk.now, phone: phone(101), endpoint: 'PJSIP/100' });
    await tracker.noteHandled({ now: desk.now + 1, phone: phone(101), endpoint: 'PJSIP/101' });
    expect(await tracker.handledBy({ phone: phone(101) })).toBe('PJSIP/101');
    while ((await tracker.retain({ now: desk.now + 181 * 86_400_000, textDays: 30, numberDays: 180 })) > 0);
    expect(await tracker.handledBy({ phone: phone(101) })).toBeUndefined();
  });

  test('erase ends what waits for a number, removes number and text, and what is owed still goes out', async () => {
    await using desk = newDesk();
    await desk.accept(1, { phone: phone(102) });
    await desk.accept(2, { phone: phone(102) });
    await desk.accept(3, { phone: phone(103) });
    await desk.attempt('busy');
    await desk.tracker.noteHandled({ now: desk.now, phone: phone(102), endpoint: 'PJSIP/100' });
    expect(await eraseAll(desk, 102)).toBe(6);
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Busy', 'Queued', 'Busy!']);
    expect(await desk.statuses(2)).toEqual(['Queued', 'Canceled!']);
    for (const n of [1, 2]) {
      const round = await desk.round(n);
      expect(round).toMatchObject({ state: 'final', end: 'canceled' });
      expect(round).not.toHaveProperty('phone');
      expect(round).not.toHaveProperty('text');
    }
    expect(await numbersOf(desk, 102)).toBe(0);
    expect(await desk.tracker.handledBy({ phone: phone(102) })).toBeUndefined();
    expect((await desk.deliver()).toSorted()).toEqual(['Active', 'Busy', 'Busy', 'Canceled', 'Queued', 'Queued', 'Queued', 'Queued']);
    expect(await desk.claim()).toMatchObject({ phone: phone(103) });
  });

  test('a call that is alive when its number is erased goes on, holds its channel, and is reconciled', async () => {
    await using desk = newDesk({ capacity: { channels: 2, reserve: 0 } });
    const { tracker, owner } = desk;
    await desk.accept(1, { phone: phone(104) });
    const callId = await desk.dial();
    await desk.progress(callId, 'ringing');
    await desk.accept(1, { phone: phone(104), text: 'other' });
    await eraseAll(desk, 104);
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Unanswered!', 'Queued', 'Canceled!']);
    expect((await desk.history(1)).rounds.map((round) => [round.phone, round.text])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    await desk.accept(2, { phone: phone(104) });
    expect(await desk.claim()).toBeUndefined();
    expect((await tracker.recover({ now: desk.now, ...owner })).attempts).toMatchObject([{ callId, phone: phone(104), text: '' }]);
    await desk.progress(callId, 'answered');
    await desk.end(callId, 'answered');
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Unanswered!', 'Queued', 'Canceled!']);
    expect(await desk.claim()).toMatchObject({ phone: phone(104) });
  });

  test('the call log forgets one number of a conference, and its legs when it ends', async () => {
    await using desk = newDesk({ capacity: { channels: 4 }, limits: { perCalleePerHour: 1 } });
    const { tracker, north: columnId, owner, now } = desk;
    const conference = { kind: 'Conference', columnId, peer: '127.0.0.1', tel1: phone(105), tel2: phone(106) } as const;
    const opened = await tracker.openCall({ now, ...owner, ...conference });
    if (opened.outcome !== 'opened') throw new Error('not opened');
    await eraseAll(desk, 105);
    expect((await tracker.calls({ columnId })).lines).toMatchObject([{ numbers: [phone(106)] }]);
    expect((await tracker.summary()).columns[columnId]?.channelsInUse).toBe(2);
    await tracker.closeCall({ now, callId: opened.callId, outcome: 'answered' });
    const dial = (n: number) => tracker.openCall({ now: now + 2_000, ...owner, kind: 'Dial', columnId, peer: '127.0.0.1', tel1: phone(n) });
    expect(await dial(106)).toEqual({ outcome: 'refused', reason: 'callee-limit' });
    expect(await dial(105)).toMatchObject({ outcome: 'opened' });
  });
}
