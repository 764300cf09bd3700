import type { IncomingCall, IncomingCallOutcome, PbxState } from './pbx.ts';

/** The state of a Pbx, and who is told of it and of calls from outside. */
export class PbxListeners {
  readonly #state = new Set<(state: PbxState) => void>();
  readonly #incomingCall = new Set<(call: IncomingCall) => void>();
  readonly #incomingCallOutcome = new Set<(outcome: IncomingCallOutcome) => void>();
  #current: PbxState = 'connecting';

  get state(): PbxState {
    return this.#current;
  }

  onState(listener: (state: PbxState) => void): () => void {
    this.#state.add(listener);
    return () => this.#state.delete(listener);
  }

  onIncomingCall(listener: (call: IncomingCall) => void): () => void {
    this.#incomingCall.add(listener);
    return () => this.#incomingCall.delete(listener);
  }

  onIncomingCallOutcome(listener: (outcome: IncomingCallOutcome) => void): () => void {
    this.#incomingCallOutcome.add(listener);
    return () => this.#incomingCallOutcome.delete(listener);
  }

  /** Tells of a state that is another than before. */
  enter(state: PbxState): void {
    if (this.#current === state) return;
    this.#current = state;
    for (const listener of this.#state) listener(state);
  }

  tellIncomingCall(call: IncomingCall): void {
    for (const listener of this.#incomingCall) listener(call);
  }

  tellIncomingCallOutcome(outcome: IncomingCallOutcome): void {
    for (const listener of this.#incomingCallOutcome) listener(outcome);
  }

  /** Nobody is told any more. */
  clear(): void {
    this.#state.clear();
    this.#incomingCall.clear();
    this.#incomingCallOutcome.clear();
  }
}
