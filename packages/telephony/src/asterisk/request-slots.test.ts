import { expect, test } from 'vitest';
import { RequestSlots } from './request-slots.ts';

test('so many run at once, the rest in order, and beyond the queue ARI_BUSY', async () => {
  const slots = new RequestSlots(2, 2);
  const order: string[] = [];
  const finish = new Map<string, () => void>();
  const ask = (name: string): Promise<void> =>
    slots.run(async () => {
      order.push(name);
      const { promise, resolve } = Promise.withResolvers<void>();
      finish.set(name, resolve);
      await promise;
    });
  const asked = ['a', 'b', 'c', 'd'].map(ask);
  await expect(ask('e')).rejects.toMatchObject({ code: 'ARI_BUSY' });
  expect(order).toEqual(['a', 'b']);
  finish.get('b')?.();
  await asked[1];
  await expect.poll(() => order).toEqual(['a', 'b', 'c']);
  for (const name of ['a', 'c', 'd']) {
    await expect.poll(() => finish.has(name)).toBe(true);
    finish.get(name)?.();
  }
  await Promise.all(asked);
  expect(order).toEqual(['a', 'b', 'c', 'd']);
});

test('a request that fails gives its slot back', async () => {
  const slots = new RequestSlots(1, 0);
  await expect(slots.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(slots.run(() => Promise.resolve('yes'))).resolves.toBe('yes');
});
