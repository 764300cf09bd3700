import assert from 'node:assert/strict';
import { announce } from './announcing.ts';
import type { Scenario } from './bench.ts';

/** Announcements that we end ourselves. */
export const HANGING_UP: readonly Scenario[] = [
  {
    name: 'canceled at once: the reason is its evidence, and whether it rang decides [reading 40]',
    needs: [],
    run: async (bench) => {
      const { callId, call } = announce(bench, '3');
      await bench.pbx.hangUp(callId, 'canceled');
      const ended = await call.ends();
      assert.equal(ended.evidence.givenUp, 'canceled');
      assert.equal(ended.outcome, ended.evidence.rang ? 'unanswered' : 'unreachable');
    },
  },
  {
    name: 'canceled while it rings: unanswered [reading 40]',
    needs: [],
    run: async (bench) => {
      const { callId, call } = announce(bench, '3');
      await call.reaches('ringing');
      await bench.pbx.hangUp(callId, 'canceled');
      await call.endsAs('first:taken, first:ringing, first:ended unanswered');
    },
  },
  {
    name: 'canceled while the announcement plays: answered, and not spoken to its end',
    needs: [],
    run: async (bench) => {
      const { callId, call } = announce(bench, '0');
      await call.reaches('answered');
      await bench.pbx.hangUp(callId, 'canceled');
      await call.endsAs('first:taken, first:ringing, first:answered, first:ended answered');
    },
  },
  {
    name: 'canceled after the last word: answered and spoken',
    needs: [],
    run: async (bench) => {
      const { callId, call } = announce(bench, '0');
      await call.reaches('spoken');
      await bench.pbx.hangUp(callId, 'canceled');
      const ended = await call.ends();
      assert.equal(ended.outcome, 'answered');
      assert.ok(ended.at - call.at('spoken') < 2_000, 'hung up before the 3 s were over');
    },
  },
  {
    name: 'canceled twice ends once',
    needs: [],
    run: async (bench) => {
      const { callId, call } = announce(bench, '3');
      await call.reaches('ringing');
      await Promise.all([bench.pbx.hangUp(callId, 'canceled'), bench.pbx.hangUp(callId, 'canceled')]);
      await call.endsAs('first:taken, first:ringing, first:ended unanswered');
    },
  },
  {
    name: 'hanging up a call that is gone is no error',
    needs: [],
    run: async (bench) => {
      const { callId, call } = announce(bench, '2');
      await call.ends();
      await bench.pbx.hangUp(callId, 'canceled');
    },
  },
  {
    name: 'shut down at once: withdrawn, not an attempt [reading 40]',
    needs: [],
    run: async (bench) => {
      const { callId, call } = announce(bench, '3');
      await bench.pbx.hangUp(callId, 'shutdown');
      assert.equal((await call.ends()).outcome, 'withdrawn');
    },
  },
  {
    name: 'shut down while it rings: withdrawn, not an attempt [reading 40]',
    needs: [],
    run: async (bench) => {
      const { callId, call } = announce(bench, '3');
      await call.reaches('ringing');
      await bench.pbx.hangUp(callId, 'shutdown');
      await call.endsAs('first:taken, first:ringing, first:ended withdrawn');
    },
  },
  {
    name: 'shut down while the announcement plays: answered',
    needs: [],
    run: async (bench) => {
      const { callId, call } = announce(bench, '0');
      await call.reaches('answered');
      await bench.pbx.hangUp(callId, 'shutdown');
      await call.endsAs('first:taken, first:ringing, first:answered, first:ended answered');
    },
  },
  {
    name: 'shut down after the last word: answered',
    needs: [],
    run: async (bench) => {
      const { callId, call } = announce(bench, '0');
      await call.reaches('spoken');
      await bench.pbx.hangUp(callId, 'shutdown');
      assert.equal((await call.ends()).outcome, 'answered');
    },
  },
  {
    name: 'the first reason counts: canceled, then shut down, is unanswered',
    needs: [],
    run: async (bench) => {
      const { callId, call } = announce(bench, '3');
      await call.reaches('ringing');
      await Promise.all([bench.pbx.hangUp(callId, 'canceled'), bench.pbx.hangUp(callId, 'shutdown')]);
      assert.equal((await call.ends()).outcome, 'unanswered');
    },
  },
];
