import type { Subject } from '../measure/subject.ts';
import { microsecondsPerByte, type LineReader } from './unfinished-line.ts';

/** What one measurement is. */
export interface LineRun {
  readonly bytes: number;
  readonly ms: number;
}

/** The process of one reader: `run` gives microseconds a byte. */
export function start(argument: unknown): Subject {
  const reader = argument as LineReader;
  return {
    run(run) {
      const { bytes, ms } = run as LineRun;
      return microsecondsPerByte(reader, bytes, ms);
    },
  };
}
