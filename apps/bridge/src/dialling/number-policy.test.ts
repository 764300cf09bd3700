import { parsePhoneNumber } from '@taxinav/codec';
import { expect, test } from 'vitest';
import { createNumberPolicy } from './number-policy.ts';

const refusal = (number: string, numbers: readonly string[]): string | undefined => {
  const phone = parsePhoneNumber(number);
  if (phone === undefined) throw new RangeError(number);
  return createNumberPolicy({ numbers }).refusal(phone);
};

test('a pattern covers the whole national number', () => {
  expect(refusal('0671234567', [String.raw`067\d{7}`])).toBeUndefined();
  expect(refusal('0671234567', [String.raw`067\d{6}`])).toBe('number not allowed');
  expect(refusal('0671234567', [])).toBe('number not allowed');
});

test('premium and international numbers are denied before any pattern', () => {
  expect(refusal('0900123456', ['.*'])).toBe('premium number');
  expect(refusal('+380900123456', ['.*'])).toBe('premium number');
  expect(refusal('+48600123456', ['.*'])).toBe('international number');
  expect(refusal('0048600123456', ['.*'])).toBe('international number');
});
