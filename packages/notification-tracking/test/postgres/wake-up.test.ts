import { expect, test } from 'vitest';
import type { PgNotification } from '../../src/postgres/driver.ts';
import type { Session } from '../../src/postgres/session.ts';
import { WakeUp } from '../../src/postgres/wake-up.ts';
import type { TrackerEvent } from '../../src/tracker.ts';

/** A connection on which NOTIFY takes until `let` is called. */
function slowSession() {
  const told: TrackerEvent[][] = [];
  const gates: (() => void)[] = [];
  const hearing: ((message: PgNotification) => void)[] = [];
  const session = {
    query: (sql: string, parameters: readonly string[] = []) => {
      if (!sql.includes('pg_notify')) return Promise.resolve();
      told.push((JSON.parse(parameters[1] ?? '') as { events: TrackerEvent[] }).events);
      return new Promise<void>((resolve) => gates.push(resolve));
    },
    onEnd: (listener: () => void) => gates.push(listener),
    onNotification: (listener: (message: PgNotification) => void) => hearing.push(listener),
    close: () => Promise.resolve(gates.splice(0).forEach((open) => open())),
    destroy: () => undefined,
  };
  return {
    session: session as unknown as Session,
    told,
    hearing,
    next: () => gates.pop()?.(),
    hear: (payload: string) => hearing[0]?.({ channel: 'c', payload }),
  };
}

const owed = (n: number): TrackerEvent => ({ event: 'reportsOwed', columnId: `c${n}` });

test('hints are gathered while one is being told, each once; beyond 1,000 they are dropped', async () => {
  const { session, told, next } = slowSession();
  const wakeUp = new WakeUp({ from: 'one', open: () => Promise.resolve(session), listener: () => undefined });
  await expect
    .poll(() => {
      wakeUp.tell([owed(1)]);
      return told.length;
    })
    .toBe(1);
  wakeUp.tell([owed(1), owed(2)]);
  wakeUp.tell(Array.from({ length: 1_000 }, (_, n) => owed(n)));
  wakeUp.tell([owed(2), { event: 'callsQueued' }]);
  next();
  await expect.poll(() => told.length).toBe(2);
  expect(told[1]).toEqual([owed(1), owed(2), { event: 'callsQueued' }]);
  await wakeUp.close();
});

test('messages of one’s own and of strangers are not heard', async () => {
  const { session, hear, hearing } = slowSession();
  const heard: unknown[] = [];
  const wakeUp = new WakeUp({ from: 'one', open: () => Promise.resolve(session), listener: (events) => heard.push(...events) });
  await expect.poll(() => hearing.length).toBe(1);
  for (const payload of ['', 'hello', '{}', '{"from":"two"}', '{"from":"one","events":[{"event":"callsQueued"}]}']) hear(payload);
  hear('{"from":"two","events":[{"event":"callsQueued"}]}');
  await expect.poll(() => heard).toEqual([{ event: 'callsQueued' }]);
  await wakeUp.close();
});
