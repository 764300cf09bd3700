import { FasterClock } from '@taxinav/testkit';
import { expect } from 'vitest';
import { createAsteriskPbx, type AsteriskPbxOptions, type AsteriskWarning } from '../../src/asterisk/index.ts';
import type { AnnounceRequest, CallStep, CallSteps, Pbx, PbxState } from '../../src/index.ts';
import { startFakeAri, type AskedOfFake, type FakeAnswer, type FakeAri, type FakeAriOptions } from './fake-ari.ts';

/** A started Pbx on a fake Asterisk, with a clock twenty times as fast. */
export interface FakeTrial extends AsyncDisposable {
  readonly ari: FakeAri;
  readonly pbx: Pbx;
  readonly warnings: readonly AsteriskWarning[];
  readonly warned: () => readonly string[];
  /** `POST /channels`, `DELETE /channels/a`, …, without what belongs to connecting. */
  readonly asked: () => readonly string[];
  /** An event of a channel, told to the control application. */
  channelEvent(type: string, id: string, more?: object): void;
}

export async function startFakeTrial(
  answer: (asked: AskedOfFake, ari: FakeAri) => FakeAnswer = () => undefined,
  more: Partial<AsteriskPbxOptions> & Omit<FakeAriOptions, 'answer'> = {},
): Promise<FakeTrial> {
  const opened = new AsyncDisposableStack();
  const warnings: AsteriskWarning[] = [];
  const ari: FakeAri = opened.use(
    await startFakeAri({
      ...more,
      answer: (asked) => {
        const chosen = answer(asked, ari);
        if (chosen !== undefined) return chosen;
        // Unless the test says otherwise, nothing that is asked for is there.
        return asked.method === 'GET' && /^\/(channels|playbacks)\/./.test(asked.path) ? { status: 404 } : undefined;
      },
    }),
  );
  const pbx = opened.use(
    createAsteriskPbx({
      clock: new FasterClock(20),
      random: () => 0.5,
      url: ari.url,
      username: 'taxinav',
      password: 'secret',
      application: 'taxinav',
      onWarning: (warning) => warnings.push(warning),
      ...more,
    }),
  );
  await pbx.start();
  return {
    ari,
    pbx,
    warnings,
    warned: () => warnings.map(({ code }) => code),
    asked: () =>
      ari.asked
        .filter(({ path }) => !/^\/(applications|events)|^\/channels$.*GET/.test(path))
        .map(({ method, path }) => `${method} ${path}`),
    channelEvent: (type, id, fields = {}) => ari.tell('taxinav', channelEvent(type, id, fields)),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** An event of a call's first leg. */
export function channelEvent(type: string, callId: string, fields: object = {}): object {
  const channel = { id: `${callId}-1`, name: `Local/${callId}`, state: 'Up' };
  return type === 'Dial' ? { type, peer: channel, dialstatus: '', ...fields } : { type, channel, ...fields };
}

/** An event of a call's second leg. */
export function secondEvent(type: string, callId: string, fields: object = {}): object {
  const channel = { id: `${callId}-2`, name: 'PJSIP/trunk', state: 'Down' };
  return type === 'Dial' ? { type, peer: channel, dialstatus: '', ...fields } : { type, channel, ...fields };
}

/** Waits until calls can be made. */
export async function ready(trial: FakeTrial): Promise<void> {
  await expect.poll(() => trial.pbx.state).toBe('ready');
}

/** Loses the connection for call control and waits until it is there again. */
export async function returns(trial: FakeTrial): Promise<void> {
  const states: PbxState[] = [];
  const stop = trial.pbx.onState((state) => states.push(state));
  trial.ari.socket('taxinav')?.terminate();
  await expect.poll(() => states).toEqual(['away', 'ready']);
  stop();
}

/** An announcement of 1 s. */
export function announcement(callId: string, endpoint = 'PJSIP/0671234560@trunk'): AnnounceRequest {
  return { callId, target: { endpoint }, announcement: { text: '', audio: { path: '/sound', durationMs: 1_000 }, readings: 1 } };
}

/** All steps, to the end. */
export async function allSteps(steps: CallSteps): Promise<readonly CallStep[]> {
  const all: CallStep[] = [];
  for await (const step of steps) all.push(step);
  return all;
}

/** `taken, ringing, ended busy` */
export function story(steps: readonly CallStep[]): string {
  return steps.map((step) => (step.step === 'ended' ? `ended ${step.outcome}` : step.step)).join(', ');
}
