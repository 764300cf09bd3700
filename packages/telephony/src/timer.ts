import type { Clock } from './clock.ts';

/** Runs `action` once after `ms` of the clock's time. Returns how to call it off. */
export function startTimer(clock: Clock, ms: number, action: () => void): () => void {
  const calledOff = new AbortController();
  void sleepThen(clock, ms, calledOff.signal, action);
  return () => {
    calledOff.abort();
  };
}

async function sleepThen(clock: Clock, ms: number, signal: AbortSignal, action: () => void): Promise<void> {
  try {
    // No time at all must not wait for somebody to turn a clock.
    if (ms > 0) await clock.sleep(ms, signal);
    else await Promise.resolve();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (!signal.aborted) action();
}
