import { expect, test } from 'vitest';
import type { NewDesk } from './store-contract.ts';

/** Attempts, one after another. */
export function redialContract(newDesk: NewDesk): void {
  test('a SayText may bring its own time to live and attempts; its replacement brings new ones [reading 31] [reading 33]', async () => {
    await using desk = newDesk();
    await desk.accept(1, { timeToLiveMs: 40_000, attempts: 1 });
    expect((await desk.round(1)).expiresAt).toBe(desk.now + 40_000);
    await desk.attempt('busy');
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Busy!']);
    await desk.accept(2, { timeToLiveMs: 40_000, attempts: 1 });
    await desk.accept(2, { timeToLiveMs: 900_000, attempts: 4, text: 'other' });
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await desk.attempt('busy');
      desk.now += 30_000;
    }
    expect((await desk.round(2)).attempts).toHaveLength(4);
    expect((await desk.statuses(2)).at(-1)).toBe('Busy!');
    await desk.accept(3);
    expect((await desk.round(3)).expiresAt).toBe(desk.now + 300_000);
  });

  test('busy, busy, answered: every change is reported [TN-13] [reading 31]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    await desk.attempt('busy');
    expect(await desk.claim()).toBeUndefined();
    desk.now += 30_000;
    await desk.attempt('busy');
    desk.now += 30_000;
    await desk.attempt('answered', 'ringing', 'answered');
    expect(await desk.deliver()).toEqual(['Queued', 'Active', 'Busy', 'Queued', 'Active', 'Busy', 'Queued', 'Active', 'Done']);
    const { attempts } = await desk.round(1);
    expect(attempts.map(({ outcome, counted }) => ({ outcome, counted }))).toEqual([
      { outcome: 'busy', counted: true },
      { outcome: 'busy', counted: true },
      { outcome: 'answered', counted: true },
    ]);
    expect(new Set(attempts.map((attempt) => attempt.callId)).size).toBe(3);
  });

  test('once the phone was unreachable, the second attempt is the last, whatever it comes to', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    await desk.attempt('unreachable');
    desk.now += 60_000;
    await desk.attempt('busy');
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Unreachable', 'Queued', 'Active', 'Busy!']);
  });

  test('attemptStatuses final: only the last result is reported [reading 31]', async () => {
    await using desk = newDesk({ redial: { attemptStatuses: 'final' } });
    await desk.accept(1);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await desk.attempt('unanswered', 'ringing');
      desk.now += 60_000;
    }
    expect(await desk.deliver()).toEqual(['Queued', 'Active', 'Queued', 'Active', 'Queued', 'Active', 'Unanswered']);
  });

  test('claimCall says when there is something again', async () => {
    await using desk = newDesk();
    const { tracker, owner } = desk;
    expect(await tracker.claimCall({ now: desk.now, ...owner })).toEqual({});
    await desk.accept(1);
    await desk.attempt('busy');
    expect(await tracker.claimCall({ now: desk.now, ...owner })).toEqual({ nextAt: desk.now + 30_000 });
    await tracker.setDialling({ now: desk.now, enabled: false });
    expect(await tracker.claimCall({ now: desk.now, ...owner })).toEqual({ nextAt: desk.now + 300_001 });
  });

  test('claimCall with expireOnly ends what is out of time and claims nothing', async () => {
    await using desk = newDesk();
    const { tracker, owner } = desk;
    await desk.accept(1);
    expect(await tracker.claimCall({ now: desk.now, ...owner, expireOnly: true })).toEqual({ nextAt: desk.now + 300_001 });
    desk.now += 300_001;
    expect(await tracker.claimCall({ now: desk.now, ...owner, expireOnly: true })).toEqual({});
    expect(await desk.statuses(1)).toEqual(['Queued', 'Canceled!']);
  });

  test('trunk trouble keeps the attempt, its pause grows, and Canceled stays possible [reading 39] [reading 40]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    for (const pause of [5_000, 10_000, 20_000, 30_000, 30_000]) {
      await desk.attempt('trunkTrouble');
      const { nextAt } = await desk.tracker.claimCall({ now: desk.now, ...desk.owner });
      expect(nextAt).toBe(desk.now + pause);
      desk.now += pause;
    }
    expect(await desk.statuses(1)).toEqual(['Queued']);
    expect(await desk.claim()).toMatchObject({ attemptNumber: 1 });
    desk.now += 300_000;
    await desk.tracker.recover({ now: desk.now, ...desk.owner });
    expect(await desk.claim()).toBeUndefined();
    expect(await desk.statuses(1)).toEqual(['Queued', 'Canceled!']);
  });

  test('trunk trouble after Active: Queued again; never an answer from the phone: Unreachable [reading 31]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    await desk.attempt('trunkTrouble', 'dialling');
    desk.now += 300_001;
    await desk.claim();
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Queued', 'Unreachable!']);
    expect(await desk.round(1)).toMatchObject({ end: 'expired' });
  });

  test('a queued round past its time to live ends with its last result', async () => {
    await using desk = newDesk({ redial: { timeToLiveMs: 40_000 } });
    await desk.accept(1);
    await desk.attempt('busy');
    desk.now += 40_001;
    expect(await desk.claim()).toBeUndefined();
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Busy', 'Queued', 'Busy!']);
  });

  test('the time to live never cuts a call that is alive: its result is final', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    const callId = await desk.dial();
    desk.now += 301_000;
    await desk.claim();
    await desk.progress(callId, 'ringing');
    await desk.end(callId, 'unanswered');
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Unanswered!']);
  });

  test('a claim whose time to live ended while the sound was made is not dialled', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    const claimed = await desk.claim();
    desk.now += 300_001;
    const start = { now: desk.now, ...desk.owner, roundId: claimed?.roundId ?? 0 };
    expect(await desk.tracker.startAttempt(start)).toBeUndefined();
    expect(await desk.statuses(1)).toEqual(['Queued', 'Canceled!']);
  });

  test('withdrawn costs nothing: Queued again, dialled next [reading 31]', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    await desk.accept(2);
    await desk.attempt('withdrawn', 'ringing');
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Queued']);
    expect(await desk.claim()).toMatchObject({ guid: desk.guid(1), attemptNumber: 1 });
  });

  test('lost: Done if it was answered, else it counts, and the last one gets a successor [reading 38]', async () => {
    await using desk = newDesk({ redial: { attempts: 1 } });
    await desk.accept(1);
    await desk.attempt('lost', 'ringing');
    desk.now += 60_000;
    await desk.attempt('lost', 'answered');
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active', 'Unanswered', 'Queued', 'Active', 'Done!']);
    await desk.accept(2);
    await desk.attempt('lost');
    desk.now += 60_000;
    await desk.attempt('lost');
    expect(await desk.statuses(2)).toEqual(['Queued', 'Active', 'Unreachable', 'Queued', 'Active', 'Unreachable!']);
  });

  test('a second end of a call changes nothing, nor does news of it', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    const callId = await desk.dial();
    await desk.end(callId, 'busy');
    const history = await desk.history(1);
    await desk.end(callId, 'unanswered');
    await desk.progress(callId, 'answered');
    await desk.tracker.attemptTaken({ now: desk.now, callId });
    expect(await desk.history(1)).toEqual(history);
  });

  test('evidence is stored once, at its first time', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    const callId = await desk.dial();
    const start = desk.now;
    for (const step of ['progress', 'ringing', 'progress', 'ringing'] as const) {
      desk.now += 1_000;
      await desk.progress(callId, step);
    }
    expect((await desk.round(1)).attempts).toMatchObject([{ progressAt: start + 1_000, rangAt: start + 2_000 }]);
    expect(await desk.statuses(1)).toEqual(['Queued', 'Active']);
  });

  test('only who claimed a round may start its attempt, and only once', async () => {
    await using desk = newDesk();
    await desk.accept(1);
    const claimed = await desk.claim();
    const start = { now: desk.now, ...desk.owner, roundId: claimed?.roundId ?? 0 };
    expect(await desk.tracker.startAttempt({ ...start, node: 'bridge-2' })).toBeUndefined();
    expect(await desk.tracker.startAttempt({ ...start, token: 1 })).toBeUndefined();
    expect(await desk.tracker.startAttempt(start)).toBeDefined();
    expect(await desk.tracker.startAttempt(start)).toBeUndefined();
  });

  test('an unknown call is an invalid command', async () => {
    await using desk = newDesk();
    await expect(desk.end('taxinav-00000000-1', 'busy')).rejects.toMatchObject({ code: 'TRACKING_COMMAND_INVALID' });
    await expect(desk.progress('other', 'ringing')).rejects.toMatchObject({ code: 'TRACKING_COMMAND_INVALID' });
  });
}
