import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../packages/codec/vectors/', import.meta.url);

/** The bytes of every vector of the protocol, in the order of the files' names. */
export function readSeeds(): Uint8Array[] {
  const files = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .toSorted();
  return files.flatMap((file) =>
    (JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as { hex: string }[]).map(({ hex }) => Buffer.from(hex, 'hex')),
  );
}
