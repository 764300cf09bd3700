import { fail, inconclusive, pass, skip, type Check, type Finding } from '../check.ts';
import { visibleBytes } from '../../visible.ts';
import { bytes } from '../sample.ts';
import type { WireBlock } from '../wire-block.ts';
import { REPLY_MS, type CallCenterContext, type ConferenceReply } from './context.ts';

const COMPACT = /^Message:ACK\r\nError:[^\r\n]+\r\n\r\n$/;
const SPACED = /^Message: ACK *\r\nError: [^\r\n]+\r\n *\r\n$/;
const LITERAL = '`Message: Conference\\r\\nTel1: …\\r\\nTel2: …\\r\\n\\r\\n`, the document’s string';

/** The document's own string [TN-19]. */
function literal(tel1: string, tel2: string): Buffer {
  return bytes(`Message: Conference\r\nTel1: ${tel1}\r\nTel2: ${tel2}\r\n\r\n`);
}

function isOk(block: WireBlock): boolean {
  return block.field('Error')?.toUpperCase() === 'OK';
}

function isAck(block: WireBlock): boolean {
  return block.field('Message')?.toUpperCase() === 'ACK' && block.field('Error') !== undefined;
}

type Described = Pick<Check<never>, 'id' | 'clauses' | 'severity' | 'title' | 'expects'>;

function replyCheck(described: Described, judge: (first: WireBlock, reply: ConferenceReply) => Finding): Check<CallCenterContext> {
  return {
    ...described,
    group: 'conference',
    sends: LITERAL,
    phase: 'alone',
    run: async (context) => {
      const { conference } = context.setting;
      if (conference === undefined) return skip('give --conference DRIVER,PASSENGER to check it');
      const message = literal(conference.driver, conference.passenger);
      const reply = await context.bench.conference(message);
      context.evidence.adopt(reply.evidence);
      const [first] = reply.blocks;
      return first === undefined ? fail('no reply came on the connection') : judge(first, reply);
    },
  };
}

/** Conference and Dial. Source: [TN-9, TN-18 … TN-22, reading 24]. */
export const CONFERENCE_CHECKS: readonly Check<CallCenterContext>[] = [
  replyCheck(
    {
      id: 'conference-answered',
      clauses: ['TN-18', 'TN-19', 'TN-22'],
      severity: 'must',
      title: 'A Conference is answered on its connection',
      expects: 'one ACK with an Error on the same connection',
    },
    (first, { blocks }) =>
      isAck(first) && blocks.length === 1 ? pass(visibleBytes(first.bytes)) : fail(`expected one ACK, got ${visibleBytes(first.bytes)}`),
  ),
  replyCheck(
    {
      id: 'conference-reply-form',
      clauses: ['TN-22', 'reading 24'],
      severity: 'must',
      title: 'The reply to a Conference is two lines, as the document has them',
      expects: '`Message:ACK\\r\\nError:OK\\r\\n\\r\\n`, or with the spaces of the answer to a Call; a reason in place of OK',
    },
    ({ bytes: reply }) => {
      const text = reply.toString('latin1');
      if (COMPACT.test(text)) return pass('the two lines as the document quotes them');
      return SPACED.test(text) ? pass('the two lines with spaces') : fail(`got ${visibleBytes(reply)}`);
    },
  ),
  replyCheck(
    {
      id: 'conference-accepted',
      clauses: ['TN-20', 'TN-22', 'reading 37'],
      severity: 'must',
      title: 'A Conference of two numbers that may be dialled is accepted',
      expects: '`Error:OK`',
    },
    (first) =>
      isOk(first) ? pass('OK') : inconclusive(`refused: ${first.field('Error') ?? ''}; give numbers that may be dialled (--conference)`),
  ),
  {
    id: 'conference-refused',
    group: 'conference',
    clauses: ['TN-21', 'TN-22', 'reading 27'],
    severity: 'should',
    title: 'A Conference with what is no number is refused on its connection',
    sends: 'a Conference with `Tel1: 050123456`, nine digits',
    expects: 'an ACK whose Error is not OK',
    phase: 'alone',
    run: async (context) => {
      const connection = await context.connect();
      await connection.write(literal('050123456', '0671234567'));
      await connection.until(() => connection.blocks.length > 0 || connection.over, context.timeoutMs);
      const [first] = connection.blocks;
      if (first === undefined) return fail('no reply came on the connection');
      return isAck(first) && !isOk(first) ? pass(first.field('Error') ?? '') : fail(`expected a refusal, got ${visibleBytes(first.bytes)}`);
    },
  },
  {
    id: 'conference-half-closed',
    group: 'conference',
    clauses: ['TN-22', 'reading 11'],
    severity: 'should',
    title: 'A Conference is answered after the FIN of who asked',
    sends: 'a Conference with nine digits, then FIN at once',
    expects: 'an ACK on the connection, then its end',
    phase: 'alone',
    run: async (context) => {
      const connection = await context.connect();
      await connection.write(literal('050123456', '0671234567'));
      connection.end();
      await connection.until(() => connection.over, context.timeoutMs);
      const [first] = connection.blocks;
      if (first === undefined || !isAck(first)) return fail('no ACK came before the end of the connection');
      return connection.over ? pass('answered, then ended') : fail('answered, but the connection was not ended in turn');
    },
  },
  {
    id: 'conference-in-order',
    group: 'conference',
    clauses: ['TN-22', 'reading 9'],
    severity: 'should',
    title: 'Replies come in the order of the requests',
    sends: 'a Conference with nine digits and one with two numbers, in one packet',
    expects: 'two ACKs, the first one the refusal',
    phase: 'alone',
    run: async (context) => {
      const { conference } = context.setting;
      if (conference === undefined) return skip('give --conference DRIVER,PASSENGER to check it');
      const alone = await context.bench.conference(literal(conference.driver, conference.passenger));
      if (alone.blocks.length === 0) return inconclusive('a Conference alone is not answered: see conference-answered');
      const connection = await context.connect();
      await connection.write(Buffer.concat([literal('050123456', conference.passenger), literal(conference.driver, conference.passenger)]));
      await connection.until(() => connection.blocks.length > 1 || connection.over, Math.min(context.setting.patienceMs, REPLY_MS));
      const [first, second] = connection.blocks;
      if (first === undefined || second === undefined) return fail(`expected two replies, got ${connection.blocks.length}`);
      return isAck(first) && isAck(second) && !isOk(first)
        ? pass(`${first.field('Error') ?? ''}, then ${second.field('Error') ?? ''}`)
        : fail(`expected the refusal first, got ${visibleBytes(first.bytes)}${visibleBytes(second.bytes)}`);
    },
  },
  {
    id: 'dial-taken',
    group: 'dial',
    clauses: ['TN-9', 'TN-21', 'reading 25'],
    severity: 'must',
    title: 'A Dial is taken, and its connection goes on',
    sends: 'a Dial in the strict form, then a SayText on the same connection',
    expects: 'no answer or an ACK with OK; the SayText is served',
    phase: 'alone',
    run: async (context) => {
      const number = context.setting.conference?.passenger ?? context.setting.numbers.followed;
      const connection = await context.connect();
      await connection.write(bytes(`Message: Dial\r\nTel: ${number}\r\n\r\n`));
      await connection.until(() => connection.blocks.length > 0 || connection.over, context.quietMs);
      const answer = connection.blocks[0];
      if (answer !== undefined && !isAck(answer)) return fail(`expected no answer or an ACK, got ${visibleBytes(answer.bytes)}`);
      if (answer !== undefined && !isOk(answer)) return inconclusive(`refused: ${answer.field('Error') ?? ''}`);
      const sample = context.sample();
      await connection.write(bytes(`${sample.fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`));
      return await context.served([sample]);
    },
  },
];
