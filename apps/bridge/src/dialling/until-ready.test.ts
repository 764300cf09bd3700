import type { PbxState } from '@taxinav/telephony';
import { FakeClock } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { untilReady } from './until-ready.ts';

function connecting(): {
  state: PbxState;
  listeners: Set<(state: PbxState) => void>;
  onState(listener: (state: PbxState) => void): () => void;
} {
  const listeners = new Set<(state: PbxState) => void>();
  return {
    state: 'connecting',
    listeners,
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

test('a PBX that becomes ready is not waited for any longer', async () => {
  const pbx = connecting();
  const waiting = untilReady(pbx, new FakeClock(), 2_000);
  for (const listener of pbx.listeners) listener('away');
  for (const listener of pbx.listeners) listener('ready');
  await waiting;
  expect(pbx.listeners.size).toBe(0);
});

test('a PBX that is ready is not waited for, one that stays away no longer than was said', async () => {
  const clock = new FakeClock();
  await untilReady({ ...connecting(), state: 'ready' }, clock, 2_000);
  const pbx = connecting();
  let over = false;
  const waiting = untilReady(pbx, clock, 2_000).then(() => (over = true));
  await clock.advance(1_999);
  expect(over).toBe(false);
  await clock.advance(1);
  await waiting;
  expect(pbx.listeners.size).toBe(0);
});
