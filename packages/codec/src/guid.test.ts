import { expect, test } from 'vitest';
import { canonicalGuid, parseGuid } from './guid.ts';

const CANONICAL = '6F9619FF-8B86-D011-B42D-00CF4FC964FF';

test.each([
  CANONICAL,
  '6f9619ff-8b86-d011-b42d-00cf4fc964ff',
  '{6F9619FF-8B86-D011-B42D-00CF4FC964FF}',
  '6F9619FF8B86D011B42D00CF4FC964FF',
  '{6f9619ff8b86d011b42d00cf4fc964ff}',
])('a GUID keeps the form it was received in and has one canonical form: %s [TN-12] [reading 15]', (text) => {
  const guid = parseGuid(text);
  expect(guid).toBe(text);
  expect(guid && canonicalGuid(guid)).toBe(CANONICAL);
});

test.each([
  '',
  '{6F9619FF-8B86-D011-B42D-00CF4FC964FF',
  '6F9619FF-8B86-D011-B42D-00CF4FC964FF}',
  '(6F9619FF-8B86-D011-B42D-00CF4FC964FF)',
  '6F9619FF-8B86D011-B42D-00CF4FC964FF',
  '6F9619FF-8B86-D011-B42D-00CF4FC964F',
  '6F9619FF-8B86-D011-B42D-00CF4FC964FFF',
  '6F9619FG-8B86-D011-B42D-00CF4FC964FF',
  ' 6F9619FF-8B86-D011-B42D-00CF4FC964FF',
  '6F9619FF-8B86-D011-B42D-00CF4FC964FF\n',
  '-6F9619FF8B86D011B42D00CF4FC964FF',
])('no other text is a GUID: %j [reading 15]', (text) => {
  expect(parseGuid(text)).toBeUndefined();
});
