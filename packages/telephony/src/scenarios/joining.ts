import assert from 'node:assert/strict';
import type { CallId, CallTarget, JoinRequest } from '../pbx.ts';
import type { Scenario, ScenarioBench } from './bench.ts';
import { noneLeft, ObservedCall } from './observed-call.ts';

/** What is told of the first phone until it is up. */
export const FIRST_UP = 'first:taken, first:ringing, first:answered';
/** The same, until both talk. */
export const BOTH_UP: string = `${FIRST_UP}, second:taken, second:ringing, second:answered, joined`;

/** A join that is watched. */
export interface Watched {
  readonly callId: CallId;
  readonly call: ObservedCall;
  readonly first: string;
  readonly second: string;
}

/** Starts a click to call and watches it. */
export function connect(bench: ScenarioBench, first: CallTarget, second: CallTarget, maximumMinutes?: number): Watched {
  return join(bench, 'connect', first, second, maximumMinutes === undefined ? {} : { maximumMinutes });
}

/** Starts a join of either kind and watches it. */
export function join(
  bench: ScenarioBench,
  how: 'connect' | 'conference',
  first: CallTarget,
  second: CallTarget,
  more: Pick<JoinRequest, 'maximumMinutes' | 'apology'> = {},
): Watched {
  const callId = bench.newCallId();
  const request = { callId, first, second, ...more };
  const steps = how === 'connect' ? bench.pbx.connect(request) : bench.pbx.conference(request);
  return { callId, call: new ObservedCall(bench, steps), first: first.endpoint, second: second.endpoint };
}

async function neverCalledTheSecond(bench: ScenarioBench, { callId, first }: Watched): Promise<void> {
  assert.deepEqual(await bench.originated(callId), [first]);
}

/** Two phones that are joined, or not. */
export const JOINING: readonly Scenario[] = [
  {
    name: 'click to call: the operator, then the client, who talk until the client hangs up [TN-9, reading 36]',
    needs: [],
    run: async (bench) => {
      const watched = connect(bench, { endpoint: bench.operatorEndpoint() }, { endpoint: bench.numberEndpoint('0') });
      const ended = await watched.call.endsAs(`${BOTH_UP}, second:ended answered`);
      const talkedMs = ended.at - watched.call.at('joined');
      assert.ok(talkedMs >= 4_500 && talkedMs <= 6_500, `talked for ${talkedMs} ms, expected 5000`);
      assert.deepEqual(await bench.originated(watched.callId), [watched.first, watched.second]);
    },
  },
  {
    name: 'conference: the driver, then the passenger [TN-18, TN-20, reading 37]',
    needs: [],
    run: async (bench) => {
      const watched = join(bench, 'conference', { endpoint: bench.numberEndpoint('0') }, { endpoint: bench.numberEndpoint('1') });
      await watched.call.endsAs(`${BOTH_UP}, second:ended answered`);
      assert.deepEqual(await bench.originated(watched.callId), [watched.first, watched.second]);
    },
  },
  {
    name: 'an operator who does not answer: unanswered, and the client is never called [reading 36]',
    needs: [],
    run: async (bench) => {
      const watched = connect(bench, { endpoint: bench.numberEndpoint('3'), ringSeconds: 1 }, { endpoint: bench.numberEndpoint('0') });
      await watched.call.endsAs('first:taken, first:ringing, first:ended unanswered');
      await neverCalledTheSecond(bench, watched);
    },
  },
  {
    name: 'a busy driver: busy, and the passenger is never called [reading 37]',
    needs: [],
    run: async (bench) => {
      const watched = join(bench, 'conference', { endpoint: bench.numberEndpoint('2') }, { endpoint: bench.numberEndpoint('0') });
      await watched.call.endsAs('first:taken, first:ended busy');
      await neverCalledTheSecond(bench, watched);
    },
  },
  {
    name: 'no free line for the driver: trunk trouble, and the passenger is never called',
    needs: [],
    run: async (bench) => {
      const watched = join(bench, 'conference', { endpoint: bench.numberEndpoint('6') }, { endpoint: bench.numberEndpoint('0') });
      await watched.call.endsAs('first:taken, first:ended trunkTrouble');
      await neverCalledTheSecond(bench, watched);
    },
  },
  ...(
    [
      ['2', 'busy', 'busy'],
      ['4', 'switched off', 'unreachable'],
      ['5', 'of a number that does not exist', 'noSuchNumber'],
      ['6', 'with no free line', 'trunkTrouble'],
    ] as const
  ).map(([lastDigit, what, outcome]): Scenario => ({
    name: `a client ${what}: ${outcome} of the second phone, and the operator is hung up`,
    needs: [],
    run: async (bench) => {
      const { call } = connect(bench, { endpoint: bench.operatorEndpoint() }, { endpoint: bench.numberEndpoint(lastDigit) });
      await call.endsAs(`${FIRST_UP}, second:taken, second:ended ${outcome}`);
      await noneLeft(bench);
    },
  })),
  {
    name: 'a passenger who does not answer: unanswered, and the driver is hung up',
    needs: [],
    run: async (bench) => {
      const second = { endpoint: bench.numberEndpoint('3'), ringSeconds: 1 };
      const { call } = join(bench, 'conference', { endpoint: bench.numberEndpoint('0') }, second);
      const ended = await call.endsAs(`${FIRST_UP}, second:taken, second:ringing, second:ended unanswered`);
      assert.equal(ended.evidence.givenUp, 'ringTimeout');
    },
  },
  {
    name: 'an operator who hangs up while the client rings: the client stops ringing, unanswered',
    needs: [],
    run: async (bench) => {
      const { call } = connect(bench, { endpoint: bench.numberEndpoint('7') }, { endpoint: bench.numberEndpoint('3') });
      const ended = await call.endsAs(`${FIRST_UP}, second:taken, second:ringing, second:ended unanswered`);
      assert.equal(ended.evidence.givenUp, 'canceled');
    },
  },
  {
    name: 'a client who hangs up at once ends the talk for both',
    needs: [],
    run: async (bench) => {
      const { call } = connect(bench, { endpoint: bench.operatorEndpoint() }, { endpoint: bench.numberEndpoint('7') });
      await call.endsAs(`${BOTH_UP}, second:ended answered`);
    },
  },
  {
    name: 'a key pressed by the second phone is told of it',
    needs: [],
    run: async (bench) => {
      const { call } = connect(bench, { endpoint: bench.operatorEndpoint() }, { endpoint: bench.numberEndpoint('9') });
      await call.endsAs(`${BOTH_UP}, second:digit 1, second:ended answered`);
    },
  },
  {
    name: 'a talk ends at its limit',
    needs: [],
    run: async (bench) => {
      const { call } = connect(bench, { endpoint: bench.operatorEndpoint() }, { endpoint: bench.numberEndpoint('0') }, 0.03);
      const ended = await call.endsAs(`${BOTH_UP}, second:ended answered`);
      const talkedMs = ended.at - call.at('joined');
      assert.ok(talkedMs >= 1_700 && talkedMs <= 3_000, `talked for ${talkedMs} ms, expected 1800`);
    },
  },
  {
    name: 'a join canceled while the first phone rings: unanswered, and the second is never called',
    needs: [],
    run: async (bench) => {
      const watched = connect(bench, { endpoint: bench.numberEndpoint('3') }, { endpoint: bench.numberEndpoint('0') });
      await watched.call.reaches('ringing');
      await bench.pbx.hangUp(watched.callId, 'canceled');
      await watched.call.endsAs('first:taken, first:ringing, first:ended unanswered');
      await neverCalledTheSecond(bench, watched);
    },
  },
  {
    name: 'a join canceled while the second phone rings: unanswered, and both are hung up',
    needs: [],
    run: async (bench) => {
      const { callId, call } = connect(bench, { endpoint: bench.operatorEndpoint() }, { endpoint: bench.numberEndpoint('3') });
      await call.reaches('ringing', 'second');
      await bench.pbx.hangUp(callId, 'canceled');
      await call.endsAs(`${FIRST_UP}, second:taken, second:ringing, second:ended unanswered`);
    },
  },
  {
    name: 'a join shut down while the second phone rings: withdrawn',
    needs: [],
    run: async (bench) => {
      const { callId, call } = connect(bench, { endpoint: bench.operatorEndpoint() }, { endpoint: bench.numberEndpoint('3') });
      await call.reaches('ringing', 'second');
      await bench.pbx.hangUp(callId, 'shutdown');
      await call.endsAs(`${FIRST_UP}, second:taken, second:ringing, second:ended withdrawn`);
    },
  },
  {
    name: 'a join hung up while the two talk: answered',
    needs: [],
    run: async (bench) => {
      const { callId, call } = connect(bench, { endpoint: bench.operatorEndpoint() }, { endpoint: bench.numberEndpoint('0') });
      await call.reaches('joined');
      await bench.pbx.hangUp(callId, 'finished');
      const ended = await call.endsAs(`${BOTH_UP}, second:ended answered`);
      assert.ok(ended.at - call.at('joined') < 4_000, 'before the client would have hung up');
    },
  },
];
