import assert from 'node:assert/strict';
import type { LastDigit, Scenario, ScenarioBench } from './bench.ts';
import { FIRST_UP, join, type Watched } from './joining.ts';
import { noneLeft, ObservedCall } from './observed-call.ts';

const UNANSWERED = `${FIRST_UP}, second:taken, second:ringing, second:ended unanswered`;

/** A conference whose passenger cannot be reached, with a phrase for the driver. */
function conference(bench: ScenarioBench, second: LastDigit, driver: LastDigit = '0'): Watched {
  const target = { endpoint: bench.numberEndpoint(second), ringSeconds: 1 };
  return join(bench, 'conference', { endpoint: bench.numberEndpoint(driver) }, target, { apology: bench.announcement });
}

/** Waits until the apology is being said: the second phone is given up a second after its first ringing. */
async function apologized(bench: ScenarioBench, { call }: Watched): Promise<void> {
  await call.reaches('ringing', 'second');
  await bench.advance(1_700);
}

/** What the first phone hears when the second could not be reached. */
export const APOLOGIES: readonly Scenario[] = [
  {
    name: 'a passenger who does not answer: the driver is told so and hung up; the outcome stays the passenger’s [reading 37]',
    needs: [],
    run: async (bench) => {
      const { call } = conference(bench, '3');
      const ended = await call.endsAs(UNANSWERED);
      assert.equal(ended.evidence.givenUp, 'ringTimeout');
      const afterMs = ended.at - call.at('answered');
      assert.ok(afterMs >= 3_000, `ended ${afterMs} ms after the driver’s answer, before the phrase can have been said`);
    },
  },
  {
    name: 'a busy passenger: the driver is told so and hung up',
    needs: [],
    run: async (bench) => {
      const { call } = conference(bench, '2');
      const ended = await call.endsAs(`${FIRST_UP}, second:taken, second:ended busy`);
      assert.ok(ended.at - call.at('answered') >= 2_000, 'the phrase was said');
    },
  },
  {
    name: 'a driver who does not answer hears nothing',
    needs: [],
    run: async (bench) => {
      const { call } = conference(bench, '0', '2');
      await call.endsAs('first:taken, first:ended busy');
    },
  },
  {
    name: 'a driver who hangs up while he is told leaves the passenger’s outcome as it was',
    needs: [],
    run: async (bench) => {
      const { call } = conference(bench, '5', '7');
      const ended = await call.endsAs(`${FIRST_UP}, second:taken, second:ended noSuchNumber`);
      assert.ok(ended.at - call.at('answered') < 2_000, 'ended with the driver’s hanging up');
    },
  },
  {
    name: 'canceled while the passenger rings: nothing is said',
    needs: [],
    run: async (bench) => {
      const target = { endpoint: bench.numberEndpoint('3') };
      const more = { apology: bench.announcement };
      const { callId, call } = join(bench, 'conference', { endpoint: bench.numberEndpoint('0') }, target, more);
      await call.reaches('ringing', 'second');
      const before = call.at('answered');
      await bench.pbx.hangUp(callId, 'canceled');
      const ended = await call.endsAs(UNANSWERED);
      assert.ok(ended.at - before < 2_000, 'ended without the phrase');
    },
  },
  {
    name: 'hung up while the apology is said: ended at once, the outcome stays',
    needs: [],
    run: async (bench) => {
      const watched = conference(bench, '3');
      await apologized(bench, watched);
      assert.ok(!watched.call.has('ended'), `it is being said: ${watched.call.story}`);
      await bench.pbx.hangUp(watched.callId, 'finished');
      await watched.call.endsAs(UNANSWERED);
    },
  },
  {
    name: 'canceled while the apology is said: what had ended the passenger’s call stays the outcome [reading 40]',
    needs: [],
    run: async (bench) => {
      const watched = conference(bench, '2');
      await watched.call.reaches('taken', 'second');
      await bench.advance(700);
      assert.ok(!watched.call.has('ended'), `it is being said: ${watched.call.story}`);
      await bench.pbx.hangUp(watched.callId, 'canceled');
      await watched.call.endsAs(`${FIRST_UP}, second:taken, second:ended busy`);
    },
  },
  {
    name: 'away while the apology is said: it ends when the PBX is back, the outcome stays',
    needs: ['absence'],
    run: async (bench) => {
      const watched = conference(bench, '3');
      await apologized(bench, watched);
      await bench.absence?.goAway();
      await bench.advance(500);
      await bench.absence?.comeBack();
      await watched.call.endsAs(UNANSWERED);
    },
  },
  {
    name: 'the PBX restarts while the apology is said: the outcome stays',
    needs: ['restart'],
    run: async (bench) => {
      const watched = conference(bench, '3');
      await apologized(bench, watched);
      await bench.restart?.();
      await watched.call.endsAs(UNANSWERED);
    },
  },
  {
    name: 'the next process finds a driver alone on the line, and hangs him up soon: what became of the passenger’s call is not known [reading 40]',
    needs: ['nextProcess'],
    run: async (bench) => {
      const watched = conference(bench, '3');
      await apologized(bench, watched);
      const pbx = await bench.nextProcess?.();
      const [found] = (await pbx?.reconcile([watched.callId])) ?? [];
      assert.ok(found !== undefined, 'the driver is found');
      const ended = await new ObservedCall(bench, found.steps).ends();
      assert.deepEqual([ended.leg, ended.outcome, ended.evidence.notOriginated], ['second', 'lost', undefined]);
      await noneLeft(bench);
    },
  },
];
