import type { Store } from '@taxinav/notification-tracking';
import type { CallStep, CallSteps, Pbx } from '@taxinav/telephony';
import { send } from '@taxinav/transport';
import type { BridgeParts } from '../../src/bridge.ts';

/** Where a bridge dies: at its n-th operation of this name, before anything of it has happened or before anybody hears that it has. */
export interface Failpoint {
  /** `store accept`, `send SayTextStatus`, `receive SayText`, `pbx announce`, `pbx step answered`. */
  readonly operation: string;
  readonly when: 'before' | 'after';
  readonly nth: number;
}

/** What the dead say: whoever waited for an answer never got one. */
class Dead extends Error {
  override readonly name = 'Dead';
}

/**
 * The edges of a bridge, decorated: at its failpoint the first bridge that is given them dies. Nothing reaches the database, the network
 * or the PBX any more, and nobody hears of what did. Bridges after it live, and are watched.
 */
export class Crash {
  /** Operations that were begun, by all bridges. */
  readonly operations: Set<string> = new Set();
  /** Call ids that the PBX was asked for, in order, by all bridges. */
  readonly asked: string[] = [];
  readonly #failpoint: Failpoint | undefined;
  readonly #hit = Promise.withResolvers<void>();
  readonly #burial = Promise.withResolvers<never>();
  #met = 0;
  #lives = 0;

  constructor(failpoint?: Failpoint) {
    this.#failpoint = failpoint;
    this.#burial.promise.catch(() => undefined);
  }

  /** Resolves when the bridge has died. */
  get hit(): Promise<void> {
    return this.#hit.promise;
  }

  /** Ends what waits for answers that never come, so that the dead bridge's process can go. */
  bury(): void {
    this.#burial.reject(new Dead('the bridge has died'));
  }

  /** Decorates the parts of the next bridge; only the first one dies. */
  decorate(parts: BridgeParts): BridgeParts {
    this.#lives += 1;
    const life: Life = { mortal: this.#lives === 1, dead: false };
    const around: Around = (operation, run) => this.#around(life, operation, run);
    return {
      ...parts,
      store: decorateStore(parts.store, around),
      pbx: decoratePbx(parts.pbx, (operation, run) => this.#ask(life, operation, run), this.#steps(life), this.asked),
      send: (...parameters: Parameters<typeof send>) => around(`send ${parameters[1].message}`, () => send(...parameters)),
      listen: (options, handler) =>
        parts.listen(options, (received, peer) =>
          around(`receive ${'fault' in received ? 'fault' : received.message}`, () => handler(received, peer)),
        ),
    };
  }

  #dies(life: Life, operation: string, when: Failpoint['when']): boolean {
    const failpoint = this.#failpoint;
    if (life.dead) return true;
    if (!life.mortal || failpoint?.operation !== operation || failpoint.when !== when) return false;
    this.#met += 1;
    if (this.#met !== failpoint.nth) return false;
    life.dead = true;
    this.#hit.resolve();
    return true;
  }

  async #around<Result>(life: Life, operation: string, run: () => Promise<Result>): Promise<Result> {
    this.operations.add(operation);
    if (this.#dies(life, operation, 'before')) return await this.#burial.promise;
    const result = await run();
    if (this.#dies(life, operation, 'after')) return await this.#burial.promise;
    return result;
  }

  /** A request to the PBX answers with steps, at once. */
  #ask(life: Life, operation: string, run: () => CallSteps): CallSteps {
    this.operations.add(operation);
    if (this.#dies(life, operation, 'before')) return this.#silence();
    const steps = run();
    return this.#dies(life, operation, 'after') ? this.#silence() : this.#steps(life)(steps);
  }

  #steps(life: Life): (steps: CallSteps) => CallSteps {
    // oxlint-disable-next-line typescript/no-this-alias -- a generator has a `this` of its own
    const crash = this;
    return (steps) =>
      (async function* heard(): AsyncGenerator<CallStep> {
        for await (const step of steps) {
          const operation = `pbx step ${step.step}`;
          crash.operations.add(operation);
          if (crash.#dies(life, operation, 'before')) await crash.#burial.promise;
          yield step;
          if (crash.#dies(life, operation, 'after')) await crash.#burial.promise;
        }
      })();
  }

  async *#silence(): AsyncGenerator<CallStep> {
    yield await this.#burial.promise;
  }
}

interface Life {
  /** Whether it dies at the failpoint. */
  readonly mortal: boolean;
  dead: boolean;
}

type Around = <Result>(operation: string, run: () => Promise<Result>) => Promise<Result>;

function decorateStore(store: Store, around: Around): Store {
  return {
    failed: store.failed,
    run: (name, command) => around(`store ${name}`, () => store.run(name, command)),
    read: (name, query) => around(`store read ${name}`, () => store.read(name, query)),
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

function decoratePbx(
  pbx: Pbx,
  ask: (operation: string, run: () => CallSteps) => CallSteps,
  heard: (steps: CallSteps) => CallSteps,
  asked: string[],
): Pbx {
  const asking =
    <Request extends { readonly callId: string }>(operation: string, run: (request: Request) => CallSteps) =>
    (request: Request): CallSteps =>
      ask(operation, () => {
        asked.push(request.callId);
        return run(request);
      });
  return {
    get state() {
      return pbx.state;
    },
    onState: (listener) => pbx.onState(listener),
    onIncomingCall: (listener) => pbx.onIncomingCall(listener),
    onIncomingCallOutcome: (listener) => pbx.onIncomingCallOutcome(listener),
    start: () => pbx.start(),
    announce: asking('pbx announce', (request) => pbx.announce(request)),
    connect: asking('pbx connect', (request) => pbx.connect(request)),
    conference: asking('pbx conference', (request) => pbx.conference(request)),
    hangUp: (callId, why) => pbx.hangUp(callId, why),
    reconcile: async (...parameters) => (await pbx.reconcile(...parameters)).map((call) => ({ ...call, steps: heard(call.steps) })),
    stop: () => pbx.stop(),
    [Symbol.asyncDispose]: () => pbx[Symbol.asyncDispose](),
  };
}
