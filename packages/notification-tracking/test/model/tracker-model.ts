import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Store } from '../../src/index.ts';
import { Desk, type PolicyChange } from '../contract/desk.ts';
import { Model } from './model.ts';
import { anyStep, claim, claimReports, observe, restart, settle, type NamedStep, type World } from './steps.ts';

const LONG = process.env['TAXINAV_LONG'] === '1';
const seed = Number(process.env['FAST_CHECK_SEED'] ?? Date.now() % 2 ** 31);
const STEPS = 50;

/** The tables that hold anything, those that refer to others first. */
export const TABLES: readonly string[] = [
  'report',
  'status_change',
  'call_leg',
  'call',
  'attempt',
  'round',
  'column_turn',
  'acknowledging_address',
  'node',
  'setting',
  'lease',
  'handled',
];

const POLICY: PolicyChange = {
  limits: { perPeerPerMinute: 0, perCalleePerHour: 4 },
  capacity: { channels: 3, reserve: 1, columns: { south: 2 }, routes: { odd: 1 } },
  delivery: { jitter: 0 },
};

class ModelStep implements fc.AsyncCommand<Model, World> {
  readonly #named: NamedStep;
  constructor(step: NamedStep) {
    this.#named = step;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, world: World): Promise<void> {
    return this.#named.step(model, world);
  }
  toString(): string {
    return this.#named.name;
  }
}

/** Lets everything come to its end: no calls, no waiting, all reports taken. */
async function settleAll(model: Model, world: World): Promise<void> {
  const { desk } = world;
  await restart(model, world);
  for (const callId of model.attempts.keys()) await desk.end(callId, 'lost');
  model.attempts.clear();
  for (const callId of model.calls.keys()) await desk.tracker.closeCall({ now: desk.now, callId, outcome: 'lost' });
  model.calls.clear();
  observe(model, world);
  desk.now += desk.policy.redial.timeToLiveMs + 30_000;
  await claim(model, world);
  expect(model.claims.size, 'nothing is dialled past its time to live').toBe(0);
  model.checkAllFinal();
  for (let idle = 0; idle < 2;) {
    await claimReports(idle % 2)(model, world);
    if (world.sent.length === 0) idle += 1;
    while (world.sent.length > 0) await settle(0, 'taken')(model, world);
  }
  for (const [key, guid] of model.guids) expect(guid.owed, `${key}: reports never given out`).toEqual([]);
}

/** Where the model is compared. */
export interface ModelRun {
  readonly store: () => Store;
  /** Empties every table of {@link TABLES}. */
  readonly empty: () => Promise<void>;
  readonly runs: number;
}

/** Random walks through a tracker, each step compared with the model. One database for all of them. */
export function modelTests({ store, empty, runs }: ModelRun): void {
  test.each([{ attemptStatuses: 'each' as const }, { attemptStatuses: 'final' as const }])(
    'whatever happens, statuses are legal and final once, reports are in order, channels and phones are never exceeded ($attemptStatuses) [reading 31] [reading 33] [reading 39]',
    { timeout: LONG ? 1_800_000 : 60_000 },
    async (redial) => {
      const commands = fc.commands([anyStep.map((step) => new ModelStep(step))], { maxCommands: STEPS, size: 'max' });
      await fc.assert(
        fc.asyncProperty(commands, async (steps) => {
          await empty();
          const desk = new Desk(store(), { ...POLICY, redial });
          const model = new Model();
          const world: World = { desk, sent: [] };
          await fc.asyncModelRun(() => ({ model, real: world }), steps);
          await settleAll(model, world);
          expect(world.sent).toEqual([]);
        }),
        { seed, numRuns: LONG ? 5_000 : runs, endOnFailure: LONG },
      );
    },
  );
}
