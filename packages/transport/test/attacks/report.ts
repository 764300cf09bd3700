// `npm run attacks` (TAXINAV_LONG=1 for full size): each attack, its outcome, and how long a column of the same process waited meanwhile.
import { setInterval as every } from 'node:timers/promises';
import { withstandBare } from './bare-server.ts';
import { startCanary, type Song } from './canary.ts';
import { CORES, holdOnCores } from './cores.ts';
import { LONG, SIEGES } from './sieges.ts';
import { withstand, type Seen } from './siege.ts';

/** How often each attack is made; the canary alone is heard before each. */
const TIMES = Number(process.env['TAXINAV_TIMES'] ?? (LONG ? 3 : 7));

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The canary alone, for so long. */
async function undisturbed(ms: number): Promise<Song> {
  await using canary = await startCanary();
  for await (const _ of every(ms)) break;
  return await canary.stop();
}

function quantile(songs: readonly Song[], what: 'latencies' | 'ownLatencies', share: number): number {
  const sorted = songs.flatMap((song) => song[what]).toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function outcome({ connected, refused, handled, faults, reasons }: Seen): string {
  const ends = Object.entries(reasons).map(([reason, times]) => `${reason} ${times}`);
  return [`${connected} connected`, `${refused} refused`, `${handled} handled`, `${faults} faults`, ...ends].join(', ');
}

function beside(alone: readonly Song[], attacked: readonly Song[], what: 'latencies' | 'ownLatencies', share: number): string {
  const [base, value] = [quantile(alone, what, share), quantile(attacked, what, share)];
  return `${base.toFixed(2)} → ${value.toFixed(2)} = ${(value / base).toFixed(1)}×`;
}

function most(values: readonly number[]): string {
  return Math.max(...values).toFixed(0);
}

if (CORES !== undefined) holdOnCores(CORES.listener);
tell(`${LONG ? 'full size' : 'short'}, ${TIMES} times each; canary: a message every 5 ms, times in ms, of all times together`);
tell(
  CORES === undefined
    ? 'cores could not be chosen (no taskset)'
    : 'the attacker has cores of its own; canary and listener share one, and one event loop',
);
tell(
  '| attack | outcome (last time) | s | loop busy | canary answered | p50 | p99 | p99 of own processor time | the same, a bare `net` server attacked | heap, resident MB |',
);
tell('|---|---|---:|---:|---:|---:|---:|---:|---:|---:|');
// Once for nothing, so that all code is loaded.
await undisturbed(1_000);
await withstand(SIEGES['a burst of connects'], CORES?.attacker);
for (const [name, siege] of Object.entries(SIEGES)) {
  const alone: Song[] = [];
  const attacked: Seen[] = [];
  const bare: Song[] = [];
  for (let times = 0; times < TIMES; times += 1) {
    // As long as an attack: with the next one's start in between, they differ in nothing else.
    alone.push(await undisturbed((attacked.at(-1)?.seconds ?? 1) * 1_000));
    attacked.push(await withstand(siege, CORES?.attacker));
    bare.push(await withstandBare(siege, CORES?.attacker, attacked.at(-1)?.seconds ?? 1));
  }
  const songs = attacked.map(({ canary }) => canary);
  const [last] = attacked.slice(-1);
  if (last === undefined) continue;
  const answered = songs.reduce((sum, { latencies }) => sum + latencies.length, 0);
  const cells = [
    name,
    outcome(last),
    last.seconds.toFixed(1),
    `${((100 * attacked.reduce((sum, { busy }) => sum + busy, 0)) / TIMES).toFixed(0)} %`,
    `${answered} of ${songs.reduce((sum, { sent }) => sum + sent, 0)}`,
    beside(alone, songs, 'latencies', 0.5),
    beside(alone, songs, 'latencies', 0.99),
    beside(alone, songs, 'ownLatencies', 0.99),
    beside(alone, bare, 'ownLatencies', 0.99),
    `${most(attacked.map(({ heapGrowthMb }) => heapGrowthMb))}, ${most(attacked.map(({ residentGrowthMb }) => residentGrowthMb))}`,
  ];
  tell(`| ${cells.join(' | ')} |`);
}
