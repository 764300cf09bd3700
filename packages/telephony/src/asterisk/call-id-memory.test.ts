import { expect, test } from 'vitest';
import { CallIdMemory } from './call-id-memory.ts';

test('the oldest ids go first when there are too many', () => {
  const ids = new CallIdMemory(2);
  for (const id of ['a', 'b', 'a', 'c']) ids.add(id);
  expect(['a', 'b', 'c'].map((id) => ids.has(id))).toEqual([true, false, true]);
});
