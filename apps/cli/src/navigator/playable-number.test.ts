import { UKRAINIAN_NUMBERS, type ColumnConfiguration } from '@taxinav/bridge-contract';
import { expect, test } from 'vitest';
import { playableNumber } from './playable-number.ts';

const column = (numbers: readonly string[]) => ({ id: 'north', numbers }) as ColumnConfiguration;

test('a number may be dialled by the column and ends in the digit that decides', () => {
  expect(playableNumber(column(UKRAINIAN_NUMBERS), 8, () => 0.5)).toBe('+380675000008');
});

test('a column whose patterns allow none of the prefixes is told so', () => {
  expect(() => playableNumber(column([String.raw`0999999999`]), 8, () => 0.5)).toThrow('columns.north.numbers');
});
