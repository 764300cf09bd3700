import { expect, test } from 'vitest';
import type { Store } from '../../src/index.ts';
import { Desk } from './desk.ts';

/** What every store must do with the package's commands: the same answers on each. */
export function storeContract(open: () => Promise<Store>): void {
  test('a notification walks from SayText to Done, and Taxi Navigator hears every status in order [TN-13] [TN-16]', async () => {
    await using desk = new Desk(await open());
    expect(await desk.accept(1)).toEqual({ outcome: 'accepted', round: 1, status: 'Queued' });
    const callId = await desk.dial();
    expect(callId).toMatch(/^taxinav-[0-9a-f]{8}-1$/);
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
  });
}
