import { Buffer } from 'node:buffer';
import { MessageDecoder } from '@taxinav/codec';
import { CpuTimer } from '../measure/cpu-timer.ts';
import { PEER_PARSERS } from './peer-parsers.ts';
import type { Parser } from './parser.ts';

/** Whose unfinished lines are measured. */
export const LINE_READERS = ['taxinav', 'yana', 'asterisk-manager', 'modesl'] as const;

/** One of {@link LINE_READERS}. */
export type LineReader = (typeof LINE_READERS)[number];

/** Bytes of each unfinished line. */
export const LINE_LENGTHS = [4_096, 16_384, 61_440] as const;

const BYTE = Buffer.from('x');

/** Microseconds a byte of a line that never ends, fed byte by byte; repeated until `ms` are spent. */
export function microsecondsPerByte(reader: LineReader, bytes: number, ms: number): number {
  const timer = new CpuTimer();
  let fed = 0;
  for (;;) {
    const parser = open(reader);
    for (let at = 0; at < bytes; at += 1) parser.push(BYTE);
    fed += bytes;
    const passed = timer.ms();
    if (passed >= ms) return (passed * 1000) / fed;
  }
}

/** A connection on which a text has begun. */
function open(reader: LineReader): Parser {
  if (reader !== 'taxinav') {
    const parser = PEER_PARSERS.find(({ name }) => name === reader)?.open('utf-8', () => undefined);
    if (parser === undefined) throw new Error(`no parser ${reader}`);
    parser.push(Buffer.from('Event: SayText\r\nNumberToCall: 0671234567\r\nTextToSay: '));
    return parser;
  }
  const limits = { lineBytes: 131_072, messageBytes: 131_072, textCharacters: 131_072 };
  const decoder = new MessageDecoder({ limits });
  const parser: Parser = {
    push(chunk) {
      if (decoder.push(chunk).length > 0) throw new Error('an unfinished line was read as something');
    },
  };
  parser.push(Buffer.from('Message: SayText\r\nNumberToCall: 0671234567\r\nTextToSay: '));
  return parser;
}
