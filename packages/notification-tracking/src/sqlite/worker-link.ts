import { Worker } from 'node:worker_threads';
import { TrackingError } from '../errors.ts';
import type { StorePressure } from '../store.ts';
import { describeError } from './database-error.ts';
import { trackingError, type FromWorker, type ToWorker, type WorkerAnswer, type WorkerStart } from './messages.ts';
import { GroupPacker } from './packed-group.ts';
import { workerFlags } from './worker-flags.ts';

interface Waiting {
  readonly name: string;
  readonly payload: object;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: TrackingError) => void;
}

/** What a link is told. */
export interface WorkerLinkOptions {
  readonly start: WorkerStart;
  /** Requests in one group at most. */
  readonly groupLimit: number;
  /** Requests waiting at most, without those the worker has. */
  readonly queueLimit: number;
  /** Called whenever the room on the disk has changed; of the writer only. */
  readonly onPressure?: (pressure: StorePressure) => void;
  /** Called once, when the worker has failed for good. */
  readonly onFailed: (error: TrackingError) => void;
}

/**
 * The main thread's end of one worker: gathers requests while the worker is busy, sends them as one group when it is free,
 * and settles each when the group's answers come. Does no work of its own on this thread.
 */
export class WorkerLink {
  readonly #options: WorkerLinkOptions;
  readonly #worker: Worker;
  readonly #packer = new GroupPacker();
  readonly #opened = Promise.withResolvers<void>();
  readonly #exited = Promise.withResolvers<void>();
  readonly #idle = Promise.withResolvers<void>();
  #waiting: Waiting[] = [];
  #underWay: readonly Waiting[] = [];
  #dispatching = false;
  #refusal: TrackingError | undefined;
  #failure: TrackingError | undefined;

  constructor(options: WorkerLinkOptions) {
    this.#options = options;
    // A thread may end before `open` waits for it.
    this.#opened.promise.catch(() => undefined);
    // The compiler does not rewrite this: the worker has the extension that this file has.
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    this.#worker = new Worker(new URL(`./worker${extension}`, import.meta.url), {
      workerData: options.start,
      name: `taxinav-${options.start.role}`,
      ...workerFlags(process.execArgv),
    });
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', (error) => this.#fail(this.#crashed(describeError(error))));
    this.#worker.on('messageerror', (error) => this.#fail(this.#crashed(describeError(error))));
    this.#worker.on('exit', (code) => {
      if (this.#refusal === undefined || this.#waiting.length + this.#underWay.length > 0) this.#fail(this.#crashed(`exit code ${code}`));
      this.#exited.resolve();
    });
  }

  /** Opens the worker's connection; its thread has been starting since this link was made. */
  async open(): Promise<void> {
    this.#post({ kind: 'open' });
    try {
      await this.#opened.promise;
    } catch (error) {
      await this.#exited.promise;
      // A thread that ends before it is open has lost nothing: its store was never there.
      throw error instanceof TrackingError && error.code === 'TRACKING_STORE_FAILED'
        ? new TrackingError('TRACKING_STORE_OPEN_FAILED', error.message, { cause: error })
        : error;
    }
  }

  /** Hands one request to the worker; settles with its answer. */
  request(name: string, payload: object): Promise<unknown> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    if (this.#waiting.length >= this.#options.queueLimit) return Promise.reject(tooMany(name, this.#options.queueLimit));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ name, payload, resolve, reject });
      this.#dispatchSoon();
    });
  }

  /** Takes nothing more and finishes what waits. */
  async drain(refusal: TrackingError): Promise<void> {
    this.#refusal ??= refusal;
    this.#settleIdle();
    await this.#idle.promise;
  }

  /** Drains, then ends the worker. */
  async close(refusal: TrackingError): Promise<void> {
    await this.drain(refusal);
    if (this.#failure === undefined) this.#post({ kind: 'close' });
    await this.#exited.promise;
  }

  /** Takes nothing more and rejects what waits; the worker is stopped. */
  fail(error: TrackingError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#refusal = error;
    this.#opened.reject(error);
    const lost = [...this.#underWay, ...this.#waiting];
    this.#underWay = [];
    this.#waiting = [];
    for (const request of lost) request.reject(error);
    this.#idle.resolve();
    void this.#worker.terminate();
  }

  #fail(error: TrackingError): void {
    if (this.#failure !== undefined) return;
    this.fail(error);
    this.#options.onFailed(error);
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'opened':
        return this.#opened.resolve();
      case 'openFailed':
        // The worker ends by itself; nothing was ever asked of it.
        this.#refusal = trackingError(message.error);
        return this.#opened.reject(this.#refusal);
      case 'answers':
        return this.#settle(message.answers);
      case 'pressure':
        return this.#options.onPressure?.(message.pressure);
      case 'failed':
        return this.#fail(trackingError(message.error));
      default:
        message satisfies never;
    }
  }

  #settle(answers: readonly WorkerAnswer[]): void {
    const group = this.#underWay;
    this.#underWay = [];
    for (const [position, request] of group.entries()) {
      const answer = answers[position];
      if (answer === undefined) request.reject(this.#crashed('an answer is missing'));
      else if ('error' in answer) request.reject(trackingError(answer.error));
      else request.resolve(answer.value);
    }
    this.#dispatchSoon();
    this.#settleIdle();
  }

  /** In a microtask, so that what is asked in one turn, or as soon as answers came, goes as one group. */
  #dispatchSoon(): void {
    if (this.#dispatching || this.#underWay.length > 0 || this.#waiting.length === 0) return;
    this.#dispatching = true;
    queueMicrotask(() => {
      this.#dispatching = false;
      if (this.#underWay.length > 0 || this.#waiting.length === 0) return;
      this.#underWay = this.#waiting.splice(0, this.#options.groupLimit);
      this.#send();
    });
  }

  #send(): void {
    try {
      this.#post({ kind: 'group', group: this.#packer.pack(this.#underWay) });
    } catch {
      this.#packer.forget();
      // One of them is no plain data; the others must not suffer for it.
      this.#underWay = this.#underWay.filter((request) => isPlain(request) || this.#refuse(request));
      if (this.#underWay.length > 0) return this.#send();
      this.#dispatchSoon();
      this.#settleIdle();
    }
  }

  #refuse(request: Waiting): false {
    request.reject(
      new TrackingError(
        'TRACKING_COMMAND_INVALID',
        `${request.name} was not sent: it holds a value that cannot cross threads. Expected plain data.`,
      ),
    );
    return false;
  }

  #settleIdle(): void {
    if (this.#refusal !== undefined && this.#waiting.length + this.#underWay.length === 0) this.#idle.resolve();
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #crashed(why: string): TrackingError {
    return new TrackingError(
      'TRACKING_STORE_FAILED',
      `The thread that ${this.#options.start.role === 'write' ? 'writes to' : 'reads from'} the database ended unexpectedly (${why}); nothing more is stored. ` +
        'End the process and start it again; what was under way shows after the restart.',
    );
  }
}

/** Why a request beyond `queueLimit` was not taken. */
export function tooMany(name: string, queueLimit: number): TrackingError {
  return new TrackingError(
    'TRACKING_STORE_BUSY',
    `${name} was not taken: ${queueLimit} requests wait for the database already (queueLimit). ` +
      'Nothing was stored. Send it again later; if this lasts, the disk is too slow for the load.',
  );
}

function isPlain(request: Waiting): boolean {
  try {
    structuredClone(request.payload);
    return true;
  } catch {
    return false;
  }
}
