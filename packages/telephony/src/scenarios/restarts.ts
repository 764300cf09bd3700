import assert from 'node:assert/strict';
import { announce, announceRequest } from './announcing.ts';
import type { Scenario, ScenarioBench } from './bench.ts';
import { connect } from './joining.ts';
import { callOperator } from './keys.ts';
import { ObservedCall, until } from './observed-call.ts';

async function restart(bench: ScenarioBench): Promise<void> {
  assert.ok(bench.restart !== undefined, 'the bench can restart the PBX');
  await bench.restart();
}

/** The PBX itself restarts. */
export const PBX_RESTARTS: readonly Scenario[] = [
  {
    name: 'the PBX restarts while a phone rings: lost, since nobody saw how it ended [reading 40]',
    needs: ['restart'],
    run: async (bench) => {
      const { call } = announce(bench, '3');
      await call.reaches('ringing');
      await restart(bench);
      const ended = await call.endsAs('first:taken, first:ringing, first:ended lost');
      assert.equal(ended.evidence.hangupCause, 0);
      assert.equal(ended.evidence.rang, true);
    },
  },
  {
    name: 'the PBX restarts while the announcement plays: answered',
    needs: ['restart'],
    run: async (bench) => {
      const { call } = announce(bench, '0');
      await call.reaches('answered');
      await restart(bench);
      await call.endsAs('first:taken, first:ringing, first:answered, first:ended answered');
    },
  },
  {
    name: 'the PBX restarts while the line stays open after the last word: answered',
    needs: ['restart'],
    run: async (bench) => {
      const { call } = announce(bench, '0');
      await call.reaches('spoken');
      await restart(bench);
      assert.equal((await call.ends()).outcome, 'answered');
    },
  },
  {
    name: 'the PBX restarts while the second phone rings: lost',
    needs: ['restart'],
    run: async (bench) => {
      const { call } = connect(bench, { endpoint: bench.operatorEndpoint() }, { endpoint: bench.numberEndpoint('3') });
      await call.reaches('ringing', 'second');
      await restart(bench);
      const ended = await call.ends();
      assert.equal(ended.leg, 'second');
      assert.equal(ended.outcome, 'lost');
    },
  },
  {
    name: 'the PBX restarts while two talk: answered',
    needs: ['restart'],
    run: async (bench) => {
      const { call } = connect(bench, { endpoint: bench.operatorEndpoint() }, { endpoint: bench.numberEndpoint('0') });
      await call.reaches('joined');
      await restart(bench);
      assert.equal((await call.ends()).outcome, 'answered');
    },
  },
  {
    name: 'the PBX restarts at the moment of the request: the call ends, and the phone was called once at most',
    needs: ['restart'],
    run: async (bench) => {
      const { callId, call } = announce(bench, '8');
      await restart(bench);
      const ended = await call.ends();
      assert.notEqual(ended.outcome, 'answered');
      assert.ok((await bench.originated(callId)).length <= 1);
    },
  },
  {
    name: 'the PBX restarts while the first phone of a join rings: lost, and the second is never called',
    needs: ['restart'],
    run: async (bench) => {
      const { callId, call, first } = connect(bench, { endpoint: bench.numberEndpoint('3') }, { endpoint: bench.numberEndpoint('0') });
      await call.reaches('ringing');
      await restart(bench);
      await call.endsAs('first:taken, first:ringing, first:ended lost');
      assert.deepEqual(await bench.originated(callId), [first]);
    },
  },
  {
    name: 'after a restart of the PBX calls are made as before',
    needs: ['restart'],
    run: async (bench) => {
      await restart(bench);
      const { call } = announce(bench, '7');
      assert.equal((await call.ends()).outcome, 'answered');
    },
  },
];

/** The process that asked for a call is gone, and the next one finds it. */
export const NEXT_PROCESS: readonly Scenario[] = [
  {
    name: 'the next process adopts a call that rings, and the phone is not called again',
    needs: ['nextProcess'],
    run: async (bench) => {
      const { callId, call } = announce(bench, '8');
      await call.reaches('ringing');
      const [adopted] = await adopt(bench, [callId]);
      assert.equal(adopted?.answered, false);
      await adopted?.call.endsAs('first:answered, first:spoken, first:ended answered');
      assert.equal((await bench.originated(callId)).length, 1);
    },
  },
  {
    name: 'the next process counts a call that it found ringing as rung',
    needs: ['nextProcess'],
    run: async (bench) => {
      const { callId, call } = announce(bench, '3', 1);
      await call.reaches('ringing');
      const [adopted] = await adopt(bench, [callId]);
      await adopted?.call.endsAs('first:ended unanswered');
    },
  },
  {
    name: 'the next process lets an announcement play to its end and hangs up',
    needs: ['nextProcess'],
    run: async (bench) => {
      const { callId, call } = announce(bench, '0');
      await call.reaches('answered');
      const [adopted] = await adopt(bench, [callId]);
      assert.equal(adopted?.answered, true);
      await adopted.call.endsAs('first:spoken, first:ended answered');
    },
  },
  {
    name: 'the next process hangs up a call whose last word was said, and tells that it was heard',
    needs: ['nextProcess'],
    run: async (bench) => {
      const { callId, call } = announce(bench, '0');
      await call.reaches('spoken');
      const [adopted] = await adopt(bench, [callId]);
      assert.equal(adopted?.answered, true);
      const ended = await adopted.call.ends();
      assert.equal(ended.outcome, 'answered');
    },
  },
  {
    name: 'the next process finds a call asked for at the last moment, or proves that there is none',
    needs: ['nextProcess'],
    run: async (bench) => {
      const { callId } = announce(bench, '8');
      const pbx = await nextProcess(bench);
      let alive = await pbx.reconcile([callId]);
      if (alive.length === 0) {
        await bench.advance(2_000);
        alive = await pbx.reconcile([callId]);
      }
      for (const { steps } of alive) assert.equal((await new ObservedCall(bench, steps).ends()).outcome, 'answered');
      assert.ok((await bench.originated(callId)).length <= 1);
    },
  },
  {
    name: 'the next process adopts a join whose second phone rings, and joins the two',
    needs: ['nextProcess'],
    run: async (bench) => {
      const { callId, call } = connect(bench, { endpoint: bench.operatorEndpoint() }, { endpoint: bench.numberEndpoint('8') });
      await call.reaches('ringing', 'second');
      const [adopted] = await adopt(bench, [callId]);
      assert.equal(adopted?.answered, true);
      await adopted.call.endsAs('second:answered, joined, second:ended answered');
      assert.equal((await bench.originated(callId)).length, 2);
    },
  },
  {
    name: 'the next process adopts a called party who talks to the operator of a key',
    needs: ['nextProcess'],
    run: async (bench) => {
      const { callId, call } = callOperator(bench, 'house');
      await call.reaches('joined');
      const [adopted] = await adopt(bench, [callId]);
      assert.equal(adopted?.answered, true);
      const ended = await adopted.call.ends();
      assert.deepEqual([ended.leg, ended.outcome], ['first', 'answered']);
      // The operator hangs up after 5 s: a process that comes later finds the called party alone, as one who has heard the text.
      assert.match(adopted.call.story, /^(?:first:spoken, )?first:ended answered$/);
    },
  },
  {
    name: 'the next process hangs up what nobody asks for any more, and leaves other installations alone',
    needs: ['nextProcess'],
    run: async (bench) => {
      const kept = announce(bench, '3');
      const settled = announce(bench, '3');
      const foreign = announce(bench, '3', 2);
      for (const { call } of [kept, settled, foreign]) await call.reaches('ringing');
      const pbx = await nextProcess(bench);
      // The whole id as prefix: the third begins otherwise, as a call of another installation does.
      const [live] = await pbx.reconcile([kept.callId], settled.callId);
      assert.equal(live?.callId, kept.callId);
      await until(
        bench,
        async () => !(await bench.liveCalls()).includes(settled.callId),
        () => 'the settled call to be gone',
      );
      const left = await bench.liveCalls();
      assert.ok(left.includes(kept.callId) && left.includes(foreign.callId), `left: ${left.join(', ')}`);
      await pbx.hangUp(kept.callId, 'canceled');
      await pbx.reconcile([foreign.callId]);
      await pbx.hangUp(foreign.callId, 'canceled');
    },
  },
  {
    name: 'the next process adopts two who talk',
    needs: ['nextProcess'],
    run: async (bench) => {
      const { callId, call } = connect(bench, { endpoint: bench.operatorEndpoint() }, { endpoint: bench.numberEndpoint('0') });
      await call.reaches('joined');
      const [adopted] = await adopt(bench, [callId]);
      assert.equal(adopted?.answered, true);
      await adopted.call.endsAs('second:ended answered');
    },
  },
  {
    name: 'the next process hangs up a call that it adopted',
    needs: ['nextProcess'],
    run: async (bench) => {
      const { callId, call } = announce(bench, '3');
      await call.reaches('ringing');
      const pbx = await nextProcess(bench);
      const [live] = await pbx.reconcile([callId]);
      assert.ok(live !== undefined);
      const adopted = new ObservedCall(bench, live.steps);
      await pbx.hangUp(callId, 'canceled');
      await adopted.endsAs('first:ended unanswered');
    },
  },
  {
    name: 'a call that is over is not found alive, however often it is asked for',
    needs: ['nextProcess'],
    run: async (bench) => {
      const { callId, call } = announce(bench, '2');
      await call.ends();
      const pbx = await nextProcess(bench);
      assert.deepEqual(await pbx.reconcile([callId]), []);
      await bench.advance(2_000);
      assert.deepEqual(await pbx.reconcile([callId]), []);
    },
  },
  {
    name: 'a call that was not asked for is left alone',
    needs: ['nextProcess'],
    run: async (bench) => {
      const own = announce(bench, '3', 2);
      const foreign = announce(bench, '3', 2);
      await own.call.reaches('ringing');
      await foreign.call.reaches('ringing');
      const [adopted] = await adopt(bench, [own.callId]);
      await adopted?.call.ends();
      assert.deepEqual(await bench.liveCalls(), [foreign.callId]);
    },
  },
  {
    name: 'the next process does not originate a call id of the one before',
    needs: ['nextProcess'],
    run: async (bench) => {
      const { callId, call } = announce(bench, '3', 1);
      await call.reaches('ringing');
      const pbx = await nextProcess(bench);
      assert.throws(() => pbx.announce(announceRequest(bench, callId, '0')), RangeError);
      assert.equal((await bench.originated(callId)).length, 1);
    },
  },
];

async function nextProcess(bench: ScenarioBench): ReturnType<NonNullable<ScenarioBench['nextProcess']>> {
  assert.ok(bench.nextProcess !== undefined, 'the bench can start the next process');
  return bench.nextProcess();
}

async function adopt(
  bench: ScenarioBench,
  callIds: readonly string[],
): Promise<readonly { readonly answered: boolean; readonly call: ObservedCall }[]> {
  const pbx = await nextProcess(bench);
  const alive = await pbx.reconcile(callIds);
  assert.deepEqual(
    alive.map(({ callId }) => callId),
    callIds,
  );
  return alive.map(({ answered, steps }) => ({ answered, call: new ObservedCall(bench, steps) }));
}
