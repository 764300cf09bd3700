import { expect, test } from 'vitest';
import { EndpointSilence } from './endpoint-silence.ts';

test('only the second silence in a row on an endpoint is more than the first [reading 40]', () => {
  const silence = new EndpointSilence();
  expect(silence.silent('PJSIP/0671234560@trunk')).toBe(true);
  expect(silence.silent('PJSIP/+380501234561@trunk')).toBe(false);
  expect(silence.silent('PJSIP/0501234561@trunk')).toBe(false);
  expect(silence.silent('PJSIP/0501234561@trunk')).toBe(false);
});

test('an answer of any kind ends the row', () => {
  const silence = new EndpointSilence();
  silence.silent('PJSIP/0671234560@trunk');
  silence.heard('PJSIP/0501234561@trunk');
  expect(silence.silent('PJSIP/0671234560@trunk')).toBe(true);
});

test('endpoints are told apart', () => {
  const silence = new EndpointSilence();
  silence.silent('PJSIP/0671234560@one');
  expect(silence.silent('PJSIP/0671234560@two')).toBe(true);
  expect(silence.silent('PJSIP/100')).toBe(true);
  expect(silence.silent('PJSIP/101')).toBe(true);
});

test('at most so many endpoints are remembered, the longest silent goes first', () => {
  const silence = new EndpointSilence(2);
  for (const name of ['a', 'b', 'c']) silence.silent(name);
  expect(silence.silent('c')).toBe(false);
  expect(silence.silent('b')).toBe(false);
  expect(silence.silent('a')).toBe(true);
});
