import { expect, test } from 'vitest';
import { createStatusTimeFormatter, formatStatusTime, isStatusTime, parseStatusTime } from './status-time.ts';

test.each([
  ['03.11.2010 15:21:30', '03.11.2010 15:21:30'],
  ['03.11.2010 5:21:30', '03.11.2010 05:21:30'],
  ['2010-11-03 15:21:30', '03.11.2010 15:21:30'],
  ['2010-11-03T15:21:30', '03.11.2010 15:21:30'],
  ['2010-11-03T15:21:30.999999999+0200', '03.11.2010 15:21:30'],
  ['2010-11-03 15:21:30-05:00', '03.11.2010 15:21:30'],
  ['29.02.2000 23:59:59', '29.02.2000 23:59:59'],
  ['31.12.9999 00:00:00', '31.12.9999 00:00:00'],
])('%s is the wall clock %s [TN-14, reading 19]', (text, time) => {
  expect(parseStatusTime(text)).toBe(time);
});

test.each([
  '',
  '03.11.2010',
  '15:21:30',
  '3.11.2010 15:21:30',
  '03.11.10 15:21:30',
  '03.11.2010 15:21',
  '03.11.2010T15:21:30',
  '03/11/2010 15:21:30',
  '2010-11-03T15:21:30Z',
  '32.01.2010 00:00:00',
  '31.04.2010 00:00:00',
  '30.02.2024 00:00:00',
  '29.02.1900 00:00:00',
  '29.02.2023 00:00:00',
  '00.11.2010 15:21:30',
  '03.00.2010 15:21:30',
  '03.13.2010 15:21:30',
  '03.11.0000 15:21:30',
  '03.11.2010 24:00:00',
  '03.11.2010 15:60:00',
  '03.11.2010 15:21:60',
  ' 03.11.2010 15:21:30',
  '03.11.2010 15:21:30 ',
  '٠٣.11.2010 15:21:30',
  '03.11.2010 15:21:30\n',
])('%j is no status time [TN-14, reading 19]', (text) => {
  expect(parseStatusTime(text)).toBeUndefined();
});

test('inside, a status time has one form', () => {
  expect(isStatusTime('03.11.2010 15:21:30')).toBe(true);
  expect(isStatusTime('2010-11-03 15:21:30')).toBe(false);
});

test.each([
  ['2010-11-03T13:21:30.999Z', 'Europe/Kyiv', '03.11.2010 15:21:30'],
  ['2010-07-03T13:21:30Z', 'Europe/Kyiv', '03.07.2010 16:21:30'],
  ['2026-10-25T00:30:00Z', 'Europe/Kyiv', '25.10.2026 03:30:00'],
  ['2026-10-25T01:30:00Z', 'Europe/Kyiv', '25.10.2026 03:30:00'],
  ['2026-12-31T22:00:00Z', 'Europe/Kyiv', '01.01.2027 00:00:00'],
  ['2026-01-01T00:00:00Z', 'UTC', '01.01.2026 00:00:00'],
  ['2026-01-01T00:00:00Z', 'Asia/Kathmandu', '01.01.2026 05:45:00'],
  ['0001-01-02T00:00:00Z', 'UTC', '02.01.0001 00:00:00'],
])('%s in %s is %s [TN-14, reading 32]', (utc, zone, time) => {
  const formatted = formatStatusTime(Date.parse(utc), zone);
  expect(formatted).toBe(time);
  expect(isStatusTime(formatted)).toBe(true);
});

test('a formatter is made once for a zone and serves any number of times', () => {
  const format = createStatusTimeFormatter('Europe/Kyiv');
  expect([0, 86_400_000].map(format)).toEqual(['01.01.1970 03:00:00', '02.01.1970 03:00:00']);
});

test('an unknown zone is a RangeError that names it', () => {
  expect(() => formatStatusTime(0, 'Europe/Atlantis')).toThrow(RangeError);
  expect(() => formatStatusTime(0, 'Europe/Atlantis')).toThrow(
    /unknown time zone "Europe\/Atlantis"; expected a name of the IANA database/,
  );
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, -62_200_000_000_000, 253_500_000_000_000])(
  '%d is no time that four digits of a year can say',
  (epochMs) => {
    expect(() => formatStatusTime(epochMs, 'UTC')).toThrow(RangeError);
  },
);
