import { expect, test } from 'vitest';
import type { CallStep } from './pbx.ts';
import { StepQueue } from './step-queue.ts';

const RINGING: CallStep = { step: 'ringing', leg: 'first', at: 1 };
const ANSWERED: CallStep = { step: 'answered', leg: 'first', at: 2 };
const ENDED: CallStep = {
  step: 'ended',
  at: 3,
  outcome: 'answered',
  leg: 'first',
  evidence: { answered: true, rang: true, progress: false, hangupCause: 16 },
};

const pressed = (digit: string): CallStep => ({ step: 'digit', leg: 'first', digit, at: 2 });

async function read(queue: StepQueue): Promise<readonly CallStep[]> {
  const steps: CallStep[] = [];
  for await (const step of queue) steps.push(step);
  return steps;
}

test('steps pushed before anybody reads are read in order, and ended is the last', async () => {
  const queue = new StepQueue(10);
  for (const step of [RINGING, ANSWERED, ENDED, RINGING]) queue.push(step);
  expect(await read(queue)).toEqual([RINGING, ANSWERED, ENDED]);
});

test('a reader that waits gets each step as it comes', async () => {
  const queue = new StepQueue(10);
  const steps = queue[Symbol.asyncIterator]();
  const both = Promise.all([steps.next(), steps.next()]);
  queue.push(RINGING);
  queue.push(ANSWERED);
  expect(await both).toEqual([
    { done: false, value: RINGING },
    { done: false, value: ANSWERED },
  ]);
});

test('a second iteration throws TypeError', () => {
  const queue = new StepQueue(10);
  queue[Symbol.asyncIterator]();
  expect(() => queue[Symbol.asyncIterator]()).toThrow(TypeError);
});

test('at the limit of unread steps digits are dropped and nothing else', async () => {
  const queue = new StepQueue(2);
  for (const step of [RINGING, ANSWERED, pressed('1'), pressed('2'), ENDED]) queue.push(step);
  expect(await read(queue)).toEqual([RINGING, ANSWERED, ENDED]);
});

test('below the limit of unread steps digits are kept', async () => {
  const queue = new StepQueue(3);
  for (const step of [RINGING, ANSWERED, pressed('1'), pressed('2'), ENDED]) queue.push(step);
  expect(await read(queue)).toEqual([RINGING, ANSWERED, pressed('1'), ENDED]);
});

test('leaving the loop lets go of the queue and wakes whoever waits', async () => {
  let released = 0;
  const queue = new StepQueue(10, () => (released += 1));
  queue.push(RINGING);
  for await (const step of queue) {
    expect(step).toBe(RINGING);
    break;
  }
  expect(released).toBe(1);

  const waiting = new StepQueue(10);
  const steps = waiting[Symbol.asyncIterator]();
  const next = steps.next();
  await steps.return?.();
  expect(await next).toEqual({ done: true, value: undefined });
});

test('a queue that is finished without ended is read to its end', async () => {
  const queue = new StepQueue(10);
  queue.push(RINGING);
  queue.finish();
  expect(await read(queue)).toEqual([RINGING]);
});
