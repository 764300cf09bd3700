import { Buffer } from 'node:buffer';
import type { Message } from '@taxinav/codec';
import { seededRandom } from '../measure/seeded-random.ts';
import { spell, type Dialect } from './dialects.ts';
import { oneOfEach, sayText } from './messages.ts';

/** The streams that parsers are given. */
export const WORKLOADS = [
  '64 KB chunks',
  '1–1460 B fragments',
  'one message a chunk',
  'SayText only, 64 KB',
  'windows-1251, 64 KB',
] as const;

/** One of {@link WORKLOADS}. */
export type Workload = (typeof WORKLOADS)[number];

/** Bytes as they would be read from a socket, and what is in them. */
export interface Stream {
  readonly chunks: readonly Buffer[];
  readonly bytes: number;
  readonly messages: readonly Message[];
}

const STREAM_BYTES = 1_048_576;
const CHUNK_BYTES = 65_536;
const MOST_FRAGMENT_BYTES = 1_460;

/** One megabyte in a dialect; the seed decides messages and cuts, so that every dialect gets the same. */
export function stream(workload: Workload, dialect: Dialect, seed: number): Stream {
  const random = seededRandom(seed);
  const encoding = workload === 'windows-1251, 64 KB' ? 'windows-1251' : 'utf-8';
  const messages: Message[] = [];
  const blocks: Buffer[] = [];
  for (let bytes = 0; bytes < STREAM_BYTES;) {
    for (const message of workload === 'SayText only, 64 KB' ? [sayText(random)] : oneOfEach(random)) {
      const block = spell(message, dialect, encoding);
      messages.push(message);
      blocks.push(block);
      bytes += block.length;
    }
  }
  const whole = Buffer.concat(blocks);
  return { chunks: cut(whole, blocks, workload, random), bytes: whole.length, messages };
}

function cut(whole: Buffer, blocks: readonly Buffer[], workload: Workload, random: () => number): Buffer[] {
  const lengths = blocks.values();
  const next = (): number => {
    if (workload === 'one message a chunk') return lengths.next().value?.length ?? 0;
    if (workload === '1–1460 B fragments') return 1 + Math.floor(random() * MOST_FRAGMENT_BYTES);
    return CHUNK_BYTES;
  };
  const chunks: Buffer[] = [];
  for (let at = 0; at < whole.length;) {
    const length = next();
    // A buffer of its own each, as a socket gives them.
    chunks.push(Buffer.from(whole.subarray(at, at + length)));
    at += length;
  }
  return chunks;
}
