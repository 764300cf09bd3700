import { setTimeout as pause } from 'node:timers/promises';
import { fail, inconclusive, pass, PeerGone, type Check, type Finding } from './check.ts';
import type { PeerContext } from './peer-context.ts';
import type { ProbeConnection } from './probe-connection.ts';
import { bytes, strict } from './sample.ts';

/** How often a peer that is gone is looked for. */
const COMES_BACK_MS = 200;

/** Something that a peer must outlive. */
interface Provocation {
  readonly id: string;
  readonly clauses: readonly string[];
  readonly title: string;
  readonly sends: string;
  readonly provoke: (context: PeerContext) => Promise<ProbeConnection | undefined>;
}

const sent =
  (what: Uint8Array, end = false): Provocation['provoke'] =>
  async (context) => {
    const connection = await context.connect();
    await connection.write(what);
    if (end) connection.end();
    return connection;
  };

const UNKNOWN = bytes('Message: Hello\r\nName: value\r\n\r\n');
const ACTIVATE_CARD = bytes('Message: ActivateCard. Operator: 12 CallerID: 0675040279 \n\n');
const MALFORMED = bytes('this line is no field\r\nMessage\r\n\r\n');
const NO_MESSAGE = bytes('Tel: 0675040279\r\n\r\n');
const HTTP = bytes('GET / HTTP/1.1\r\nHost: example.org\r\nAccept: */*\r\n\r\n');
const EVERY_BYTE = Buffer.concat([Buffer.from(Array.from({ length: 1_024 }, (_, index) => index % 256)), bytes('\r\n\r\n')]);
const CONTROL_CHARACTERS = bytes('Message: Dial\r\nTel: 067\u0000504\u001b[2J0279\r\n\r\n');
const LONG_LINE = Buffer.concat([bytes('Message: '), Buffer.alloc(262_144, 'x')]);
const LONG_MESSAGE = bytes(`Message: Hello\r\n${'X-Field: value\r\n'.repeat(16_384)}`);
const BLANK_LINES = bytes('\r\n'.repeat(32_768));

const UNKNOWN_MESSAGE = 'unknown-message';

const PROVOCATIONS: readonly Provocation[] = [
  {
    id: UNKNOWN_MESSAGE,
    clauses: ['TN-1', 'reading 28'],
    title: 'An unknown message does not end the service',
    sends: '`Message: Hello` with one field',
    provoke: sent(UNKNOWN),
  },
  {
    id: 'activate-card',
    clauses: ['TN-1', 'reading 28'],
    title: 'A message of another dialect does not end the service',
    sends: '`Message: ActivateCard. Operator: 12 CallerID: 0675040279`, ended by LF LF, as seen in the wild',
    provoke: sent(ACTIVATE_CARD),
  },
  {
    id: 'malformed-lines',
    clauses: ['TN-1', 'reading 27'],
    title: 'Lines that are no fields do not end the service',
    sends: 'a block of two lines without a colon',
    provoke: sent(MALFORMED),
  },
  {
    id: 'no-message',
    clauses: ['TN-1', 'reading 27'],
    title: 'A block without Message does not end the service',
    sends: 'a block that is `Tel: 0675040279`',
    provoke: sent(NO_MESSAGE),
  },
  {
    id: 'http-request',
    clauses: ['TN-1', 'reading 27'],
    title: 'A request of HTTP does not end the service',
    sends: '`GET / HTTP/1.1` with two headers',
    provoke: sent(HTTP),
  },
  {
    id: 'every-byte',
    clauses: ['TN-1', 'reading 27'],
    title: 'Bytes of every value do not end the service',
    sends: '1,024 bytes, 00 to FF again and again, then a blank line and FIN',
    provoke: sent(EVERY_BYTE, true),
  },
  {
    id: 'control-characters',
    clauses: ['TN-1', 'reading 27'],
    title: 'Control characters in a value do not end the service',
    sends: 'a `Dial` with NUL and ESC in its number',
    provoke: sent(CONTROL_CHARACTERS),
  },
  {
    id: 'long-line',
    clauses: ['TN-1', 'reading 27'],
    title: 'A line without end does not end the service',
    sends: '256 KiB without a line end',
    provoke: sent(LONG_LINE),
  },
  {
    id: 'long-message',
    clauses: ['TN-1', 'reading 27'],
    title: 'A message without end does not end the service',
    sends: '16,384 fields without a blank line',
    provoke: sent(LONG_MESSAGE),
  },
  {
    id: 'blank-lines',
    clauses: ['TN-1', 'reading 5'],
    title: 'Blank lines without end do not end the service',
    sends: '32,768 blank lines',
    provoke: sent(BLANK_LINES),
  },
  {
    id: 'empty-connections',
    clauses: ['TN-1', 'reading 29'],
    title: 'Connections that say nothing do not end the service',
    sends: '20 connections, one after another, closed or reset without a byte',
    provoke: async (context) => {
      for (let nth = 0; nth < 20; nth++) {
        const connection = await context.connect();
        if (nth % 2 === 0) connection.reset();
        else connection.end();
      }
      return undefined;
    },
  },
  {
    id: 'reset-within-message',
    clauses: ['TN-1', 'reading 29'],
    title: 'A reset within a message does not end the service',
    sends: 'half a message, then a reset',
    provoke: async (context) => {
      const connection = await context.connect();
      const message = strict(context.sample());
      await connection.write(message.subarray(0, message.length / 2));
      connection.reset();
      return undefined;
    },
  },
];

/** Whether the service goes on, on a new connection and with no other open: a peer may serve one at a time. */
async function goesOn(context: PeerContext): Promise<Finding> {
  context.closeConnections();
  return await servesAnother(context);
}

async function servesAnother(context: PeerContext): Promise<Finding> {
  const sample = context.sample();
  const connection = await context.connect();
  await connection.write(strict(sample));
  return await context.served([sample], connection);
}

/** What a peer must outlive: after each, the next message on a new connection is served. */
export function survivalChecks(): readonly Check<PeerContext>[] {
  return PROVOCATIONS.map(({ id, clauses, title, sends, provoke }) => ({
    id: `survival-${id}`,
    group: 'survival',
    clauses,
    severity: 'must',
    title,
    sends: `${sends}; then a message on a new connection`,
    expects: 'the second message is served',
    phase: 'alone',
    run: async (context) => {
      const broken = await stillBroken(context);
      if (broken !== undefined) return id === UNKNOWN_MESSAGE && context.shared.broken?.ofProtocol === true ? endedBy(context) : broken;
      const connection = await provoke(context);
      // What it does to that connection is another check's; whether it has done it by now decides nothing here.
      await connection?.until(() => connection.over || connection.received > 0, context.quietMs);
      const finding = await goesOn(context).catch(gone);
      if (finding.verdict === 'fail') context.shared.broken = { by: `survival-${id}`, ofProtocol: false, forGood: false };
      return finding.verdict === 'fail' ? fail(`the next message was not served: ${finding.reason}`) : finding;
    },
  }));
}

/** A peer that an earlier check has broken is given the time of one reaction to come back; after that nothing more is asked of it. */
async function stillBroken(context: PeerContext): Promise<Finding | undefined> {
  const { shared, evidence, timeoutMs } = context;
  if (shared.neverServed) return inconclusive('the peer does not serve even a plain message');
  if (shared.broken === undefined) return undefined;
  const { by, ofProtocol, forGood } = shared.broken;
  const until = forGood ? 0 : evidence.ms + timeoutMs;
  let back = false;
  while (!back && evidence.ms < until) {
    back = (await goesOn(context).catch(gone)).verdict === 'pass';
    if (!back) await pause(COMES_BACK_MS);
  }
  shared.broken = { by, ofProtocol, forGood: true };
  if (!back) return inconclusive(`the peer has served nobody since ${by}`);
  delete shared.broken;
  return undefined;
}

function gone(error: unknown): Finding {
  if (error instanceof PeerGone) return fail(`no connection any more (${error.message})`);
  throw error;
}

/** A message that the peer does not serve is an unknown one to it: it was ended by that. */
function endedBy({ shared }: PeerContext): Finding {
  return fail(`the peer has served nobody since ${shared.broken?.by ?? ''}, whose message it does not know`);
}

/** A check that a small peer may not outlive; where it does not, later checks are told. `ofProtocol` when it may not know the message. */
export function watched<Context extends PeerContext>(check: Check<Context>, ofProtocol: boolean): Check<Context> {
  return {
    ...check,
    phase: 'alone',
    run: async (context) => {
      // Other messages may be served where this one is not.
      if (context.shared.neverServed) return await check.run(context);
      const broken = await stillBroken(context);
      if (broken !== undefined) return broken;
      const finding = await check.run(context).catch(gone);
      if (finding.verdict === 'pass' || finding.verdict === 'skip') return finding;
      const after = await goesOn(context).catch(gone);
      if (after.verdict !== 'fail') return finding;
      context.shared.broken = { by: check.id, ofProtocol, forGood: false };
      return fail(`${finding.reason}; and the next message was not served: ${after.reason}`);
    },
  };
}

/** What costs itself and nothing else: the next message of the same connection is served. Source: [reading 27, reading 28]. */
export function sameConnectionChecks(): readonly Check<PeerContext>[] {
  const faults = [
    { id: 'unknown-message', clause: 'reading 28', title: 'An unknown message', what: '`Message: Hello` with one field', bytes: UNKNOWN },
    {
      id: 'malformed-lines',
      clause: 'reading 27',
      title: 'A block of lines that are no fields',
      what: 'two lines without a colon',
      bytes: MALFORMED,
    },
    {
      id: 'no-message',
      clause: 'reading 27',
      title: 'A block without Message',
      what: 'a block that is `Tel: 0675040279`',
      bytes: NO_MESSAGE,
    },
  ];
  return faults.map(({ id, clause, title, what, bytes: fault }) => ({
    id: `connection-after-${id}`,
    group: 'connection',
    clauses: [clause],
    severity: 'should',
    title: `${title} does not end its connection`,
    sends: `${what}, then a message on the same connection`,
    expects: 'the message is served',
    phase: 'alone',
    run: async (context) => {
      const broken = await stillBroken(context);
      if (broken !== undefined) return broken;
      const connection = await context.connect();
      await connection.write(fault);
      // An answer to the fault must not be taken for the message's.
      await connection.until(() => connection.over || connection.blocks.length > 0, context.quietMs);
      connection.blocks.length = 0;
      const sample = context.sample();
      await connection.write(strict(sample));
      return await context.served([sample], connection);
    },
  }));
}

/** Caps: what has no end is ended by the peer. Source: [reading 27]. */
export function capChecks(): readonly Check<PeerContext>[] {
  const check = (id: string, title: string, sends: string, what: Uint8Array): Check<PeerContext> => ({
    id: `caps-${id}`,
    group: 'caps',
    clauses: ['reading 27'],
    severity: 'should',
    title,
    sends,
    expects: 'the peer ends or resets the connection',
    phase: 'alone',
    run: async (context) => {
      const broken = await stillBroken(context);
      if (broken !== undefined) return broken;
      const connection = await context.connect();
      await connection.write(what);
      return (await connection.until(() => connection.over, context.timeoutMs))
        ? pass(`the peer has ended the connection (${connection.broken ?? 'FIN'})`)
        : fail(`after ${what.length} bytes the peer still holds the connection, and maybe all of them`);
    },
  });
  return [
    check('line', 'A line without end is cut off', '256 KiB without a line end', LONG_LINE),
    check('message', 'A message without end is cut off', '16,384 fields without a blank line', LONG_MESSAGE),
  ];
}

/** Whatever it was that a peer did not outlive: in the end it is there or it is not. */
export function endCheck(): Check<PeerContext> {
  return {
    id: 'survival-to-the-end',
    group: 'survival',
    clauses: ['TN-1'],
    severity: 'must',
    title: 'After all of this the service goes on',
    sends: 'a message on a new connection, when every other check is over',
    expects: 'the message is served',
    phase: 'alone',
    run: async (context) => {
      const broken = await stillBroken(context);
      if (broken !== undefined) return { ...broken, verdict: 'fail' };
      return await goesOn(context).catch(gone);
    },
  };
}

/** Whether connections are served side by side: one that says nothing keeps no other waiting. */
export function sideBySideCheck(): Check<PeerContext> {
  return {
    id: 'connection-side-by-side',
    group: 'connection',
    clauses: ['TN-1', 'reading 30'],
    severity: 'should',
    title: 'A silent connection keeps no other waiting',
    sends: 'nothing on one connection, a message on another',
    expects: 'the message is served',
    phase: 'first',
    run: async (context) => {
      await context.connect();
      return await servesAnother(context);
    },
  };
}

/** The ways a connection may end after what it had to say. Source: [reading 11, reading 29]. */
export function endingChecks(expects: string): readonly Check<PeerContext>[] {
  return [
    {
      id: 'connection-half-closed',
      group: 'connection',
      clauses: ['TN-1', 'reading 9'],
      severity: 'should',
      title: 'A message before the FIN is served',
      sends: 'the strict form and FIN at once',
      expects,
      phase: 'together',
      run: async (context) => {
        const sample = context.sample();
        const connection = await context.connect();
        await connection.write(strict(sample));
        connection.end();
        return await context.served([sample], connection);
      },
    },
  ];
}
