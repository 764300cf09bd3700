import { FakeClock } from '@taxinav/testkit';
import { PhoneNetwork, createSimulatedPbx } from '../src/index.ts';
import type { AnnounceRequest, CallStep, CallSteps, PhoneNetworkOptions, SimulatedPbx, SimulatedPbxOptions } from '../src/index.ts';

/** A started Pbx on a network and a clock of its own. */
export interface Trial extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly network: PhoneNetwork;
  readonly pbx: SimulatedPbx;
  /** A second Pbx on the same network, started. */
  another(): Promise<SimulatedPbx>;
}

export async function startTrial(
  network: Omit<PhoneNetworkOptions, 'clock'> = {},
  options: Omit<SimulatedPbxOptions, 'clock'> = {},
): Promise<Trial> {
  const clock = new FakeClock();
  const opened = new AsyncDisposableStack();
  const phones = opened.use(new PhoneNetwork({ clock, ...network }));
  const another = async (): Promise<SimulatedPbx> => {
    const pbx = opened.use(createSimulatedPbx({ clock, network: phones, ...options }));
    await pbx.start();
    return pbx;
  };
  return { clock, network: phones, pbx: await another(), another, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Reads the steps of a call into a list that grows. */
export function keep(steps: CallSteps): readonly CallStep[] {
  const kept: CallStep[] = [];
  void (async () => {
    for await (const step of steps) kept.push(step);
  })();
  return kept;
}

/** `first:ringing 0, first:answered 300, first:ended answered 5000`, with milliseconds since `from`. */
export function timed(steps: readonly CallStep[], from: number): string {
  return steps.map((step) => `${named(step)} ${step.at - from}`).join(', ');
}

/** `first:ringing, first:ended answered` */
export function told(steps: readonly CallStep[]): string {
  return steps.map(named).join(', ');
}

function named(step: CallStep): string {
  if (step.step === 'joined') return 'joined';
  return `${step.leg}:${step.step}${step.step === 'ended' ? ` ${step.outcome}` : ''}`;
}

/** An announcement of 15 characters, 1 s a reading, to a phone. */
export function announcement(callId: string, endpoint: string, ringSeconds?: number): AnnounceRequest {
  return {
    callId,
    target: { endpoint, ...(ringSeconds === undefined ? {} : { ringSeconds }) },
    announcement: { text: 'машина подана !' },
  };
}
