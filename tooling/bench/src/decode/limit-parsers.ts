import { TextDecoder } from 'node:util';
import type { ParserContestant } from './parser.ts';

/** What any parser of this protocol has to do at least: find where messages end. */
const scan: ParserContestant = {
  name: 'scan limit: indexOf',
  dialect: 'taxi-navigator',
  windows1251: true,
  miscounts: true,
  open: (_encoding, count) => ({
    push(chunk) {
      for (let at = chunk.indexOf('\r\n\r\n'); at >= 0; at = chunk.indexOf('\r\n\r\n', at + 4)) count();
    },
  }),
};

/** What one writes in a quarter of an hour: no limits, no validation, text cut by a chunk's end handled by the decoder. */
const naive: ParserContestant = {
  name: 'naive split',
  dialect: 'taxi-navigator',
  windows1251: true,
  open(encoding, count) {
    const text = new TextDecoder(encoding);
    let rest = '';
    return {
      push(chunk) {
        const blocks = (rest + text.decode(chunk, { stream: true })).split('\r\n\r\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const message: Record<string, string> = {};
          for (const line of block.split('\r\n')) {
            const colon = line.indexOf(':');
            message[line.slice(0, colon)] = line.slice(colon + 1).trim();
          }
          if (message['Message'] !== undefined) count();
        }
      },
    };
  },
};

/** The limits and the plain way. */
export const LIMIT_PARSERS: readonly ParserContestant[] = [scan, naive];
