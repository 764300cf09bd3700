import assert from 'node:assert/strict';
import type { CallTarget } from '../pbx.ts';
import type { Scenario, ScenarioBench } from './bench.ts';
import { ObservedCall } from './observed-call.ts';

function callWithEarlyMedia(bench: ScenarioBench, more: Omit<CallTarget, 'endpoint'>): ObservedCall {
  assert.ok(bench.earlyMedia !== undefined, 'the bench has a phone with early media');
  const target = { endpoint: bench.earlyMedia(), ...more };
  return new ObservedCall(bench, bench.pbx.announce({ callId: bench.newCallId(), target, announcement: bench.announcement }));
}

/** What a route's early media means. */
export const ROUTES: readonly Scenario[] = [
  {
    name: 'early media alone is an announcement of the network: given up after the set-up time, unreachable [reading 40]',
    needs: ['earlyMedia'],
    run: async (bench) => {
      const call = callWithEarlyMedia(bench, { ringSeconds: 1 });
      const ended = await call.endsAs('first:taken, first:ended unreachable');
      assert.equal(ended.evidence.progress, true);
      assert.equal(ended.evidence.rang, false);
      assert.equal(ended.evidence.givenUp, 'setUpTimeout');
    },
  },
  {
    name: 'where early media is how a route rings, it is told as ringing and ring time counts from it [reading 40]',
    needs: ['earlyMedia'],
    run: async (bench) => {
      const call = callWithEarlyMedia(bench, { ringSeconds: 1, progress: 'ringing' });
      const ended = await call.endsAs('first:taken, first:ringing, first:ended unanswered');
      assert.ok(!call.has('progress'), 'it is not told as progress too');
      assert.equal(ended.evidence.rang, true);
      const rangMs = ended.at - call.at('ringing');
      assert.ok(rangMs >= 900 && rangMs <= 2_500, `rang for ${rangMs} ms, expected 1000`);
    },
  },
];
