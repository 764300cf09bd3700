import assert from 'node:assert/strict';
import type { PbxState } from '../pbx.ts';
import { announce, announceRequest } from './announcing.ts';
import type { Scenario, ScenarioBench } from './bench.ts';
import { BOTH_UP, connect, FIRST_UP } from './joining.ts';
import { noneLeft, ObservedCall } from './observed-call.ts';

const SPOKEN = 'first:taken, first:ringing, first:answered, first:spoken, first:ended answered';

function absenceOf(bench: ScenarioBench): NonNullable<ScenarioBench['absence']> {
  assert.ok(bench.absence !== undefined, 'the bench can cut the connection');
  return bench.absence;
}

/** Away for so long, unseen. */
async function awayFor(bench: ScenarioBench, ms: number): Promise<void> {
  const absence = absenceOf(bench);
  await absence.goAway();
  await bench.advance(ms);
  await absence.comeBack();
}

/** The connection to the PBX is lost and found again. */
export const ABSENCE: readonly Scenario[] = [
  {
    name: 'while the PBX is away a request is trunk trouble and originates nothing [reading 40]',
    needs: ['absence'],
    run: async (bench) => {
      await absenceOf(bench).goAway();
      assert.notEqual(bench.pbx.state, 'ready');
      const callId = bench.newCallId();
      const call = new ObservedCall(bench, bench.pbx.announce(announceRequest(bench, callId, '0')));
      const ended = await call.endsAs('first:ended trunkTrouble');
      assert.equal(ended.evidence.notOriginated, true);
      await absenceOf(bench).comeBack();
      assert.deepEqual(await bench.originated(callId), []);
    },
  },
  {
    name: 'while the PBX is away nobody can be asked what is alive',
    needs: ['absence'],
    run: async (bench) => {
      await absenceOf(bench).goAway();
      await assert.rejects(() => bench.pbx.reconcile([]), { name: 'TelephonyError', code: 'PBX_NOT_READY' });
      await absenceOf(bench).comeBack();
      assert.deepEqual(await bench.pbx.reconcile([]), []);
    },
  },
  {
    name: 'losing and finding the PBX is told',
    needs: ['absence'],
    run: async (bench) => {
      const states: PbxState[] = [];
      const stop = bench.pbx.onState((state) => states.push(state));
      await awayFor(bench, 100);
      stop();
      assert.equal(states[0], 'away');
      assert.equal(states.at(-1), 'ready');
      assert.equal(bench.pbx.state, 'ready');
    },
  },
  {
    name: 'away while it rings: the call goes on when the PBX is back',
    needs: ['absence'],
    run: async (bench) => {
      const { call } = announce(bench, '8');
      await call.reaches('ringing');
      await awayFor(bench, 1_000);
      await call.endsAs(SPOKEN);
    },
  },
  {
    name: 'away for longer than it may ring: given up when the PBX is back',
    needs: ['absence'],
    run: async (bench) => {
      const { call } = announce(bench, '3', 1);
      await call.reaches('ringing');
      await awayFor(bench, 1_500);
      await call.endsAs('first:taken, first:ringing, first:ended unanswered');
    },
  },
  {
    name: 'away while the announcement plays: it is not said again',
    needs: ['absence'],
    run: async (bench) => {
      const { call } = announce(bench, '0');
      await call.reaches('answered');
      await awayFor(bench, 500);
      await call.endsAs(SPOKEN);
    },
  },
  {
    name: 'away until after the last word: spoken is told when the PBX is back',
    needs: ['absence'],
    run: async (bench) => {
      const { call } = announce(bench, '0');
      await call.reaches('answered');
      await awayFor(bench, 10_000);
      await call.endsAs(SPOKEN);
    },
  },
  {
    name: 'away for a moment while the line stays open after the last word: spoken is told once',
    needs: ['absence'],
    run: async (bench) => {
      const { call } = announce(bench, '0');
      await call.reaches('spoken');
      await awayFor(bench, 500);
      await call.endsAs(SPOKEN);
    },
  },
  {
    name: 'away while the line stays open after the last word: hung up when the PBX is back',
    needs: ['absence'],
    run: async (bench) => {
      const { call } = announce(bench, '0');
      await call.reaches('spoken');
      await awayFor(bench, 4_000);
      await call.endsAs(SPOKEN);
    },
  },
  {
    name: 'a call answered before the PBX went away and gone when it is back was answered',
    needs: ['absence'],
    run: async (bench) => {
      const { call } = announce(bench, '7');
      await call.reaches('answered');
      await awayFor(bench, 3_000);
      const ended = await call.endsAs('first:taken, first:ringing, first:answered, first:ended answered');
      assert.equal(ended.evidence.hangupCause, 0);
    },
  },
  {
    name: 'a call that rang when the PBX went away and is gone when it is back is lost: nobody saw how it ended [reading 40]',
    needs: ['absence'],
    run: async (bench) => {
      const { call } = announce(bench, '7');
      await call.reaches('ringing');
      await awayFor(bench, 4_000);
      const ended = await call.endsAs('first:taken, first:ringing, first:ended lost');
      assert.equal(ended.evidence.lost, true);
    },
  },
  {
    name: 'hung up while the PBX is away: done when it is back',
    needs: ['absence'],
    run: async (bench) => {
      const { callId, call } = announce(bench, '3');
      await call.reaches('ringing');
      await absenceOf(bench).goAway();
      await bench.pbx.hangUp(callId, 'shutdown');
      await absenceOf(bench).comeBack();
      await call.endsAs('first:taken, first:ringing, first:ended withdrawn');
    },
  },
  {
    name: 'hung up for two reasons while the PBX is away: the first counts',
    needs: ['absence'],
    run: async (bench) => {
      const { callId, call } = announce(bench, '3');
      await call.reaches('ringing');
      await absenceOf(bench).goAway();
      await bench.pbx.hangUp(callId, 'canceled');
      await bench.pbx.hangUp(callId, 'shutdown');
      await absenceOf(bench).comeBack();
      await call.endsAs('first:taken, first:ringing, first:ended unanswered');
    },
  },
  {
    name: 'away at the moment of the request: the call ends, and the phone was called once at most',
    needs: ['absence'],
    run: async (bench) => {
      const { callId, call } = announce(bench, '8');
      await awayFor(bench, 500);
      const ended = await call.ends();
      assert.ok(['answered', 'trunkTrouble', 'lost'].includes(ended.outcome), call.story);
      assert.ok((await bench.originated(callId)).length <= 1);
    },
  },
  {
    name: 'away while the first phone of a join rings: the second is called when the PBX is back',
    needs: ['absence'],
    run: async (bench) => {
      const { call } = connect(bench, { endpoint: bench.numberEndpoint('8') }, { endpoint: bench.numberEndpoint('2') });
      await call.reaches('ringing');
      await awayFor(bench, 500);
      await call.endsAs(`${FIRST_UP}, second:taken, second:ended busy`);
    },
  },
  {
    name: 'away while the second phone of a join rings: the two are joined when the PBX is back',
    needs: ['absence'],
    run: async (bench) => {
      const { call } = connect(bench, { endpoint: bench.operatorEndpoint() }, { endpoint: bench.numberEndpoint('8') });
      await call.reaches('ringing', 'second');
      await awayFor(bench, 500);
      await call.endsAs(`${BOTH_UP}, second:ended answered`);
    },
  },
  {
    name: 'away while two talk: they go on talking',
    needs: ['absence'],
    run: async (bench) => {
      const { call } = connect(bench, { endpoint: bench.operatorEndpoint() }, { endpoint: bench.numberEndpoint('0') });
      await call.reaches('joined');
      await awayFor(bench, 1_000);
      const ended = await call.ends();
      assert.equal(ended.outcome, 'answered');
      assert.ok(ended.at - call.at('joined') >= 4_500, 'the absence did not cut the talk');
    },
  },
  {
    name: 'a talk that ended while the PBX was away leaves nobody on the line',
    needs: ['absence'],
    run: async (bench) => {
      const { call } = connect(bench, { endpoint: bench.operatorEndpoint() }, { endpoint: bench.numberEndpoint('7') });
      await call.reaches('joined');
      await awayFor(bench, 3_000);
      assert.equal((await call.ends()).outcome, 'answered');
      await noneLeft(bench);
    },
  },
];
