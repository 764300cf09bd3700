import { expect, test } from 'vitest';
import { PreparedStatements } from './prepared-statements.ts';

test('a statement has one name, and no more than 200 have one', () => {
  const prepared = new PreparedStatements(() => 0);
  const names = Array.from({ length: 201 }, (_, at) => prepared.nameOf(`SELECT ${at}`));
  expect(names.slice(0, 200).every((name) => name !== undefined)).toBe(true);
  expect(new Set(names).size).toBe(201);
  expect(names[200]).toBeUndefined();
  expect(prepared.nameOf('SELECT 7')).toBe(names[7]);
});

test('plans are old after 10 s, once', () => {
  let now = 1_000;
  const prepared = new PreparedStatements(() => now);
  now = 10_999;
  expect(prepared.plansAreOld()).toBe(false);
  now = 11_000;
  expect([prepared.plansAreOld(), prepared.plansAreOld()]).toEqual([true, false]);
});
