import { describe, expect, it } from 'vitest';
import { compileNumberPattern, UKRAINIAN_NUMBERS } from './number-pattern.ts';

const dialable = UKRAINIAN_NUMBERS.map(compileNumberPattern);
const mayBeDialled = (digits: string): boolean => dialable.some((covers) => covers(digits));

describe('the numbers of Ukraine', () => {
  const mobile = [
    '039',
    '050',
    '063',
    '066',
    '067',
    '068',
    '073',
    '075',
    '077',
    '091',
    '092',
    '093',
    '094',
    '095',
    '096',
    '097',
    '098',
    '099',
  ];
  it.each(mobile)('mobile %s… may be dialled', (code) => expect(mayBeDialled(`${code}1234567`)).toBe(true));
  const geographic = ['031', '032', '038', '041', '043', '044', '048', '051', '052', '057', '061', '062', '064', '065', '069'];
  it.each(geographic)('geographic %s… may be dialled', (code) => expect(mayBeDialled(`${code}5550101`)).toBe(true));
  it.each(['0900123456', '0800501234', '0700123456', '00380671234', '0671234', '06712345678', '101', '112', '+380671234567', '0881234567'])(
    '%s may not be dialled',
    (number) => expect(mayBeDialled(number)).toBe(false),
  );
});

describe('compileNumberPattern', () => {
  it('matches the whole number only', () => {
    const covers = compileNumberPattern('067|0671234567');
    expect([covers('0671234567'), covers('067'), covers('10671234567')]).toEqual([true, true, false]);
  });
  it('matches digits only, at most 15', () => {
    const covers = compileNumberPattern('.*');
    expect([covers('1'.repeat(15)), covers('1'.repeat(16)), covers('1a'), covers('')]).toEqual([true, false, false, false]);
  });
  it.each(['', '(?=0)', '(?<!0)1', String.raw`(0)\1`, '[', '0{1001}', '0'.repeat(201)])('refuses "%s" with a RangeError', (pattern) => {
    expect(() => compileNumberPattern(pattern)).toThrow(RangeError);
  });
  it('takes a pattern of 200 characters', () => expect(compileNumberPattern('0'.repeat(200))('0')).toBe(false));
  it.each(['(0*)*1', '(0|0)*1', '(0|00)*1', '((((0*)*)*)*)*1'])('%s, which explodes elsewhere, is judged in a moment', (pattern) => {
    const covers = compileNumberPattern(pattern);
    const started = performance.now();
    for (let turn = 0; turn < 100; turn += 1) covers('000000000000000');
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
