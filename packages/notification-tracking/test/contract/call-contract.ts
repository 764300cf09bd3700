import { expect, test } from 'vitest';
import { phone, type Desk } from './desk.ts';
import type { NewDesk } from './store-contract.ts';

function open(desk: Desk, kind: 'Dial' | 'Conference', one: number, other?: number, peer = '127.0.0.1') {
  return desk.tracker.openCall({
    now: desk.now,
    ...desk.owner,
    kind,
    columnId: desk.north,
    peer,
    tel1: phone(one),
    ...(other === undefined ? {} : { tel2: phone(other) }),
  });
}

async function opened(desk: Desk, ...call: [kind: 'Dial' | 'Conference', one: number, other?: number, peer?: string]): Promise<string> {
  const result = await open(desk, ...call);
  if (result.outcome !== 'opened') throw new Error(`not opened: ${result.outcome}`);
  return result.callId;
}

/** Dial, Conference and the call log. */
export function callContract(newDesk: NewDesk): void {
  test('a Dial takes one channel, a Conference two together [TN-9] [TN-18]', async () => {
    await using desk = newDesk({ capacity: { channels: 3 } });
    expect(await opened(desk, 'Conference', 1, 2)).toMatch(/^taxinav-[0-9a-f]{8}-d\d+$/);
    expect(await open(desk, 'Conference', 3, 4)).toEqual({ outcome: 'refused', reason: 'no-channel' });
    expect(await open(desk, 'Dial', 3)).toMatchObject({ outcome: 'opened' });
    expect(await open(desk, 'Dial', 4)).toEqual({ outcome: 'refused', reason: 'no-channel' });
    expect((await desk.tracker.summary()).columns[desk.north]).toMatchObject({ channelsInUse: 3 });
  });

  test('a request that repeats one still alive, or under 2 s old, is the same [reading 36]', async () => {
    await using desk = newDesk();
    const callId = await opened(desk, 'Dial', 1);
    desk.now += 60_000;
    expect(await open(desk, 'Dial', 1)).toEqual({ outcome: 'repeated', callId });
    expect(await open(desk, 'Dial', 1, undefined, '127.0.0.9')).toMatchObject({ outcome: 'opened' });
    expect(await open(desk, 'Dial', 2)).toMatchObject({ outcome: 'opened' });
    await desk.tracker.closeCall({ now: desk.now, callId, outcome: 'answered' });
    const again = await opened(desk, 'Dial', 1);
    await desk.tracker.closeCall({ now: desk.now, callId: again, outcome: 'busy' });
    desk.now += 1_999;
    expect(await open(desk, 'Dial', 1)).toEqual({ outcome: 'repeated', callId: again });
    desk.now += 1;
    expect(await open(desk, 'Dial', 1)).toMatchObject({ outcome: 'opened' });
  });

  test('the same numbers the other way round are another conference [TN-20]', async () => {
    await using desk = newDesk({ capacity: { channels: 9 } });
    const callId = await opened(desk, 'Conference', 1, 2);
    expect(await open(desk, 'Conference', 1, 2)).toEqual({ outcome: 'repeated', callId });
    expect(await open(desk, 'Conference', 2, 1)).toMatchObject({ outcome: 'opened' });
  });

  test('a conference has two numbers, a dial one', async () => {
    await using desk = newDesk();
    await expect(open(desk, 'Conference', 1)).rejects.toMatchObject({ code: 'TRACKING_COMMAND_INVALID' });
    await expect(open(desk, 'Dial', 1, 2)).rejects.toMatchObject({ code: 'TRACKING_COMMAND_INVALID' });
  });

  test('every Call, Dial and Conference leaves a row, the newest first', async () => {
    await using desk = newDesk({ capacity: { channels: 2 } });
    const { tracker, north: columnId } = desk;
    const { now } = desk;
    const popup = { kind: 'Call', columnId, peer: '127.0.0.1:6010', numbers: [phone(9)], outcome: 'acknowledged' } as const;
    await tracker.logCall({ now, ...popup });
    await tracker.logCall({ now, ...popup, numbers: [], outcome: 'late', detail: 'withheld' });
    const callId = await opened(desk, 'Conference', 1, 2);
    await open(desk, 'Dial', 3);
    desk.now += 9_000;
    await tracker.closeCall({ now: desk.now, callId, outcome: 'unanswered', detail: 'cause 19' });
    await tracker.closeCall({ now: desk.now + 1, callId, outcome: 'busy' });
    const id = expect.any(Number) as number;
    const rest = { columnId, peer: '127.0.0.1', startedAt: now };
    expect((await tracker.calls({ columnId })).lines).toEqual([
      { id, ...rest, kind: 'Dial', numbers: [phone(3)], endedAt: now, outcome: 'refused', detail: 'no-channel' },
      {
        id,
        ...rest,
        kind: 'Conference',
        numbers: [phone(1), phone(2)],
        callId,
        endedAt: desk.now,
        outcome: 'unanswered',
        detail: 'cause 19',
      },
      { id, ...rest, kind: 'Call', peer: '127.0.0.1:6010', numbers: [], endedAt: now, outcome: 'late', detail: 'withheld' },
      { id, ...rest, kind: 'Call', peer: '127.0.0.1:6010', numbers: [phone(9)], endedAt: now, outcome: 'acknowledged' },
    ]);
  });

  test('an unknown call cannot be closed', async () => {
    await using desk = newDesk();
    await expect(desk.tracker.closeCall({ now: desk.now, callId: 'other', outcome: 'busy' })).rejects.toMatchObject({
      code: 'TRACKING_COMMAND_INVALID',
    });
  });
}
