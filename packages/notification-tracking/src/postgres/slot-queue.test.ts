import { expect, test } from 'vitest';
import type { Company } from './locks.ts';
import { SlotQueue, type Waiting } from './slot-queue.ts';

interface Run {
  readonly names: readonly string[];
  readonly end: () => void;
}

/** A queue over slots whose runs end when the test says so. */
function queueOf(slots: number): { readonly ask: (name: string, company: Company) => Promise<string>; readonly runs: Run[] } {
  const runs: Run[] = [];
  const queue = new SlotQueue<number, Waiting & { readonly resolve: (answer: string) => void }>({
    slots: Array.from({ length: slots }, (_, slot) => slot),
    limit: 100,
    waitMs: 60_000,
    groupSize: 3,
    run: (_, requests) =>
      new Promise((resolve) => {
        const end = (): void => {
          for (const request of requests) request.resolve(request.name);
          resolve();
        };
        runs.push({ names: requests.map(({ name }) => name), end });
      }),
    onFailed: (error) => {
      throw error;
    },
  });
  return { ask: (name, company) => queue.use<string>(name, company, (waiting) => waiting), runs };
}

test('kin that waits for a connection goes together, as many as a group holds; where connections are free each goes alone', async () => {
  const { ask, runs } = queueOf(2);
  const asked = ['settle', 'settle', 'settle', 'settle', 'settle', 'settle'].map((name) => ask(name, 'kin'));
  expect(runs.map(({ names }) => names.length)).toEqual([1, 1]);
  runs[0]?.end();
  await asked[0];
  await Promise.resolve();
  expect(runs.map(({ names }) => names.length)).toEqual([1, 1, 3]);
  runs[1]?.end();
  runs[2]?.end();
  await Promise.all(asked.slice(0, 5));
  await Promise.resolve();
  expect(runs.map(({ names }) => names.length)).toEqual([1, 1, 3, 1]);
  runs[3]?.end();
  await Promise.all(asked);
});

test('nobody goes with what is apart, of another name, or of another line', async () => {
  const { ask, runs } = queueOf(1);
  const lines = [
    ['accept', 'group'],
    ['settle', 'kin'],
    ['claim', 'apart'],
    ['settle', 'kin'],
    ['close', 'kin'],
    ['accept', 'group'],
    ['cancel', 'group'],
    ['recover', 'single'],
  ] as const;
  const asked = lines.map(([name, company]) => ask(name, company));
  for (let run = 0; run < 7; run += 1) {
    await expect.poll(() => runs.length).toBe(run + 1);
    runs[run]?.end();
  }
  await Promise.all(asked);
  expect(runs.map(({ names }) => names)).toEqual([
    ['accept'],
    ['settle'],
    ['claim'],
    ['settle'],
    ['close'],
    ['accept', 'cancel'],
    ['recover'],
  ]);
});
