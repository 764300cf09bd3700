import type { CallSteps } from '@taxinav/telephony';

/** Asks the PBX for a call. What it refuses at once fails where its steps are read, so that a call that is stored always ends. */
export function ask(request: () => CallSteps): CallSteps {
  try {
    return request();
  } catch (error) {
    return {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error instanceof Error ? error : new Error(String(error))) }),
    };
  }
}
