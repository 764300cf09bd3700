import assert from 'node:assert/strict';
import type { IncomingCall } from '../pbx.ts';
import type { Scenario, ScenarioBench } from './bench.ts';
import { until } from './observed-call.ts';

async function ring(bench: ScenarioBench, call: Omit<IncomingCall, 'at'>): Promise<void> {
  assert.ok(bench.callIn !== undefined, 'the bench can call in');
  await bench.callIn(call);
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
];

function listen(bench: ScenarioBench, heard: IncomingCall[]): Disposable {
  const stop = bench.pbx.onIncomingCall((call) => heard.push(call));
  return { [Symbol.dispose]: stop };
}
