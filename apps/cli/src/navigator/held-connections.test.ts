import { expect, test } from 'vitest';
import { HeldConnections } from './held-connections.ts';

test('the oldest is let go when there is one too many, the others at the end', async () => {
  const held = new HeldConnections(2);
  const order: string[] = [];
  const holding = ['first', 'second', 'third'].map(async (name) => {
    await held.hold();
    order.push(name);
  });
  await holding[0];
  expect(order).toEqual(['first']);
  held.release();
  await Promise.all(holding);
  expect(order).toEqual(['first', 'second', 'third']);
});
