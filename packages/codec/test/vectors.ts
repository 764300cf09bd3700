import { readdirSync, readFileSync } from 'node:fs';
import type { DecoderLimits, Fault, FaultCode, Message, TextEncoding } from '../src/index.ts';

/** A fault as far as vectors are concerned: its reason is prose and its bytes are the input's. */
export interface ExpectedFault extends Omit<Fault, 'reason' | 'bytes' | 'fault'> {
  readonly fault: FaultCode;
}

/** One byte-exact example; `vectors/README.md` explains its fields. */
export interface Vector {
  readonly name: string;
  readonly clauses: readonly string[];
  readonly text?: string;
  readonly hex: string;
  readonly note?: string;
  readonly encoding?: TextEncoding;
  readonly limits?: Partial<DecoderLimits>;
  readonly end?: boolean;
  readonly ackStyle?: 'spaced' | 'compact';
  readonly results: readonly (Message | ExpectedFault)[];
  readonly diagnostics: readonly string[];
  readonly encode?: boolean;
}

const FOLDER = new URL('../vectors/', import.meta.url);

/** All vectors by file. */
export function readVectors(): { file: string; vector: Vector }[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
  return files.flatMap((file) => {
    const vectors = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Vector[];
    return vectors.map((vector) => ({ file, vector }));
  });
}
