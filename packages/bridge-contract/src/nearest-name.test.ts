import { expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

const known = ['listen', 'navigator', 'ringSeconds', 'allow', 'id'];

it.each([
  ['lisen', 'listen'],
  ['Listen', 'listen'],
  ['ring_seconds', 'ringSeconds'],
  ['ring-second', 'ringSeconds'],
  ['navigater', 'navigator'],
])('%s was meant to be %s', (written, name) => expect(nearestName(written, known)).toBe(name));

it.each(['zebra', 'colour', 'x'.repeat(1_000), ''])('no name is near to example %#', (written) =>
  expect(nearestName(written, ['listen', 'navigator'])).toBeUndefined(),
);
