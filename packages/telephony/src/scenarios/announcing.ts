import assert from 'node:assert/strict';
import type { AnnounceRequest, AnnouncementKeys, CallId } from '../pbx.ts';
import type { LastDigit, Scenario, ScenarioBench } from './bench.ts';
import { ObservedCall } from './observed-call.ts';

const SPOKEN = 'first:taken, first:ringing, first:answered, first:spoken, first:ended answered';

/** Starts an announcement to a phone and watches it. */
export function announce(
  bench: ScenarioBench,
  lastDigit: LastDigit,
  ringSeconds?: number,
  keys?: AnnouncementKeys,
): { readonly callId: CallId; readonly call: ObservedCall } {
  const callId = bench.newCallId();
  const request = { ...announceRequest(bench, callId, lastDigit, ringSeconds), ...(keys === undefined ? {} : { keys }) };
  return { callId, call: new ObservedCall(bench, bench.pbx.announce(request)) };
}

/** An announcement to a phone whose number ends so. */
export function announceRequest(bench: ScenarioBench, callId: CallId, lastDigit: LastDigit, ringSeconds?: number): AnnounceRequest {
  const target = { endpoint: bench.numberEndpoint(lastDigit), ...(ringSeconds === undefined ? {} : { ringSeconds }) };
  return { callId, target, announcement: bench.announcement };
}

/** What the last digit of a number leads to. */
const BY_LAST_DIGIT: readonly {
  readonly lastDigit: LastDigit;
  readonly fact: string;
  readonly story: string;
  readonly ringSeconds?: number;
}[] = [
  { lastDigit: '0', fact: 'a phone that answers hears the announcement to its end', story: SPOKEN },
  { lastDigit: '1', fact: 'another phone that answers does so too', story: SPOKEN },
  { lastDigit: '2', fact: 'a busy phone is busy', story: 'first:taken, first:ended busy' },
  {
    lastDigit: '3',
    fact: 'a phone that rings until we give up is unanswered',
    story: 'first:taken, first:ringing, first:ended unanswered',
    ringSeconds: 1,
  },
  { lastDigit: '4', fact: 'a phone switched off is unreachable', story: 'first:taken, first:ended unreachable' },
  { lastDigit: '5', fact: 'a number that does not exist is no such number', story: 'first:taken, first:ended noSuchNumber' },
  { lastDigit: '6', fact: 'no free line is trunk trouble', story: 'first:taken, first:ended trunkTrouble' },
  {
    lastDigit: '7',
    fact: 'a phone that hangs up in the middle of the announcement has answered',
    story: 'first:taken, first:ringing, first:answered, first:ended answered',
  },
  { lastDigit: '8', fact: 'a phone that rings for 3 s before it answers hears the announcement', story: SPOKEN },
  {
    lastDigit: '9',
    fact: 'a key pressed during the announcement is told and does not stop it',
    story: 'first:taken, first:ringing, first:answered, first:digit 1, first:spoken, first:ended answered',
  },
];

/** Spoken notifications that nobody disturbs. */
export const ANNOUNCING: readonly Scenario[] = [
  ...BY_LAST_DIGIT.map(({ lastDigit, fact, story, ringSeconds }): Scenario => ({
    name: `announce to …${lastDigit}: ${fact} [TN-16, reading 40]`,
    needs: [],
    run: async (bench) => {
      const { callId, call } = announce(bench, lastDigit, ringSeconds);
      await call.endsAs(story);
      assert.equal((await bench.originated(callId)).length, 1);
    },
  })),
  {
    name: 'ring time counts from the first ringing, and we end it ourselves [reading 40]',
    needs: [],
    run: async (bench) => {
      const { call } = announce(bench, '3', 1.5);
      const ended = await call.ends();
      assert.equal(ended.evidence.givenUp, 'ringTimeout');
      const rangMs = ended.at - call.at('ringing');
      assert.ok(rangMs >= 1_400 && rangMs <= 2_500, `rang for ${rangMs} ms, expected 1500`);
    },
  },
  {
    name: 'a phone that would answer later than it may ring is unanswered [reading 40]',
    needs: [],
    run: async (bench) => {
      const { call } = announce(bench, '8', 1);
      await call.endsAs('first:taken, first:ringing, first:ended unanswered');
    },
  },
  {
    name: 'a phone that answers within its ring time is not given up',
    needs: [],
    run: async (bench) => {
      const { call } = announce(bench, '8', 5);
      await call.endsAs(SPOKEN);
    },
  },
  {
    name: 'after the last word the line stays open for 3 s, then we hang up',
    needs: [],
    run: async (bench) => {
      const { call } = announce(bench, '0');
      const ended = await call.ends();
      const listenedMs = ended.at - call.at('spoken');
      assert.ok(listenedMs >= 2_900 && listenedMs <= 4_000, `listened for ${listenedMs} ms, expected 3000`);
      assert.equal(ended.evidence.givenUp, undefined);
    },
  },
  {
    name: 'an answered call is answered whatever its hang-up cause [reading 38]',
    needs: [],
    run: async (bench) => {
      const { call } = announce(bench, '7');
      const ended = await call.ends();
      assert.equal(ended.evidence.answered, true);
      assert.equal(ended.outcome, 'answered');
    },
  },
  {
    name: 'without a reading the phone only rings: the answer is hung up on, and nothing is said',
    needs: [],
    run: async (bench) => {
      const callId = bench.newCallId();
      const request = announceRequest(bench, callId, '0');
      const steps = bench.pbx.announce({ ...request, announcement: { ...request.announcement, readings: 0 } });
      const call = new ObservedCall(bench, steps);
      const ended = await call.endsAs('first:taken, first:ringing, first:answered, first:ended answered');
      assert.ok(ended.at - call.at('answered') < 1_500, 'hung up at the answer');
    },
  },
  {
    name: 'without a reading a phone that nobody answers is unanswered',
    needs: [],
    run: async (bench) => {
      const request = announceRequest(bench, bench.newCallId(), '3', 1);
      const steps = bench.pbx.announce({ ...request, announcement: { ...request.announcement, readings: 0 } });
      await new ObservedCall(bench, steps).endsAs('first:taken, first:ringing, first:ended unanswered');
    },
  },
  {
    name: 'steps not read yet are kept',
    needs: [],
    run: async (bench) => {
      const steps = bench.pbx.announce(announceRequest(bench, bench.newCallId(), '0'));
      await bench.advance(20_000);
      await new ObservedCall(bench, steps).endsAs(SPOKEN);
    },
  },
  {
    name: 'leaving the steps does not end the call',
    needs: [],
    run: async (bench) => {
      const callId = bench.newCallId();
      for await (const step of bench.pbx.announce(announceRequest(bench, callId, '3', 2))) {
        assert.equal(step.step, 'taken');
        break;
      }
      assert.deepEqual(await bench.liveCalls(), [callId]);
    },
  },
  {
    name: 'a call id in use is refused, and the phone is called once',
    needs: [],
    run: async (bench) => {
      const { callId, call } = announce(bench, '0');
      await call.reaches('ringing');
      assert.throws(() => bench.pbx.announce(announceRequest(bench, callId, '0')), RangeError);
      await call.endsAs(SPOKEN);
      assert.equal((await bench.originated(callId)).length, 1);
    },
  },
  {
    name: 'a call id whose call has ended is refused too',
    needs: [],
    run: async (bench) => {
      const { callId, call } = announce(bench, '2');
      await call.ends();
      assert.throws(() => bench.pbx.announce(announceRequest(bench, callId, '0')), RangeError);
      assert.equal((await bench.originated(callId)).length, 1);
    },
  },
  {
    name: '50 calls at once end each in its own way',
    needs: [],
    run: async (bench) => {
      const calls = Array.from({ length: 50 }, (_, index) => {
        const row = BY_LAST_DIGIT[index % BY_LAST_DIGIT.length];
        assert.ok(row !== undefined);
        return { row, ...announce(bench, row.lastDigit, row.ringSeconds) };
      });
      for (const { call, row } of calls) await call.endsAs(row.story);
      assert.equal(new Set(calls.map(({ callId }) => callId)).size, 50);
    },
  },
];
