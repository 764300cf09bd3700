import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Most bytes that a run may leave behind. */
export const MOST_GROWTH_BYTES = 20 * 1024 * 1024;

/** Bytes in use after everything unused was collected: the heap and the buffers outside of it. */
export function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
