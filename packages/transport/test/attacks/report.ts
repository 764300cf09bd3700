// `npm run attacks` (TAXINAV_LONG=1 for full size): each attack, its outcome, and how long a column of the same process waited meanwhile.
import { setInterval as every } from 'node:timers/promises';
import { startCanary, type Song } from './canary.ts';
import { LONG, SIEGES } from './sieges.ts';
import { withstand, type Seen } from './siege.ts';

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The canary alone, for so long. */
async function undisturbed(ms: number): Promise<Song> {
  await using canary = await startCanary();
  for await (const _ of every(ms)) break;
  return await canary.stop();
}

function outcome({ connected, refused, handled, faults, reasons }: Seen): string {
  const ends = Object.entries(reasons).map(([reason, times]) => `${reason} ${times}`);
  return [`${connected} connected`, `${refused} refused`, `${handled} handled`, `${faults} faults`, ...ends].join(', ');
}

tell(`${LONG ? 'full size' : 'short'}; canary: a message every 5 ms, times in ms`);
tell('| attack | outcome | s | canary answered | p50 alone, attacked | p99 alone, attacked | p99 ratio | heap, resident MB |');
tell('|---|---|---:|---:|---:|---:|---:|---:|');
await undisturbed(1_000);
for (const [name, siege] of Object.entries(SIEGES)) {
  const before = await undisturbed(LONG ? 3_000 : 2_000);
  const seen = await withstand(siege);
  const { canary } = seen;
  const cells = [
    name,
    outcome(seen),
    seen.seconds.toFixed(1),
    `${canary.answered} of ${canary.sent}`,
    `${before.p50Ms.toFixed(1)}, ${canary.p50Ms.toFixed(1)}`,
    `${before.p99Ms.toFixed(1)}, ${canary.p99Ms.toFixed(1)}`,
    (canary.p99Ms / before.p99Ms).toFixed(1),
    `${seen.heapGrowthMb.toFixed(0)}, ${seen.residentGrowthMb.toFixed(0)}`,
  ];
  tell(`| ${cells.join(' | ')} |`);
}
