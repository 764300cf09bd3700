import { expect, test } from 'vitest';
import type { Guid } from '@taxinav/codec';
import { phone } from './desk.ts';
import type { NewDesk } from './store-contract.ts';

/** What becomes of a SayText. */
export function acceptContract(newDesk: NewDesk): void {
  test('a notification walks from SayText to Done, and Taxi Navigator hears every status in order [TN-13] [TN-16]', async () => {
    await using desk = newDesk();
    expect(await desk.accept(1)).toEqual({ outcome: 'accepted', round: 1, status: 'Queued' });
    const callId = await desk.dial();
    expect(callId).toMatch(/^taxinav-[0-9a-f]{8}-\d+$/);
    await desk.tracker.attemptTaken({ now: desk.now, callId });
    desk.now += 2_000;
    await desk.progress(callId, 'ringing');
    desk.now += 5_000;
    await desk.progress(callId, 'answered');
    expect(await desk.deliver()).toEqual(['Queued', 'Active', 'Done']);
    desk.now += 9_000;
    await desk.end(callId, 'answered');
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Done!']);
    expect(await desk.deliver()).toEqual([]);
    const { attempts, end, state } = await desk.round(1);
    expect({ end, state }).toEqual({ end: 'result', state: 'final' });
    expect(attempts).toMatchObject([
      { callId, counted: true, outcome: 'answered', rangAt: desk.now - 14_000, answeredAt: desk.now - 9_000, endedAt: desk.now },
    ]);
  });

  test('the same GUID in another column is another notification', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    expect((await desk.accept(1, { columnId: desk.south })).outcome).toBe('accepted');
    const histories = await desk.tracker.find({ guid: desk.guid(1) });
    expect(histories.map((history) => history.columnId)).toEqual([desk.north, desk.south]);
  });

  test('a GUID is the same in braces and lower case, and is echoed as it came last [TN-15] [reading 15]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    const braced = `{${desk.guid(1).toLowerCase()}}` as Guid;
    expect((await desk.accept(1, { guid: braced })).outcome).toBe('duplicate');
    expect((await desk.claimReports()).map((report) => report.guid)).toEqual([desk.guid(1)]);
    expect((await desk.tracker.reports({ state: 'pending', columnId: desk.north })).lines.map((report) => report.guid)).toEqual([
      desk.guid(1),
      braced,
    ]);
  });

  test('a duplicate makes no call, and the status last owed is owed again [reading 33]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    expect(await desk.accept(1)).toEqual({ outcome: 'duplicate', round: 1, status: 'Queued' });
    const callId = await desk.dial();
    await desk.progress(callId, 'ringing');
    expect(await desk.accept(1)).toEqual({ outcome: 'duplicate', round: 1, status: 'Active' });
    await desk.progress(callId, 'answered');
    await desk.end(callId, 'answered');
    desk.now += 59_999;
    expect(await desk.accept(1)).toEqual({ outcome: 'duplicate', round: 1, status: 'Done' });
    expect(await desk.deliver()).toEqual(['Queued', '(Queued)', 'Active', '(Active)', 'Done', '(Done)']);
    expect(await desk.claim()).toBeUndefined();
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Done!']);
  });

  test('60 s after Done the operator has pressed again: a new round [reading 33]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    await desk.attempt('answered', 'answered');
    desk.now += 60_000;
    expect(await desk.accept(1)).toEqual({ outcome: 'newRound', round: 2, status: 'Queued' });
    expect(await desk.deliver()).toEqual(['Queued', 'Active', 'Done', 'Queued']);
  });

  test('5 s after another result it is a new round [reading 33]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    await desk.attempt('rejected');
    desk.now += 4_999;
    expect(await desk.accept(1)).toMatchObject({ outcome: 'duplicate', status: 'Busy' });
    desk.now += 1;
    expect(await desk.accept(1)).toMatchObject({ outcome: 'newRound', round: 2 });
  });

  test('other content replaces a round that was never dialled; its time to live starts again [reading 33]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    desk.now += 100_000;
    expect(await desk.accept(1, { text: 'It is a red one', phone: phone(2) })).toEqual({ outcome: 'replaced', round: 1, status: 'Queued' });
    expect(await desk.claim()).toMatchObject({ phone: phone(2), text: 'It is a red one', expiresAt: desk.now + 300_000 });
    expect(await desk.deliver()).toEqual(['Queued', '(Queued)']);
  });

  test('what a dialler has prepared is not dialled when its content was replaced meanwhile [reading 33]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    const claimed = await desk.claim();
    const roundId = claimed?.roundId ?? 0;
    await desk.accept(1, { text: 'It is a red one' });
    expect(await desk.claim()).toBeUndefined();
    expect(await desk.tracker.startAttempt({ now: desk.now, ...desk.owner, roundId })).toBeUndefined();
    expect(await desk.claim()).toMatchObject({ roundId, text: 'It is a red one' });
    expect(await desk.tracker.startAttempt({ now: desk.now, ...desk.owner, roundId })).toBeDefined();
  });

  test('other content between attempts ends the older round with its last result [reading 33]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    await desk.attempt('busy');
    expect(await desk.accept(1, { text: 'It is a red one' })).toEqual({ outcome: 'newRound', round: 2, status: 'Queued' });
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Busy', 'Queued', 'Busy!', 'Queued']);
    expect(await desk.round(1, 1)).toMatchObject({ state: 'final', end: 'superseded' });
  });

  test('other content while a call is alive waits for its end, which is final [reading 33]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    const callId = await desk.dial();
    await desk.progress(callId, 'ringing');
    const second = { text: 'It is a red one' };
    expect(await desk.accept(1, second)).toEqual({ outcome: 'newRound', round: 2, status: 'Queued' });
    expect(await desk.round(1)).toMatchObject({ state: 'waiting', changes: [] });
    expect(await desk.accept(1, second)).toEqual({ outcome: 'duplicate', round: 2, status: 'Active' });
    expect(await desk.accept(1, { text: 'It is a blue one' })).toEqual({ outcome: 'replaced', round: 2, status: 'Queued' });
    expect(await desk.deliver()).toEqual(['Queued', 'Active', '(Active)']);
    await desk.end(callId, 'busy');
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Busy!', 'Queued']);
    expect(await desk.round(1, 1)).toMatchObject({ end: 'superseded' });
    expect(await desk.claim()).toMatchObject({ text: 'It is a blue one', attemptNumber: 1 });
  });

  test('a round that waits starts when the older call is answered, and is dialled when the phone is free [reading 33] [reading 38]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    const callId = await desk.dial();
    await desk.accept(1, { text: 'It is a red one' });
    await desk.progress(callId, 'answered');
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Done!', 'Queued']);
    expect(await desk.claim()).toBeUndefined();
    await desk.end(callId, 'answered');
    expect(await desk.claim()).toMatchObject({ text: 'It is a red one' });
  });

  test('a round whose time to live ends while it waits is Queued and Canceled with the end of the older one [reading 39]', async () => {
    await using desk = newDesk({ redial: { timeToLiveMs: 10_000 } });
    await desk.accept(1);
    const callId = await desk.dial();
    await desk.accept(1, { text: 'It is a red one' });
    desk.now += 10_001;
    await desk.end(callId, 'unanswered');
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Unanswered!', 'Queued', 'Canceled!']);
    expect(await desk.round(1)).toMatchObject({ end: 'expired' });
  });

  test('a refused SayText owes one Canceled; the same again is a duplicate; later it is refused anew [reading 26]', async () => {
    await using desk = newDesk();
    const refused = { refused: 'number' };
    expect(await desk.accept(1, refused)).toEqual({ outcome: 'refused', round: 1, status: 'Canceled', reason: 'number' });
    expect(await desk.accept(1, refused)).toEqual({ outcome: 'duplicate', round: 1, status: 'Canceled' });
    desk.now += 5_000;
    expect(await desk.accept(1, refused)).toMatchObject({ outcome: 'refused', round: 2 });
    expect(await desk.deliver()).toEqual(['Canceled', '(Canceled)', 'Canceled']);
    expect(await desk.claim()).toBeUndefined();
    expect(await desk.round(1)).toMatchObject({ state: 'final', end: 'refused', reason: 'number', attempts: [] });
  });

  test('a refused SayText may lack number and text [reading 26]', async () => {
    await using desk = newDesk();
    const { tracker, now, north } = desk;
    const command = { now, columnId: north, guid: desk.guid(1), peer: '127.0.0.1' };
    expect(await tracker.accept({ ...command, refused: 'no text' })).toMatchObject({ outcome: 'refused' });
    await expect(tracker.accept(command)).rejects.toMatchObject({ code: 'TRACKING_COMMAND_INVALID' });
  });

  test('a refused SayText changes nothing for a round that is alive [reading 26]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    expect(await desk.accept(1, { text: 'x', refused: 'text' })).toEqual({
      outcome: 'ignored',
      round: 1,
      status: 'Queued',
      reason: 'text',
    });
    expect(await desk.statuses(1)).toEqual(['Queued']);
    expect(await desk.deliver()).toEqual(['Queued']);
  });

  test('the times of a GUID never decrease, though the clock is set back [reading 32]', async () => {
    await using desk = newDesk();
    const start = desk.now;
    await desk.accept(1);
    desk.now -= 3_600_000;
    await desk.tracker.cancel({ now: desk.now, columnId: desk.north, guid: desk.guid(1) });
    desk.now += 10_000;
    await desk.accept(1, { text: 'It is a red one' });
    const { rounds } = await desk.history(1);
    expect(rounds.flatMap((round) => round.changes.map((change) => change.changedAt))).toEqual([start, start, start]);
  });

  test('events say what to look at after the commit', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    expect(desk.events).toEqual([
      {
        event: 'changed',
        changes: [
          {
            change: expect.any(Number) as number,
            columnId: desk.north,
            guid: desk.guid(1),
            round: 1,
            status: 'Queued',
            final: false,
            changedAt: desk.now,
          },
        ],
      },
      { event: 'reportsOwed', columnId: desk.north },
      { event: 'callsQueued' },
    ]);
  });
}
