import { CAR_TYPES, TARIFFS } from '@taxinav/codec';
import { visibleBytes } from '../../visible.ts';
import { fail, pass, type Check, type Severity } from '../check.ts';
import { bytes, changed, strict, type Sample } from '../sample.ts';
import { isOk, type NavigatorContext } from './context.ts';

const OK = 'an ACK with `Error: OK` on the same connection';
const DOCUMENTED = /^Message: ?ACK *\r\nError: *[^\r\n]+\r\n *\r\n$/;

function callCheck(
  id: string,
  severity: Severity,
  clauses: readonly string[],
  title: string,
  sends: string,
  write: (sample: Sample) => Uint8Array,
): Check<NavigatorContext> {
  return {
    id,
    group: id.slice(0, id.indexOf('-')),
    clauses,
    severity,
    title,
    sends,
    expects: OK,
    phase: 'together',
    run: async (context) => {
      const sample = context.sample();
      const connection = await context.connect();
      await connection.write(write(sample));
      return await context.served([sample], connection);
    },
  };
}

/** A Call that is none must not be acknowledged as one. */
function refusedCheck(id: string, clauses: readonly string[], title: string, sends: string, message: string): Check<NavigatorContext> {
  return {
    id,
    group: 'call',
    clauses,
    severity: 'should',
    title,
    sends,
    expects: 'no answer, or an ACK whose Error is not OK',
    phase: 'together',
    run: async (context) => {
      const connection = await context.connect();
      await connection.write(bytes(message));
      await connection.until(() => connection.blocks.length > 0 || connection.over, context.quietMs);
      const [answer] = connection.blocks;
      if (answer === undefined) return pass('no answer');
      return isOk(answer) ? fail(`got ${visibleBytes(answer.bytes)}`) : pass(visibleBytes(answer.bytes));
    },
  };
}

/** Calls and their answers. Source: [TN-4 … TN-8]. */
export const CALL_CHECKS: readonly Check<NavigatorContext>[] = [
  {
    id: 'call-answered',
    group: 'call',
    clauses: ['TN-4', 'TN-5', 'TN-8'],
    severity: 'must',
    title: 'A Call is answered with ACK and OK',
    sends: 'a Call in the strict form',
    expects: OK,
    phase: 'first',
    run: async (context) => {
      const sample = context.sample();
      const connection = await context.connect();
      await connection.write(strict(sample));
      const finding = await context.served([sample], connection);
      if (finding.verdict !== 'pass') context.shared.neverServed = true;
      return finding;
    },
  },
  {
    id: 'call-answer-form',
    group: 'call',
    clauses: ['TN-8'],
    severity: 'must',
    title: 'The answer has the form of the document',
    sends: 'a Call in the strict form',
    expects: '`Message: ACK` and `Error: …`, CRLF, a blank line; the spaces that the document prints are allowed',
    phase: 'first',
    run: async (context) => {
      const connection = await context.connect();
      await connection.write(strict(context.sample()));
      await connection.until(() => connection.blocks.length > 0 || connection.over, context.timeoutMs);
      const [answer] = connection.blocks;
      if (answer === undefined) return fail('no answer came');
      const shown = visibleBytes(answer.bytes);
      return DOCUMENTED.test(answer.bytes.toString('latin1')) ? pass(shown) : fail(`got ${shown}`);
    },
  },
  {
    id: 'call-answered-once',
    group: 'call',
    clauses: ['TN-8'],
    severity: 'should',
    title: 'A Call has one answer',
    sends: 'a Call in the strict form',
    expects: 'one ACK, and nothing more',
    phase: 'together',
    run: async (context) => {
      const connection = await context.connect();
      await connection.write(strict(context.sample()));
      await connection.until(() => connection.blocks.length > 0 || connection.over, context.timeoutMs);
      await connection.until(() => connection.blocks.length > 1, context.quietMs);
      return connection.blocks.length === 1 ? pass('one answer') : fail(`${connection.blocks.length} answers`);
    },
  },
  callCheck(
    'call-documented-form',
    'must',
    ['TN-5', 'reading 1', 'reading 2'],
    'A Call as the document prints it is answered',
    '`Message: Call \\r\\nCallerID: … \\r\\nCarType: Universal  \\r\\n \\r\\n`',
    ({ fields }) => bytes(`Message: Call \r\nCallerID: ${fields[1]?.[1] ?? ''} \r\nCarType: Universal  \r\n \r\n`),
  ),
  ...CAR_TYPES.map((carType) =>
    callCheck(
      `car-type-${carType.toLowerCase()}`,
      'must',
      ['TN-6', 'TN-7'],
      `A Call for a ${carType} is answered`,
      `a Call with \`CarType: ${carType}\``,
      (sample) => strict(changed(sample, { CarType: carType })),
    ),
  ),
  callCheck(
    'car-type-any-case',
    'tolerance',
    ['reading 16'],
    'A car type is read in any case',
    'a Call with `CarType: universal`',
    (sample) => strict(changed(sample, { CarType: 'universal' })),
  ),
  callCheck(
    'car-type-tariff',
    'tolerance',
    ['TN-7', 'reading 16'],
    'A car type may be its tariff',
    `a Call with \`CarType: ${TARIFFS.Universal}\``,
    (sample) => strict(changed(sample, { CarType: TARIFFS.Universal })),
  ),
  callCheck(
    'number-international',
    'tolerance',
    ['TN-21', 'reading 20'],
    'A caller written +380… is taken',
    'a Call with `CallerID: +380675040279`',
    (sample) => strict(changed(sample, { CallerID: '+380675040279' })),
  ),
  callCheck(
    'number-foreign',
    'tolerance',
    ['reading 21'],
    'A caller from abroad is taken',
    'a Call with `CallerID: 48600123456`',
    (sample) => strict(changed(sample, { CallerID: '48600123456' })),
  ),
  callCheck(
    'duplicate-field',
    'tolerance',
    ['reading 18'],
    'A duplicated field is no reason to refuse',
    'a Call with `CarType` twice',
    ({ fields, guid }) => strict({ fields: [...fields, ['CarType', 'Premium']], guid }),
  ),
];

/** Calls that are none. */
export const REFUSAL_CHECKS: readonly Check<NavigatorContext>[] = [
  refusedCheck(
    'call-without-number',
    ['TN-5', 'TN-8', 'reading 27'],
    'A Call without a number is not acknowledged as OK',
    'a Call without CallerID',
    'Message: Call\r\nCarType: General\r\n\r\n',
  ),
  refusedCheck(
    'call-number-with-colon',
    ['TN-5', 'TN-21', 'reading 10'],
    'A number is not cut at a colon',
    'a Call with `CallerID: 0675040279: 1`, which is no number',
    'Message: Call\r\nCallerID: 0675040279: 1\r\nCarType: General\r\n\r\n',
  ),
];

/** Answers that come from a call center. */
export const ANSWER_CHECKS: readonly Check<NavigatorContext>[] = [
  {
    id: 'answers-no-answers',
    group: 'answers',
    clauses: ['TN-8', 'reading 28'],
    severity: 'should',
    title: 'An ACK is not answered',
    sends: 'an ACK, then a Call on the same connection',
    expects: 'one answer, the one to the Call',
    phase: 'together',
    run: async (context) => {
      const connection = await context.connect();
      await connection.write(bytes('Message: ACK\r\nError: OK\r\n\r\n'));
      await connection.until(() => connection.received > 0 || connection.over, context.quietMs);
      const [answer] = connection.blocks;
      if (answer !== undefined) return fail(`answered: ${visibleBytes(answer.bytes)}`);
      const sample = context.sample();
      await connection.write(strict(sample));
      return await context.served([sample], connection);
    },
  },
];
