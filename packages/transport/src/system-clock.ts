import type { Clock } from './clock.ts';

/** The longest timer that Node takes, milliseconds; a longer sleep is slept in parts. */
const LONGEST_TIMER_MS = 2_147_483_647;

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    let left = Math.max(0, ms);
    let timer: NodeJS.Timeout;
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const part = (): void => {
      const now = Math.min(left, LONGEST_TIMER_MS);
      left -= now;
      timer = setTimeout(() => {
        if (left > 0) {
          part();
          return;
        }
        signal?.removeEventListener('abort', stop);
        resolve();
      }, now);
    };
    signal?.addEventListener('abort', stop, { once: true });
    part();
  });
}

/** The machine's own time. Its sleeps keep the process alive until they end or are aborted. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep,
};
