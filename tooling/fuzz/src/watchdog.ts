import { Buffer } from 'node:buffer';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { MOST_BYTES } from './mutate.ts';

/** How often it is looked whether another input was begun, and after how many looks in vain the run is called hung. */
const LOOK_MS = 5000;
const MOST_LOOKS = 12;

interface Shared {
  readonly state: SharedArrayBuffer;
  readonly input: SharedArrayBuffer;
}

/** Watches from a thread of its own that every input comes to an end; a hang prints its input and ends the process with 1. */
export interface Watchdog {
  /** An input is about to be read. */
  readonly before: (input: Uint8Array, options: number) => void;
  readonly stop: () => Promise<void>;
}

/** Starts the watching thread. */
export function startWatchdog(): Watchdog {
  const shared: Shared = { state: new SharedArrayBuffer(12), input: new SharedArrayBuffer(MOST_BYTES) };
  const state = new Int32Array(shared.state);
  const bytes = new Uint8Array(shared.input);
  const worker = new Worker(new URL(import.meta.url), { workerData: shared });
  worker.unref();
  return {
    before(input, options) {
      bytes.set(input);
      state[1] = input.length;
      state[2] = options;
      Atomics.add(state, 0, 1);
    },
    stop: async () => void (await worker.terminate()),
  };
}

function watch({ state, input }: Shared): void {
  const numbers = new Int32Array(state);
  let [last, looks] = [0, 0];
  setInterval(() => {
    const now = Atomics.load(numbers, 0);
    looks = now === last && now !== 0 ? looks + 1 : 0;
    last = now;
    if (looks < MOST_LOOKS) return;
    const hex = Buffer.from(new Uint8Array(input, 0, numbers[1])).toString('hex');
    process.stderr.write(`hang: input ${now} has not come to an end\nrepeat: npm run fuzz -- --input ${hex} --options ${numbers[2]}\n`);
    process.exit(1);
  }, LOOK_MS);
}

if (!isMainThread) watch(workerData as Shared);
