import { median, ratios } from '../measure/statistics.ts';
import { values, type Results } from './results.ts';

/** A target: what a ratio has to reach. */
export interface Gate {
  readonly text: string;
  /** What the project has set itself; judged with `TOLERANCE`. */
  readonly target: number;
  /** The ratio must not be more than the target, in place of not less. */
  readonly atMost?: true;
  /** Both are contestants of one table at workloads; the ratio is taken within rounds. */
  readonly table: string;
  readonly of: string;
  readonly to: string;
  readonly workload: string;
  /** Where the base is measured at a workload of its own. */
  readonly toWorkload?: string;
}

/** What became of a gate; `met` undefined when it was not measured. */
export interface GateVerdict {
  readonly gate: Gate;
  readonly bound: number;
  readonly value?: number;
  readonly met?: boolean;
}

/** How much of a target has to be reached: less than the noise of a shared machine, more than a change for the worse. */
export const TOLERANCE = 0.85;

/** Judges every gate whose numbers are there. */
export function judge(gates: readonly Gate[], results: Results): GateVerdict[] {
  return gates.map((gate) => {
    const bound = gate.atMost === true ? gate.target / TOLERANCE : gate.target * TOLERANCE;
    const within = ratios(
      values(results, gate.table, gate.of, gate.workload),
      values(results, gate.table, gate.to, gate.toWorkload ?? gate.workload),
    );
    if (within.length === 0) return { gate, bound };
    const value = median(within);
    return { gate, bound, value, met: gate.atMost === true ? value <= bound : value >= bound };
  });
}
