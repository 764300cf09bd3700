import { expect, test } from 'vitest';
import { phone, type Desk } from './desk.ts';
import type { NewDesk } from './store-contract.ts';
import type { TrackerEvent } from '../../src/tracker.ts';

function cancel(desk: Desk, n: number) {
  return desk.tracker.cancel({ now: desk.now, columnId: desk.north, guid: desk.guid(n) });
}

/** Cancel, inbound calls, and rounds that cannot be spoken. */
export function endingContract(newDesk: NewDesk): void {
  test('cancel before any dialling: Canceled [TN-16] [reading 39]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    expect(await cancel(desk, 1)).toEqual({ outcome: 'canceled', status: 'Canceled' });
    expect(await desk.statuses(1)).toEqual(['Queued', 'Canceled!']);
    expect(await desk.claim()).toBeUndefined();
    expect(await cancel(desk, 1)).toEqual({ outcome: 'refused', status: 'Canceled', reason: 'final' });
    expect(await cancel(desk, 2)).toEqual({ outcome: 'notFound' });
  });

  test('cancel while the sound is made: Canceled, and nothing is dialled [reading 39]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    const claimed = await desk.claim();
    expect(await cancel(desk, 1)).toMatchObject({ outcome: 'canceled' });
    const start = { now: desk.now, ...desk.owner, roundId: claimed?.roundId ?? 0 };
    expect(await desk.tracker.startAttempt(start)).toBeUndefined();
  });

  test('cancel between attempts: the last result [reading 39]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    await desk.attempt('busy');
    expect(await cancel(desk, 1)).toEqual({ outcome: 'ended', status: 'Busy' });
    expect(await desk.round(1)).toMatchObject({ state: 'final', end: 'canceled' });
  });

  test('cancel while it rings: hang up, Unanswered, no redial [reading 39]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    const callId = await desk.dial();
    await desk.progress(callId, 'ringing');
    const told: TrackerEvent[] = [];
    desk.tracker.onEvent((event) => told.push(event));
    expect(await cancel(desk, 1)).toEqual({ outcome: 'hangUp', callId });
    // For whoever has placed the call: that may be another node.
    expect(told).toEqual([{ event: 'hangUpWanted', callId }]);
    await desk.end(callId, 'unanswered');
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Unanswered!']);
    expect(await desk.round(1)).toMatchObject({ end: 'canceled' });
  });

  test('cancel before it rings: hang up, Unreachable [reading 39]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    const callId = await desk.dial();
    expect(await cancel(desk, 1)).toEqual({ outcome: 'hangUp', callId });
    await desk.end(callId, 'unreachable');
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Unreachable!']);
  });

  test('cancel after the answer is refused [reading 38]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    await desk.progress(await desk.dial(), 'answered');
    expect(await cancel(desk, 1)).toEqual({ outcome: 'refused', status: 'Done', reason: 'answered' });
  });

  test('cancel ends the round that waits as well, after the older one [reading 33] [reading 39]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    const callId = await desk.dial();
    await desk.accept(1, { text: 'It is a red one' });
    expect(await cancel(desk, 1)).toEqual({ outcome: 'hangUp', callId });
    await desk.progress(callId, 'ringing');
    await desk.end(callId, 'unanswered');
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Unanswered!', 'Queued', 'Canceled!']);
    expect((await desk.history(1)).rounds.map((round) => round.end)).toEqual(['canceled', 'canceled']);
  });

  test('a SayText after the cancel of a waiting round is new', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    const callId = await desk.dial();
    const second = { text: 'It is a red one' };
    await desk.accept(1, second);
    await cancel(desk, 1);
    expect(await desk.accept(1, second)).toMatchObject({ outcome: 'replaced', round: 2 });
    await desk.end(callId, 'busy');
    expect(await desk.claim()).toMatchObject(second);
  });

  test('the passenger called in: what waits for him ends in every column, recorded as reached by inbound', async () => {
    await using desk = newDesk();
    await desk.accept(1, { phone: phone(7) });
    await desk.attempt('busy');
    await desk.accept(2, { phone: phone(7), columnId: desk.south });
    await desk.accept(3);
    expect(await desk.tracker.reachedInbound({ now: desk.now, phone: phone(7) })).toBe(2);
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Busy', 'Queued', 'Busy!']);
    expect(await desk.statuses(2, desk.south)).toEqual(['Queued', 'Canceled!']);
    expect(await desk.round(1)).toMatchObject({ end: 'inbound' });
    expect(await desk.statuses(3)).toEqual(['Queued']);
  });

  test('the passenger called in while he was dialled: the call goes on, and is the last', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    const callId = await desk.dial();
    await desk.accept(1, { text: 'It is a red one' });
    expect(await desk.tracker.reachedInbound({ now: desk.now, phone: phone(1) })).toBe(1);
    expect(await desk.tracker.reachedInbound({ now: desk.now, phone: phone(1) })).toBe(0);
    await desk.end(callId, 'busy');
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Busy!', 'Queued', 'Canceled!']);
    expect((await desk.history(1)).rounds.map((round) => round.end)).toEqual(['inbound', 'inbound']);
  });

  test('no sound for a text: Canceled with the reason; a shutdown gives the claim back', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    const { tracker, now } = desk;
    const roundId = (await desk.claim())?.roundId ?? 0;
    await tracker.releaseClaim({ now, roundId, why: 'shutdown' });
    expect(await desk.claim()).toMatchObject({ roundId });
    await tracker.releaseClaim({ now, roundId, why: 'unspeakable', reason: 'no voice' });
    expect(await desk.statuses(1)).toEqual(['Queued', 'Canceled!']);
    expect(await desk.round(1)).toMatchObject({ end: 'unspeakable', reason: 'no voice' });
    await tracker.releaseClaim({ now, roundId, why: 'shutdown' });
    expect(await desk.claim()).toBeUndefined();
  });

  test('no sound for a text that was replaced meanwhile ends nothing: the new text has its turn', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    const roundId = (await desk.claim())?.roundId ?? 0;
    await desk.accept(1, { text: 'It is a red one' });
    await desk.tracker.releaseClaim({ now: desk.now, roundId, why: 'unspeakable' });
    expect(await desk.claim()).toMatchObject({ roundId, text: 'It is a red one' });
  });
}
