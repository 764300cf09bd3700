import type { CallStep, CallSteps } from './pbx.ts';

type Waiting = (result: IteratorResult<CallStep, undefined>) => void;

/**
 * The steps of one call between the driver that learns them and the one reader who iterates them, once.
 *
 * Steps are kept until they are read. At most `unreadSteps` are kept: beyond, digits are dropped and nothing else, since
 * only their number is in the hands of the called party. Leaving the loop lets go of what is kept; it does not end the call.
 */
export class StepQueue implements CallSteps {
  readonly #unreadSteps: number;
  readonly #released: () => void;
  #steps: CallStep[] = [];
  #waiting: Waiting[] = [];
  #finished = false;
  #iterated = false;

  /** @param released called when the reader leaves before the end */
  constructor(unreadSteps: number, released: () => void = () => {}) {
    this.#unreadSteps = unreadSteps;
    this.#released = released;
  }

  /** Hands a step on; `ended` finishes the queue. */
  push(step: CallStep): void {
    if (this.#finished) return;
    const reader = this.#waiting.shift();
    if (reader !== undefined) reader({ done: false, value: step });
    else if (step.step !== 'digit' || this.#steps.length < this.#unreadSteps) this.#steps.push(step);
    if (step.step === 'ended') this.finish();
  }

  /** No further step comes; what is kept can still be read. */
  finish(): void {
    this.#finished = true;
    for (const reader of this.#waiting.splice(0)) reader({ done: true, value: undefined });
  }

  /** @throws TypeError at the second iteration */
  [Symbol.asyncIterator](): AsyncIterator<CallStep, undefined> {
    if (this.#iterated) throw new TypeError('The steps of a call can be iterated once; keep them if they are needed twice.');
    this.#iterated = true;
    return {
      next: () => {
        const step = this.#steps.shift();
        if (step !== undefined) return Promise.resolve({ done: false, value: step });
        if (this.#finished) return Promise.resolve({ done: true, value: undefined });
        const { promise, resolve } = Promise.withResolvers<IteratorResult<CallStep, undefined>>();
        this.#waiting.push(resolve);
        return promise;
      },
      return: () => {
        this.#steps = [];
        this.finish();
        this.#released();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }
}
