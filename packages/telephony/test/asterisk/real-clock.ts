import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../src/index.ts';

/** Time as it is. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
};
