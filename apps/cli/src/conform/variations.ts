import { fail, pass, type Check, type Finding } from './check.ts';
import type { PeerContext } from './peer-context.ts';
import { bytes, strict, strictLines, type Sample } from './sample.ts';

/** A form that a message may have on the wire, the same on either side. */
export interface Variation {
  readonly id: string;
  readonly clauses: readonly string[];
  readonly severity: Check<never>['severity'];
  readonly title: string;
  readonly sends: string;
  /** The bytes, one packet each. */
  readonly pieces: (sample: Sample) => readonly Uint8Array[];
  /** Whether our FIN follows at once. */
  readonly end?: true;
}

const each = ({ fields }: Sample, line: (name: string, value: string) => string): string =>
  fields.map(([name, value]) => line(name, value)).join('');

const whole = (text: string): readonly Uint8Array[] => [bytes(text)];

/** The forms of PROTOCOL.md's readings 1–9, 11, 14 that need no message of a kind. */
export const VARIATIONS: readonly Variation[] = [
  {
    id: 'trailing-spaces',
    clauses: ['TN-5', 'TN-11', 'reading 1'],
    severity: 'must',
    title: 'Spaces before CRLF are no part of a value',
    sends: 'every line with two spaces before its CRLF, as the document prints it',
    pieces: (sample) => whole(`${each(sample, (name, value) => `${name}: ${value}  \r\n`)}\r\n`),
  },
  {
    id: 'blank-line-with-spaces',
    clauses: ['TN-5', 'TN-11', 'reading 2'],
    severity: 'must',
    title: 'A line of spaces ends a message',
    sends: 'the strict form with ` \\r\\n` as its blank line, as the document prints it',
    pieces: (sample) => whole(`${strictLines(sample)} \r\n`),
  },
  {
    id: 'no-space-after-colon',
    clauses: ['reading 3'],
    severity: 'tolerance',
    title: 'No space after the colon is read',
    sends: '`Name:value` lines',
    pieces: (sample) => whole(`${each(sample, (name, value) => `${name}:${value}\r\n`)}\r\n`),
  },
  {
    id: 'spaces-after-colon',
    clauses: ['TN-14', 'reading 3'],
    severity: 'tolerance',
    title: 'Several spaces after the colon are read',
    sends: '`Name:   value` lines',
    pieces: (sample) => whole(`${each(sample, (name, value) => `${name}:   ${value}\r\n`)}\r\n`),
  },
  {
    id: 'bare-lf',
    clauses: ['reading 4'],
    severity: 'tolerance',
    title: 'LF alone ends a line',
    sends: 'LF in place of every CRLF',
    pieces: (sample) => whole(`${each(sample, (name, value) => `${name}: ${value}\n`)}\n`),
  },
  {
    id: 'lone-cr',
    clauses: ['reading 4'],
    severity: 'tolerance',
    title: 'CR alone ends a line',
    sends: 'CR in place of every CRLF; nothing follows',
    pieces: (sample) => whole(`${each(sample, (name, value) => `${name}: ${value}\r`)}\r`),
  },
  {
    id: 'extra-blank-lines',
    clauses: ['reading 5'],
    severity: 'tolerance',
    title: 'Blank lines before a message are nothing',
    sends: '`\\r\\n\\r\\n \\r\\n` before the strict form, more after it',
    pieces: (sample) => whole(`\r\n\r\n \r\n${strictLines(sample)}\r\n\r\n\r\n`),
  },
  {
    id: 'names-in-any-case',
    clauses: ['reading 6'],
    severity: 'tolerance',
    title: 'Names are read in any case',
    sends: 'field names in capitals, the value of `Message` in small letters',
    pieces: (sample) =>
      whole(`${each(sample, (name, value) => `${name.toUpperCase()}: ${name === 'Message' ? value.toLowerCase() : value}\r\n`)}\r\n`),
  },
  {
    id: 'fields-in-any-order',
    clauses: ['reading 7'],
    severity: 'tolerance',
    title: 'Fields are read in any order',
    sends: 'the fields in reverse order, `Message` last',
    pieces: ({ fields, guid }) => whole(`${strictLines({ fields: fields.toReversed(), guid })}\r\n`),
  },
  {
    id: 'unknown-field',
    clauses: ['reading 8', 'reading 10'],
    severity: 'should',
    title: 'A field that is not known is no reason to refuse',
    sends: '`Operator: 12` and `X-Note: a:b:c` after `Message`',
    pieces: ({ fields, guid }) => {
      const [message, ...others] = fields;
      const more = [['Operator', '12'] as const, ['X-Note', 'a:b:c'] as const];
      return whole(`${strictLines({ fields: message === undefined ? more : [message, ...more, ...others], guid })}\r\n`);
    },
  },
  {
    id: 'byte-order-mark',
    clauses: ['reading 14'],
    severity: 'tolerance',
    title: 'A UTF-8 byte order mark is passed over',
    sends: 'EF BB BF before the strict form',
    pieces: (sample) => [Buffer.concat([Uint8Array.of(0xef, 0xbb, 0xbf), strict(sample)])],
  },
  {
    id: 'byte-by-byte',
    clauses: ['TN-1', 'reading 9'],
    severity: 'must',
    title: 'A message may come byte by byte',
    sends: 'the strict form, one byte a packet',
    pieces: (sample) => Array.from(strict(sample), (byte) => Uint8Array.of(byte)),
  },
  {
    id: 'end-for-blank-line',
    clauses: ['reading 11'],
    severity: 'tolerance',
    title: 'The end of the connection stands for the blank line',
    sends: 'the strict form without its blank line, then FIN',
    pieces: (sample) => whole(strictLines(sample)),
    end: true,
  },
];

/** A check that a sample in this form is served. */
export function variationCheck(variation: Variation, expects: string): Check<PeerContext> {
  return {
    ...variation,
    id: `framing-${variation.id}`,
    group: 'framing',
    expects,
    phase: 'together',
    run: async (context) => {
      const sample = context.sample();
      const connection = await context.connect();
      await connection.write(variation.pieces(sample));
      if (variation.end) connection.end();
      return await context.served([sample], connection);
    },
  };
}

/** Where a message is cut in two, the more telling of all places. */
const CUTS: readonly { readonly name: string; readonly at: (message: Buffer) => number }[] = [
  { name: 'within the word Message', at: () => 3 },
  { name: 'after a colon', at: (message) => message.indexOf(':') + 1 },
  { name: 'between CR and LF', at: (message) => message.indexOf('\r') + 1 },
  { name: 'between two lines', at: (message) => message.indexOf('\n') + 1 },
  { name: 'within the last value, within a letter where there are letters of two bytes', at: lastValue },
  { name: 'before the blank line', at: (message) => message.length - 2 },
  { name: 'within the blank line', at: (message) => message.length - 1 },
];

function lastValue(message: Buffer): number {
  const letter = message.findLastIndex((byte) => byte >= 0x80);
  return letter > 0 ? letter : message.length - 7;
}

/** Long enough that a reader sees two packets, even on a machine with other work. */
const GAP_MS = 100;

/** How messages and packets need not coincide. Source: [TN-1, reading 9]. */
export function packetChecks(expects: string): readonly Check<PeerContext>[] {
  const check = (
    id: string,
    severity: Check<never>['severity'],
    title: string,
    sends: string,
    run: (context: PeerContext) => Promise<Finding>,
  ): Check<PeerContext> => ({
    id: `framing-${id}`,
    group: 'framing',
    clauses: ['TN-1', 'reading 9'],
    severity,
    title,
    sends,
    expects,
    phase: 'together',
    run,
  });
  return [
    check(
      'cut-anywhere',
      'must',
      'A message may be cut anywhere',
      `${CUTS.length} messages on as many connections, one after another, each in two packets: ${CUTS.map(({ name }) => name).join('; ')}`,
      async (context) => {
        for (const { name, at } of CUTS) {
          const sample = context.sample();
          const message = strict(sample);
          const connection = await context.connect();
          await connection.write([message.subarray(0, at(message)), message.subarray(at(message))], GAP_MS);
          const finding = await context.served([sample], connection);
          if (finding.verdict !== 'pass') return { ...finding, reason: `cut ${name}: ${finding.reason}` };
          // Who serves one connection at a time shall be able to serve the next.
          connection.close();
        }
        return pass(`${CUTS.length} messages, each cut at another place, were served`);
      },
    ),
    check(
      'two-in-a-packet',
      'should',
      'Two messages in one packet are two messages',
      'two messages in the strict form, written at once',
      async (context) => {
        const samples = [context.sample(), context.sample()];
        const connection = await context.connect();
        await connection.write(Buffer.concat(samples.map(strict)));
        return await context.served(samples, connection);
      },
    ),
    check(
      'one-and-a-half',
      'should',
      'A packet may hold a message and the beginning of the next',
      'one message and half of another, then the other half',
      async (context) => {
        const samples = [context.sample(), context.sample()];
        const connection = await context.connect();
        const all = Buffer.concat(samples.map(strict));
        const cut = Math.floor(all.length * 0.75);
        await connection.write([all.subarray(0, cut), all.subarray(cut)], GAP_MS);
        return await context.served(samples, connection);
      },
    ),
    check(
      'many-on-a-connection',
      'should',
      'A connection serves one message after another',
      'three messages, each when the one before was served',
      async (context) => {
        const connection = await context.connect();
        const samples: ReturnType<PeerContext['sample']>[] = [];
        for (const nth of ['first', 'second', 'third']) {
          const sample = context.sample();
          samples.push(sample);
          await connection.write(strict(sample));
          const finding = await context.served(samples, connection);
          if (finding.verdict !== 'pass') return { ...finding, reason: `the ${nth} message: ${finding.reason}` };
          if (connection.broken !== undefined) return fail(`the connection broke after the ${nth} message: ${connection.broken}`);
        }
        return pass('three messages of one connection were served');
      },
    ),
  ];
}
