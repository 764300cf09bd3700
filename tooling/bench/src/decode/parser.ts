import type { Buffer } from 'node:buffer';
import type { Dialect } from '../corpus/dialects.ts';

/** A parser under measurement, on one connection. */
export interface Parser {
  /** Takes the next bytes; what they complete is counted by `onMessage`. */
  push(chunk: Buffer): void;
}

/** One way to read a stream. */
export interface ParserContestant {
  readonly name: string;
  readonly dialect: Dialect;
  /** Whether it can read windows-1251 at all. */
  readonly windows1251: boolean;
  /** It does not see messages that are cut: its count is not checked. */
  readonly miscounts?: true;
  open(encoding: 'utf-8' | 'windows-1251', count: () => void): Parser;
  /** Work that it has put off until after `push`. */
  settle?(): Promise<void>;
}
