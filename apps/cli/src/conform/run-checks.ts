import { inconclusive, PeerGone, type Check, type CheckResult, type Finding, type Phase } from './check.ts';
import type { PeerContext } from './peer-context.ts';

/** How checks are run. */
export interface RunOptions<Context> {
  /** What a check is given; disposed when it is over. */
  readonly open: () => Context;
  /** How many run side by side, once the first ones are over. */
  readonly together: (results: readonly CheckResult[]) => number;
  /** After this a check is given up, whatever it waits for. */
  readonly limitMs: number;
  /** Hears the results in the order of the checks, as soon as that order allows. */
  readonly onResult: (result: CheckResult) => void;
}

/** Runs the checks, phase by phase, and returns their results in their order. */
export async function runChecks<Context extends PeerContext>(
  checks: readonly Check<Context>[],
  options: RunOptions<Context>,
): Promise<CheckResult[]> {
  const results: (CheckResult | undefined)[] = checks.map(() => undefined);
  let told = 0;
  const phase = async (name: Phase, width: number): Promise<void> => {
    const waiting = checks.map((check, index) => ({ check, index })).filter(({ check }) => check.phase === name);
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        results[next.index] = await runCheck(next.check, options);
        for (let result = results[told]; result !== undefined; result = results[++told]) options.onResult(result);
      }
    };
    await Promise.all(Array.from({ length: width }, work));
  };
  await phase('first', 1);
  const width = options.together(results.filter((result) => result !== undefined));
  await phase('together', width);
  await phase('slow', width);
  await phase('alone', 1);
  return results.filter((result) => result !== undefined);
}

async function runCheck<Context extends PeerContext>(
  check: Check<Context>,
  { open, limitMs: usual }: RunOptions<Context>,
): Promise<CheckResult> {
  const limitMs = Math.max(usual, check.limitMs ?? 0);
  await using context = open();
  const { evidence } = context;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => resolve(inconclusive(`given up after ${limitMs} ms`)), limitMs);
  });
  try {
    const finding = await Promise.race([check.run(context), limit]);
    return { check, ...finding, ms: Math.round(evidence.ms), evidence: evidence.lines };
  } catch (error) {
    if (!(error instanceof PeerGone)) throw error;
    context.shared.broken ??= { by: `${check.id} or what ran beside it`, ofProtocol: false, forGood: false };
    const finding = inconclusive(`the peer accepts no connection (any more): ${error.message}`);
    return { check, ...finding, ms: Math.round(evidence.ms), evidence: evidence.lines };
  } finally {
    clearTimeout(timer);
  }
}
