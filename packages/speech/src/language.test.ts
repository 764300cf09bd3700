import { expect, test } from 'vitest';
import { LANGUAGES } from './language.ts';

test('Ukrainian and Russian are spoken', () => {
  expect(LANGUAGES).toEqual(['uk', 'ru']);
});
