import type {
  AnnounceRequest,
  CallId,
  CallStep,
  CallSteps,
  IncomingCall,
  IncomingCallOutcome,
  JoinRequest,
  LiveCall,
  Pbx,
  PbxState,
} from '@taxinav/telephony';

/** A step without its time. */
export type TimelessStep = CallStep extends infer Step ? (Step extends CallStep ? Omit<Step, 'at'> : never) : never;

/** A call that the bridge has asked for. */
export interface AskedCall {
  readonly announce?: AnnounceRequest;
  readonly connect?: JoinRequest;
  readonly conference?: JoinRequest;
  /** Tells the bridge of steps; `ended` is the last. */
  tell(...steps: TimelessStep[]): void;
}

/** A Pbx whose calls do what the test says. */
export class ScriptedPbx implements Pbx {
  state: PbxState = 'ready';
  readonly asked: AskedCall[] = [];
  readonly hungUp: string[] = [];
  readonly reconciled: { readonly callIds: readonly CallId[]; readonly prefix: string | undefined }[] = [];
  /** Rejects the next request at once, as a driver does for a value out of its bounds. */
  refuses = false;
  #incoming: (call: IncomingCall) => void = () => undefined;
  #outcome: (outcome: IncomingCallOutcome) => void = () => undefined;
  readonly #watching = new Set<() => void>();

  /** The n-th call asked for, past or to come. */
  call(index = 0): Promise<AskedCall> {
    return this.next((_, at) => at === index);
  }

  /** The first call that `matches`, past or to come. */
  next(matches: (call: AskedCall, index: number) => boolean): Promise<AskedCall> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.asked.find(matches);
        if (found === undefined) return;
        this.#watching.delete(look);
        resolve(found);
      };
      this.#watching.add(look);
      look();
    });
  }

  callIn(call: Omit<IncomingCall, 'at'>): void {
    this.#incoming({ ...call, at: 0 });
  }

  endCallIn(outcome: Omit<IncomingCallOutcome, 'at'>): void {
    this.#outcome({ ...outcome, at: 0 });
  }

  onState(): () => void {
    return () => undefined;
  }

  onIncomingCall(listener: (call: IncomingCall) => void): () => void {
    this.#incoming = listener;
    return () => undefined;
  }

  onIncomingCallOutcome(listener: (outcome: IncomingCallOutcome) => void): () => void {
    this.#outcome = listener;
    return () => undefined;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  announce(announce: AnnounceRequest): CallSteps {
    return this.#ask({ announce });
  }

  connect(connect: JoinRequest): CallSteps {
    return this.#ask({ connect });
  }

  conference(conference: JoinRequest): CallSteps {
    return this.#ask({ conference });
  }

  hangUp(callId: CallId): Promise<void> {
    this.hungUp.push(callId);
    return Promise.resolve();
  }

  reconcile(callIds: readonly CallId[], prefix?: string): Promise<readonly LiveCall[]> {
    this.reconciled.push({ callIds, prefix });
    return Promise.resolve([]);
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  #ask(request: Omit<AskedCall, 'tell'>): CallSteps {
    if (this.refuses) throw new RangeError('announcement.audio.durationMs: expected a number above 0');
    const waiting: CallStep[] = [];
    let wake: () => void = () => undefined;
    this.asked.push({
      ...request,
      tell: (...steps) => {
        for (const step of steps) waiting.push({ ...step, at: Date.now() } satisfies CallStep);
        wake();
      },
    });
    for (const look of this.#watching) look();
    return (async function* () {
      for (;;) {
        const step = waiting.shift();
        if (step === undefined) {
          const { promise, resolve } = Promise.withResolvers<undefined>();
          wake = () => resolve(undefined);
          await promise;
        } else {
          yield step;
          if (step.step === 'ended') return;
        }
      }
    })();
  }
}

/** How a call ends that was heard out, refused, or never rang. */
export const ended = {
  answered: (leg: 'first' | 'second' = 'first') =>
    ({ step: 'ended', leg, outcome: 'answered', evidence: { answered: true, rang: true, progress: false, hangupCause: 16 } }) as const,
  silent: (leg: 'first' | 'second' = 'first') =>
    ({
      step: 'ended',
      leg,
      outcome: 'trunkTrouble',
      evidence: { answered: false, rang: false, progress: false, hangupCause: 34 },
    }) as const,
  unanswered: (leg: 'first' | 'second' = 'first') =>
    ({ step: 'ended', leg, outcome: 'unanswered', evidence: { answered: false, rang: true, progress: false, hangupCause: 19 } }) as const,
};
