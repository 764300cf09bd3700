import assert from 'node:assert/strict';
import type { CallStep, CallSteps } from '../pbx.ts';
import type { ScenarioBench } from './bench.ts';

/** How long a scenario waits for something, milliseconds of the PBX's time. */
const PATIENCE_MS = 60_000;
const GLANCE_MS = 50;

type StepName = CallStep['step'];
type Ended = Extract<CallStep, { step: 'ended' }>;

/** A call whose steps are written down as they come. */
export class ObservedCall {
  readonly steps: CallStep[] = [];
  readonly #bench: ScenarioBench;
  #finished = false;

  constructor(bench: ScenarioBench, steps: CallSteps) {
    this.#bench = bench;
    void this.#read(steps);
  }

  /** The steps in a row: `first:ringing`, `joined`, `ended answered`. Progress is left out: it is the network's affair. */
  get story(): string {
    const told = this.steps.filter((step) => step.step !== 'progress');
    return told.map(nameOf).join(', ');
  }

  /** Waits for a step, of a leg where one is named. */
  async reaches(name: StepName, leg?: 'first' | 'second'): Promise<void> {
    const found = (): boolean =>
      this.steps.some((step) => step.step === name && (leg === undefined || ('leg' in step && step.leg === leg)));
    await until(this.#bench, found, () => `${leg ?? ''} ${name} in: ${this.story}`);
  }

  /** Waits for the end, and that nothing comes after it. */
  async ends(): Promise<Ended> {
    await until(
      this.#bench,
      () => this.#finished,
      () => `the end of: ${this.story}`,
    );
    const last = this.steps.at(-1);
    assert.ok(last?.step === 'ended', `the last step is ended, got: ${this.story}`);
    assert.equal(this.steps.filter((step) => step.step === 'ended').length, 1, `ended comes once: ${this.story}`);
    return last;
  }

  /** Waits for the end and compares the whole story. */
  async endsAs(story: string): Promise<Ended> {
    const ended = await this.ends();
    assert.equal(this.story, story, `expected ${story}\n     got ${this.story}\n     by ${JSON.stringify(ended.evidence)}`);
    return ended;
  }

  has(name: StepName): boolean {
    return this.steps.some((step) => step.step === name);
  }

  /** When a step came. */
  at(name: StepName): number {
    const step = this.steps.find((each) => each.step === name);
    assert.ok(step !== undefined, `${name} in: ${this.story}`);
    return step.at;
  }

  async #read(steps: CallSteps): Promise<void> {
    for await (const step of steps) this.steps.push(step);
    this.#finished = true;
  }
}

/** Lets time pass until something is so. */
export async function until(bench: ScenarioBench, isSo: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  for (let waited = 0; !(await isSo()); waited += GLANCE_MS) {
    assert.ok(waited < PATIENCE_MS, `waited ${PATIENCE_MS / 1_000} s for ${what()}`);
    await bench.advance(GLANCE_MS);
  }
}

/** Waits until the PBX has no call left, by its own word. */
export async function noneLeft(bench: ScenarioBench): Promise<void> {
  let left: readonly string[] = [];
  await until(
    bench,
    async () => {
      left = await bench.liveCalls();
      return left.length === 0;
    },
    () => `no call to be left, still there: ${left.join(', ')}`,
  );
}

function nameOf(step: CallStep): string {
  switch (step.step) {
    case 'joined':
      return 'joined';
    case 'ended':
      return `${step.leg}:ended ${step.outcome}`;
    case 'digit':
      return `${step.leg}:digit ${step.digit}`;
    default:
      return `${step.leg}:${step.step}`;
  }
}
