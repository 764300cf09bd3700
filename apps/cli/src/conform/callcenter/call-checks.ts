import { CAR_TYPES } from '@taxinav/codec';
import { visibleBytes } from '../../visible.ts';
import { fail, pass, skip, type Check, type Finding, type Severity } from '../check.ts';
import type { WireBlock } from '../wire-block.ts';
import type { CallCenterContext, IncomingCall } from './context.ts';

const DOCUMENTED = /^Message: Call *\r\nCallerID: *[^\r\n]+\r\nCarType: *[A-Za-z]+ *\r\n *\r\n$/;
const STRICT = /^Message: Call\r\nCallerID: \d{10,17}\r\nCarType: [A-Za-z]+\r\n\r\n$/;

function callCheck(
  id: string,
  severity: Severity,
  clauses: readonly string[],
  title: string,
  expects: string,
  judge: (block: WireBlock, calls: readonly IncomingCall[]) => Finding,
): Check<CallCenterContext> {
  return {
    id: `call-${id}`,
    group: 'call',
    clauses,
    severity,
    title,
    sends: 'nothing: let a call come in at the peer while --call is open; answered with ACK and OK. Skipped without --call',
    expects,
    phase: 'together',
    run: async (context) => {
      if (context.setting.callWaitMs === undefined) return skip('give --call HOST:PORT, and let a call come in, to check it');
      const calls = await context.bench.calls();
      const [first] = calls;
      if (first === undefined) return skip(`no Call came within ${context.setting.callWaitMs} ms (--call-wait)`);
      // What else would come comes soon.
      await context.untilReport(() => false, context.quietMs);
      for (const call of await context.bench.calls()) context.evidence.adopt(call.evidence);
      return judge(first.block, await context.bench.calls());
    },
  };
}

/** A call that comes in at the peer. Source: [TN-4 … TN-7]. */
export const CALL_CHECKS: readonly Check<CallCenterContext>[] = [
  callCheck(
    'form',
    'must',
    ['TN-4', 'TN-5'],
    'A Call has the form of the document',
    'Message, CallerID, CarType in this order, CRLF, a blank line; the spaces that the document prints are allowed',
    ({ bytes }) => (DOCUMENTED.test(bytes.toString('latin1')) ? pass(visibleBytes(bytes)) : fail(`got ${visibleBytes(bytes)}`)),
  ),
  callCheck(
    'strict-form',
    'tolerance',
    ['TN-5', 'reading 23'],
    'A Call has no needless spaces',
    '`Name: value\\r\\n` and `\\r\\n`, digits alone in CallerID',
    ({ bytes }) => (STRICT.test(bytes.toString('latin1')) ? pass('the strict form') : fail(`got ${visibleBytes(bytes)}`)),
  ),
  callCheck('car-type', 'must', ['TN-6', 'TN-7'], 'A Call has one of the five car types', CAR_TYPES.join(', '), (block) => {
    const carType = block.field('CarType') ?? '';
    return CAR_TYPES.some((name) => name === carType) ? pass(carType) : fail(`got CarType ${carType}`);
  }),
  callCheck(
    'once',
    'should',
    ['TN-8', 'reading 35'],
    'A Call that was acknowledged does not come again',
    'one Call for each caller',
    (block, calls) => {
      const same = calls.filter((call) => call.block.field('CallerID') === block.field('CallerID')).length;
      return same === 1 ? pass('it came once') : fail(`it came ${same} times`);
    },
  ),
];
