import assert from 'node:assert/strict';
import type { IncomingCall, IncomingCallOutcome } from '../pbx.ts';
import type { Scenario, ScenarioBench } from './bench.ts';
import { until } from './observed-call.ts';

async function ring(bench: ScenarioBench, call: Omit<IncomingCall, 'at'>, routing?: IncomingCallOutcome['outcome']): Promise<void> {
  assert.ok(bench.callIn !== undefined, 'the bench can call in');
  await bench.callIn(call, routing);
}

/** Calls from outside. */
export const CALLS_IN: readonly Scenario[] = [
  {
    name: 'a call from outside is told with its line and caller [TN-4]',
    needs: ['callIn'],
    run: async (bench) => {
      const heard: IncomingCall[] = [];
      using _listening = listen(bench, heard);
      await ring(bench, { linkedId: 'in-1', line: '0445550101', callerId: '0675040279' });
      await until(
        bench,
        () => heard.length > 0,
        () => 'the call',
      );
      assert.equal(heard[0]?.line, '0445550101');
      assert.equal(heard[0]?.callerId, '0675040279');
    },
  },
  {
    name: 'a call is told once, however many events it makes [reading 35]',
    needs: ['callIn'],
    run: async (bench) => {
      const heard: IncomingCall[] = [];
      using _listening = listen(bench, heard);
      await ring(bench, { linkedId: 'in-2', line: '0445550101', callerId: '0675040279' });
      await ring(bench, { linkedId: 'in-2', line: '0445550101', callerId: '0675040279' });
      await ring(bench, { linkedId: 'in-3', line: '0445550102', callerId: '0675040279' });
      await until(
        bench,
        () => heard.some((call) => call.linkedId === 'in-3'),
        () => 'the other call',
      );
      assert.deepEqual(
        heard.map((call) => call.linkedId),
        ['in-2', 'in-3'],
      );
    },
  },
  {
    name: 'a withheld caller has no caller id',
    needs: ['callIn'],
    run: async (bench) => {
      const heard: IncomingCall[] = [];
      using _listening = listen(bench, heard);
      await ring(bench, { linkedId: 'in-4', line: '0445550101' });
      await until(
        bench,
        () => heard.length > 0,
        () => 'the call',
      );
      assert.equal(heard[0]?.callerId, undefined);
    },
  },
  {
    name: 'who stops listening hears nothing more',
    needs: ['callIn'],
    run: async (bench) => {
      const gone: IncomingCall[] = [];
      const heard: IncomingCall[] = [];
      const stopped = listen(bench, gone);
      stopped[Symbol.dispose]();
      using _listening = listen(bench, heard);
      await ring(bench, { linkedId: 'in-5', line: '0445550101' });
      await until(
        bench,
        () => heard.length > 0,
        () => 'the call',
      );
      assert.deepEqual(gone, []);
    },
  },
  {
    name: 'column and car type named by the dialplan are told [TN-6]',
    needs: ['callIn'],
    run: async (bench) => {
      const heard: IncomingCall[] = [];
      using _listening = listen(bench, heard);
      await ring(bench, { linkedId: 'in-6', callerId: '0675040279', columnId: 'north', carType: 'Premium' });
      await until(
        bench,
        () => heard.length > 0,
        () => 'the call',
      );
      assert.equal(heard[0]?.columnId, 'north');
      assert.equal(heard[0]?.carType, 'Premium');
      assert.equal(heard[0]?.line, undefined);
    },
  },
  ...(['answered', 'missed'] as const).map((routing): Scenario => ({
    name: `a call that the PBX's own routing leaves ${routing} is told so, once and after the call itself`,
    needs: ['callIn'],
    run: async (bench) => {
      const heard: IncomingCall[] = [];
      const outcomes: IncomingCallOutcome[] = [];
      using _listening = listen(bench, heard);
      using _outcomes = {
        [Symbol.dispose]: bench.pbx.onIncomingCallOutcome((outcome) => {
          assert.deepEqual(outcome.call, heard[0]);
          outcomes.push(outcome);
        }),
      };
      await ring(bench, { linkedId: `in-${routing}`, line: '0445550101', callerId: '0675040279' }, routing);
      await until(
        bench,
        () => outcomes.length > 0,
        () => 'the outcome',
      );
      await bench.advance(3_000);
      assert.deepEqual(
        outcomes.map(({ outcome }) => outcome),
        [routing],
      );
      if (routing === 'missed') assert.equal(outcomes[0]?.endpoint, undefined);
      else assert.doesNotMatch(outcomes[0]?.endpoint ?? '', /-[0-9a-f]{8}$/);
    },
  })),
];

function listen(bench: ScenarioBench, heard: IncomingCall[]): Disposable {
  const stop = bench.pbx.onIncomingCall((call) => heard.push(call));
  return { [Symbol.dispose]: stop };
}
