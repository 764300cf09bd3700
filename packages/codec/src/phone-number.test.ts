import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { describe, expect, test } from 'vitest';
import { isPhoneNumber, maskPhoneNumber, nationalNumber, parsePhoneNumber, type PhoneNumber } from './phone-number.ts';

describe('forms of one Ukrainian number [TN-21, reading 20]', () => {
  const forms = [
    '0671234567',
    '380671234567',
    '+380671234567',
    '00380671234567',
    '38(067)1234567',
    '38 067 123-45-67',
    '80671234567',
    '+38(067)123.45.67',
  ];
  test.each([...forms, ' 067 123 45 67 '])('%s', (form) => {
    expect(parsePhoneNumber(form)).toBe('+380671234567');
  });

  test.each(forms.filter((form) => !form.startsWith('80')))('libphonenumber reads %s the same', (form) => {
    expect(parsePhoneNumberFromString(form, 'UA')?.number).toBe('+380671234567');
  });
});

test('every national number of ten digits is read as libphonenumber reads it [TN-21]', () => {
  const codes = [39, 44, 48, 50, 63, 66, 67, 68, 73, 91, 92, 93, 94, 95, 96, 97, 98, 99];
  for (const code of codes) {
    const written = `0${code}${String(code * 12_345 + 1_000_000).slice(0, 7)}`;
    expect(parsePhoneNumber(written)).toBe(parsePhoneNumberFromString(written, 'UA')?.number);
  }
});

test.each(['+48600123456', '+12025550143', '+4915112345678', '+442071838750', '+37322123456', '+995555123456', '+77011234567'])(
  'the foreign number %s keeps its country code, as in libphonenumber [reading 21]',
  (written) => {
    expect(parsePhoneNumber(written)).toBe(written);
    expect(parsePhoneNumber(`00${written.slice(1)}`)).toBe(written);
    expect(parsePhoneNumberFromString(written, 'UA')?.number).toBe(written);
  },
);

test.each([
  '',
  ' ',
  '+',
  '()',
  '102',
  '5040279',
  '671234567',
  '1234567890',
  '0067',
  '00671',
  '06712345678',
  '067123456',
  '38067123456',
  '3806712345678',
  '+38067123456',
  '+3800671234567',
  '0000000000',
  '+0671234567',
  '067123456o',
  '٠٦٧١٢٣٤٥٦٧',
  '067\u00a01234567',
  '067\t1234567',
  '0671234567\u0000',
  '067/1234567',
  '++380671234567',
  '38+0671234567',
  '1234567890123456',
  '+1234567890123456',
  '+123456',
  '0'.repeat(5000),
  '1'.repeat(41),
  'SIP/100',
  '067&068',
])('%j is no phone number [TN-21, reading 20]', (text) => {
  expect(parsePhoneNumber(text)).toBeUndefined();
});

test.each([
  '+380671234567',
  '+48600123456',
  '+4712345678',
  '+80671234567',
  '+1234567',
  '+123456789012345',
  '+380900123456',
  '+8012345678901',
])('the wire form of %s is read back as the same number [TN-21, reading 21]', (phone) => {
  const parsed = parsePhoneNumber(phone);
  expect(parsed).toBe(phone);
  expect(parsePhoneNumber(nationalNumber(phone as PhoneNumber))).toBe(phone);
  expect(nationalNumber(phone as PhoneNumber)).toMatch(/^[0-9]+$/);
});

test('the wire form is ten digits for Ukraine and digits with the country code else [TN-21, reading 21]', () => {
  expect(nationalNumber('+380671234567' as PhoneNumber)).toBe('0671234567');
  expect(nationalNumber('+48600123456' as PhoneNumber)).toBe('48600123456');
  expect(nationalNumber('+4712345678' as PhoneNumber)).toBe('004712345678');
});

test('inside, a number is E.164 and nothing else', () => {
  expect(isPhoneNumber('+380671234567')).toBe(true);
  expect(['0671234567', '380671234567', '+38067123456', '+38067123456700', '+0671234567', ''].filter(isPhoneNumber)).toEqual([]);
});

test.each([
  ['0675040279', '067***0279'],
  ['+380675040279', '067***0279'],
  ['38 (067) 504-02-79', '067***0279'],
  ['+48600123456', '486***3456'],
  ['067504027', '***'],
  ['102', '***'],
  ['', '***'],
  ['anonymous', '***'],
  ['\u001b[31m', '***'],
  ['0675040279 и ещё 5', '067***2795'],
  ['<script>0675040279</script>', '067***0279'],
])('%j is masked as %s', (text, masked) => {
  expect(maskPhoneNumber(text)).toBe(masked);
});

test('a mask never lets more than seven digits through, nor anything but digits', () => {
  for (const text of ['1'.repeat(100_000), '12345678901234567890', 'x'.repeat(64) + '0675040279']) {
    expect(maskPhoneNumber(text)).toMatch(/^(\d{3})?\*{3}(\d{4})?$/);
  }
});
