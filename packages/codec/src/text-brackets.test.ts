import { expect, test } from 'vitest';
import { isInAngleBrackets } from './text-brackets.ts';

test.each(['<a>', '<>', '<<a>>', '<a <b> c>', '<a b>'])('%s stands in brackets as a whole [TN-11, reading 13]', (text) => {
  expect(isInAngleBrackets(text)).toBe(true);
});

test.each(['', '<', '>', '><', 'a', '<a', 'a>', '<a> b', 'a <b>', '<a><b>', '<a> and <b>', '<a < b>', '<a > b>'])(
  '%j does not [reading 13]',
  (text) => {
    expect(isInAngleBrackets(text)).toBe(false);
  },
);
