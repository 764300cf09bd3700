import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { installAsterisk, startAsterisk, type RunningAsterisk } from '@taxinav/asterisk';
import { waveFile } from '@taxinav/testkit';
import { createAsteriskPbx } from '@taxinav/telephony/asterisk';
import { scratchFolder } from '../accept/scratch-folder.ts';
import type { Series } from '../measure/rounds.ts';
import { quantile } from '../measure/statistics.ts';
import { nowMs } from '../bridge/now.ts';
import type { Row } from '../row.ts';

const OWN = 'taxinav';
const ASTERISK = 'Asterisk';
const LIMIT = 'real time';
/** One reading. */
const SOUND_MS = 5_000;
const MOST_ROUNDS = 3;
const AT_ONCE = [10, 50] as const;

const clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    }),
};

/** Announcements at once on a real Asterisk: whether the sound keeps to real time, and what it costs. */
export const asteriskRow: Row = async ({ rounds, tell }) => {
  const { installed, why } = installAsterisk();
  if (!installed) {
    tell(`asterisk: skipped: ${why ?? 'it cannot be installed'}`);
    return [];
  }
  using folder = scratchFolder();
  const sound = writeTone(join(folder.path, 'sound'));
  await using asterisk = await startAsterisk();
  const workloads = AT_ONCE.map((calls) => `${calls} at once`);
  const pace: Series = { [OWN]: empty(workloads), [LIMIT]: empty(workloads) };
  const cpu: Series = { [OWN]: empty(workloads), [ASTERISK]: empty(workloads) };
  const delays: number[] = [];
  for (let round = 0; round < Math.min(rounds, MOST_ROUNDS); round += 1)
    for (const calls of AT_ONCE) {
      tell(`asterisk: round ${round + 1}, ${calls} calls`);
      const workload = `${calls} at once`;
      const { spokenMs, ownCpuMs, asteriskCpuMs, loopP99Ms } = await announceAtOnce(asterisk, sound, calls, round);
      // A reading lasts as long as its sound; what is more was stretched.
      pace[OWN]?.[workload]?.push(spokenMs / (SOUND_MS + 300));
      pace[LIMIT]?.[workload]?.push(1);
      cpu[OWN]?.[workload]?.push(ownCpuMs / calls);
      cpu[ASTERISK]?.[workload]?.push(asteriskCpuMs / calls);
      delays.push(loopP99Ms);
    }
  return [
    {
      id: 'asterisk-pace',
      title: 'Asterisk: how long an announcement of 5 s takes',
      unit: 'times its own length',
      scale: 1,
      digits: 2,
      workloads,
      series: pace,
      notes: [
        'From the answer to the last word, median of the calls; `Local` channels with `formats=slin`, both halves in the same Asterisk, which shares two cores with the driver.',
        `The driver's event loop is late by ${quantile(delays, 0.5).toFixed(1)} ms in the p99, median of the runs.`,
      ],
    },
    {
      id: 'asterisk-cpu',
      title: 'Asterisk: processor time of an announcement of 5 s',
      unit: 'ms',
      scale: 1,
      digits: 1,
      workloads,
      series: cpu,
      notes: ['From the originate to the hang-up.'],
    },
  ];
};

interface AtOnce {
  readonly spokenMs: number;
  readonly ownCpuMs: number;
  readonly asteriskCpuMs: number;
  readonly loopP99Ms: number;
}

async function announceAtOnce(asterisk: RunningAsterisk, path: string, calls: number, round: number): Promise<AtOnce> {
  const { ariUrl: url, username, password } = asterisk;
  await using pbx = createAsteriskPbx({ clock, random: Math.random, url, username, password, application: 'bench' });
  await pbx.start();
  while (pbx.state !== 'ready') await clock.sleep(20);
  const before = { own: process.cpuUsage(), asterisk: cpuMsOf(asterisk) };
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const spoken = await Promise.all(
    Array.from({ length: calls }, async (_, call) => {
      const number = `067${String(call).padStart(6, '0')}0`;
      let answeredAt = 0;
      const steps = pbx.announce({
        callId: `bench-${round}-${calls}-${call}`,
        target: { endpoint: `Local/${number}@subscribers` },
        announcement: { text: '', audio: { path, durationMs: SOUND_MS }, readings: 1 },
      });
      for await (const { step } of steps) {
        if (step === 'answered') answeredAt = nowMs();
        if (step === 'spoken') return nowMs() - answeredAt;
      }
      throw new Error('an announcement was not heard to its end');
    }),
  );
  delay.disable();
  const own = process.cpuUsage(before.own);
  return {
    spokenMs: quantile(spoken, 0.5),
    ownCpuMs: (own.user + own.system) / 1_000,
    asteriskCpuMs: cpuMsOf(asterisk) - before.asterisk,
    loopP99Ms: delay.percentile(99) / 1e6,
  };
}

/** Processor time of this Asterisk so far. */
function cpuMsOf({ pid }: RunningAsterisk): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** A tone of 5 s, 8 kHz mono 16-bit; returns its path without the extension. */
function writeTone(path: string): string {
  const samples = Int16Array.from(
    { length: (SOUND_MS / 1_000) * 8_000 },
    (_, index) => 8_000 * Math.sin((2 * Math.PI * 440 * index) / 8_000),
  );
  writeFileSync(`${path}.wav`, waveFile(samples));
  return path;
}

function empty(workloads: readonly string[]): Record<string, number[]> {
  return Object.fromEntries(workloads.map((workload) => [workload, []]));
}
