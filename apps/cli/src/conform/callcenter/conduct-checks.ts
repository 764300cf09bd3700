import { fail, inconclusive, pass, type Check } from '../check.ts';
import { visibleBytes } from '../../visible.ts';
import { bytes, strict } from '../sample.ts';
import type { CallCenterContext } from './context.ts';
import { statusesOf } from './report.ts';

const DOCUMENTED_STATUS =
  'Message: SayTextStatus\r\nGuid: 00000000-0000-4000-8000-000000000001\r\nStatus: Done\r\nStatusChangedTime: 03.11.2010 15:21:30\r\n\r\n';

/** A SayText, plain, as the document prints it, and again. */
export const SAY_TEXT_CHECKS: readonly Check<CallCenterContext>[] = [
  {
    id: 'say-text-served',
    group: 'say-text',
    clauses: ['TN-10', 'TN-11', 'TN-13'],
    severity: 'must',
    title: 'A SayText brings a SayTextStatus',
    sends: 'a SayText in the strict form',
    expects: 'a SayTextStatus with its Guid',
    phase: 'first',
    run: async (context) => {
      const begun = await context.bench.life().begun;
      if (begun !== '') return pass(`${begun} arrived first`);
      context.shared.neverServed = true;
      await context.life();
      const { strays } = context.bench.journal;
      for (const stray of strays.slice(0, 3)) context.evidence.block('peer', stray.place, stray.bytes);
      return fail(
        strays.length === 0
          ? `no SayTextStatus within ${context.setting.timeoutMs} ms, neither at the status address nor on the connection: is the address configured in the peer?`
          : `${strays.length} SayTextStatus arrived, none with the Guid that was sent`,
      );
    },
  },
  {
    id: 'say-text-documented-form',
    group: 'say-text',
    clauses: ['TN-11', 'reading 1', 'reading 2', 'reading 13'],
    severity: 'must',
    title: 'A SayText as the document prints it is served',
    sends: '`Message: SayText  \\r\\n…TextToSay: <Тут текст сообщения> \\r\\n…  \\r\\n \\r\\n`',
    expects: 'a status other than Canceled for its Guid',
    phase: 'together',
    run: async (context) => {
      const sample = context.sample();
      const number = sample.fields[1]?.[1] ?? '';
      const connection = await context.connect();
      await connection.write(
        bytes(`Message: SayText  \r\nNumberToCall: ${number}  \r\nTextToSay: <Тут текст сообщения> \r\nGuid: ${sample.guid}  \r\n \r\n`),
      );
      return await context.served([sample]);
    },
  },
  {
    id: 'say-text-same-guid-again',
    group: 'say-text',
    clauses: ['TN-12', 'reading 33'],
    severity: 'should',
    title: 'The same SayText again calls nobody again',
    sends: 'the same SayText twice on one connection',
    expects: 'one life: Queued, Active, result; the current status may be repeated',
    phase: 'together',
    run: async (context) => {
      const sample = context.sample();
      const connection = await context.connect();
      await connection.write(strict(sample));
      const served = await context.served([sample]);
      if (served.verdict !== 'pass') return served;
      await connection.write(strict(sample));
      const reports = (): ReturnType<typeof context.reports> => context.reports(sample.guid);
      await context.untilReport(() => reports().some(({ status }) => status === 'Done'), context.setting.patienceMs);
      const statuses = statusesOf(reports());
      if (!statuses.includes('Done')) return inconclusive(`no Done in time: ${statuses.join(', ')}`);
      // A second life would begin now.
      const again = (): boolean => statusesOf(reports()).slice(statusesOf(reports()).indexOf('Done') + 1).length > 0;
      await context.untilReport(again, context.quietMs * 3);
      const all = statusesOf(reports());
      const second = again() || all.filter((status) => status === 'Active').length > 1;
      return second ? fail(`a second life: ${all.join(', ')}`) : pass(all.join(', '));
    },
  },
];

/** Connections that are reset, on either side. Source: [reading 29, reading 34]. */
export const RESET_CHECKS: readonly Check<CallCenterContext>[] = [
  {
    id: 'status-again-after-reset',
    group: 'status',
    clauses: ['TN-13', 'reading 34'],
    severity: 'should',
    title: 'A status whose connection was reset is sent again',
    sends: 'a SayText; the connection that brings its first status is reset',
    expects: 'the same status once more, byte for byte',
    phase: 'together',
    run: async (context) => {
      const sample = context.sample();
      context.bench.journal.resetNext(sample.guid);
      const connection = await context.connect();
      await connection.write(strict(sample));
      const served = await context.served([sample]);
      const [first] = context.reports(sample.guid);
      if (served.verdict !== 'pass' || first === undefined) return served;
      if (first.place === 'connection') return inconclusive('the statuses come on the connection: see status-address');
      const again = (): boolean => context.reports(sample.guid).filter(({ bytes: repeat }) => repeat.equals(first.bytes)).length > 1;
      return (await context.untilReport(again, context.timeoutMs))
        ? pass(`${first.status} came again`)
        : fail(`${first.status} was lost with its connection: it did not come again within ${context.timeoutMs} ms`);
    },
  },
  {
    id: 'connection-reset-after-message',
    group: 'connection',
    clauses: ['reading 29'],
    severity: 'tolerance',
    title: 'A message whose connection was reset after it is served',
    sends: 'the strict form; a reset once it was surely read',
    expects: 'a status other than Canceled for its Guid',
    phase: 'together',
    run: async (context) => {
      const sample = context.sample();
      const connection = await context.connect();
      await connection.write(strict(sample));
      await connection.until(() => connection.received > 0 || context.reports(sample.guid).length > 0, 50);
      connection.reset();
      return await context.served([sample]);
    },
  },
];

/** What is not answered. Source: [reading 28]. */
export const ANSWER_CHECKS: readonly Check<CallCenterContext>[] = [
  {
    id: 'answers-no-answers',
    group: 'answers',
    clauses: ['TN-8', 'TN-17', 'reading 28'],
    severity: 'should',
    title: 'ACK, Call and SayTextStatus are not answered, and end nothing',
    sends: 'an ACK, a Call and a SayTextStatus, then a SayText, all on one connection',
    expects: 'nothing on the connection before the SayText, which is served',
    phase: 'together',
    run: async (context) => {
      const connection = await context.connect();
      await connection.write(bytes('Message: ACK\r\nError: OK\r\n\r\n'));
      await connection.write(bytes(`Message: Call\r\nCallerID: 0675040279\r\nCarType: General\r\n\r\n${DOCUMENTED_STATUS}`));
      await connection.until(() => connection.received > 0 || connection.over, context.quietMs);
      const [answer] = connection.blocks;
      if (answer !== undefined) return fail(`answered: ${visibleBytes(answer.bytes)}`);
      const sample = context.sample();
      await connection.write(strict(sample));
      return await context.served([sample]);
    },
  },
];
