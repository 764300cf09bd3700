import assert from 'node:assert/strict';
import type { AnnouncementKeys } from '../pbx.ts';
import { announce } from './announcing.ts';
import type { LastDigit, Scenario, ScenarioBench } from './bench.ts';
import type { ObservedCall } from './observed-call.ts';

const UP = 'first:taken, first:ringing, first:answered';
const SPOKEN = `${UP}, first:digit 1, first:spoken, first:ended answered`;

/** Calls a phone that answers and presses 1, and waits for the end. */
async function pressed(bench: ScenarioBench, keys: AnnouncementKeys): Promise<number> {
  const { call } = announce(bench, '9', undefined, keys);
  const ended = await call.endsAs(SPOKEN);
  return ended.at - call.at('answered');
}

/** The called party presses 1 in the announcement, and another phone is called. */
export function callOperator(
  bench: ScenarioBench,
  operator: LastDigit | 'house',
  ringSeconds?: number,
): { readonly callId: string; readonly call: ObservedCall } {
  const endpoint = operator === 'house' ? bench.operatorEndpoint() : bench.numberEndpoint(operator);
  const target = { endpoint, ...(ringSeconds === undefined ? {} : { ringSeconds }) };
  return announce(bench, '9', undefined, { operator: { digit: '1', target } });
}

/** A key says the text once more. */
export const REPEAT_KEY: readonly Scenario[] = [
  {
    name: 'the key for it has the text said once more, and spoken is told once',
    needs: [],
    run: async (bench) => {
      const plainMs = await pressed(bench, {});
      const repeatedMs = await pressed(bench, { repeat: '1' });
      assert.ok(repeatedMs - plainMs >= 700, `the call took ${repeatedMs} ms with the key, ${plainMs} ms without`);
    },
  },
  {
    name: 'a key without a meaning does nothing',
    needs: [],
    run: async (bench) => {
      const plainMs = await pressed(bench, {});
      const otherMs = await pressed(bench, { repeat: '2' });
      assert.ok(Math.abs(otherMs - plainMs) < 700, `the call took ${otherMs} ms with another key, ${plainMs} ms without`);
    },
  },
];

/** A key joins the called party to a phone of the house. */
export const OPERATOR_KEY: readonly Scenario[] = [
  {
    name: 'the key for it calls the operator and joins the two; the call ends when one hangs up',
    needs: [],
    run: async (bench) => {
      const { call, callId } = callOperator(bench, 'house');
      const ended = await call.endsAs(`${UP}, first:digit 1, second:taken, second:ringing, second:answered, joined, first:ended answered`);
      const talkedMs = ended.at - call.at('joined');
      assert.ok(talkedMs >= 4_500 && talkedMs <= 6_500, `talked for ${talkedMs} ms, expected 5000`);
      assert.equal((await bench.originated(callId)).length, 2);
    },
  },
  {
    name: 'an operator who does not answer the key: the call ends as answered',
    needs: [],
    run: async (bench) => {
      const { call } = callOperator(bench, '3', 1);
      await call.endsAs(`${UP}, first:digit 1, second:taken, second:ringing, first:ended answered`);
    },
  },
  {
    name: 'a busy operator of the key: the call ends as answered',
    needs: [],
    run: async (bench) => {
      const { call } = callOperator(bench, '2');
      await call.endsAs(`${UP}, first:digit 1, second:taken, first:ended answered`);
    },
  },
  {
    name: 'canceled while the operator of the key rings: both are hung up',
    needs: [],
    run: async (bench) => {
      const { call, callId } = callOperator(bench, '3');
      await call.reaches('ringing', 'second');
      await bench.pbx.hangUp(callId, 'canceled');
      await call.endsAs(`${UP}, first:digit 1, second:taken, second:ringing, first:ended answered`);
    },
  },
  {
    name: 'hung up while the called party talks to the operator: both are hung up',
    needs: [],
    run: async (bench) => {
      const { call, callId } = callOperator(bench, 'house');
      await call.reaches('joined');
      await bench.pbx.hangUp(callId, 'finished');
      const ended = await call.ends();
      assert.equal(ended.outcome, 'answered');
      assert.ok(ended.at - call.at('joined') < 4_000, 'before the operator would have hung up');
    },
  },
  {
    name: 'away while the operator of the key rings: the two are joined when the PBX is back',
    needs: ['absence'],
    run: async (bench) => {
      const { call } = callOperator(bench, '8');
      await call.reaches('ringing', 'second');
      await bench.absence?.goAway();
      await bench.advance(500);
      await bench.absence?.comeBack();
      await call.endsAs(`${UP}, first:digit 1, second:taken, second:ringing, second:answered, joined, first:ended answered`);
    },
  },
  {
    name: 'away while the called party talks to the operator: they go on talking',
    needs: ['absence'],
    run: async (bench) => {
      const { call } = callOperator(bench, 'house');
      await call.reaches('joined');
      await bench.absence?.goAway();
      await bench.advance(500);
      await bench.absence?.comeBack();
      const ended = await call.ends();
      assert.equal(ended.outcome, 'answered');
      assert.ok(ended.at - call.at('joined') >= 4_500, 'the absence did not cut the talk');
    },
  },
  {
    name: 'the PBX restarts while the operator of the key rings: answered',
    needs: ['restart'],
    run: async (bench) => {
      const { call } = callOperator(bench, '3');
      await call.reaches('ringing', 'second');
      await bench.restart?.();
      const ended = await call.ends();
      assert.equal(ended.outcome, 'answered');
      assert.equal(ended.leg, 'first');
    },
  },
];
