import { createStatusTimeFormatter, NOTIFICATION_STATUSES } from '@taxinav/codec';
import { visibleBytes } from '../../visible.ts';
import { randomGuid } from '../../random-guid.ts';
import { fail, inconclusive, pass, type Check, type Finding, type Severity } from '../check.ts';
import { bytes, strict, type Sample } from '../sample.ts';
import type { ProbeConnection } from '../probe-connection.ts';
import { isOk, type NavigatorContext } from './context.ts';

const TAKEN = 'an ACK with OK, or the end of the connection, or silence; no reset';

function status(name: string, guid: string = randomGuid()): Sample {
  const fields = [
    ['Message', 'SayTextStatus'],
    ['Guid', guid],
    ['Status', name],
    ['StatusChangedTime', createStatusTimeFormatter('Europe/Kyiv')(Date.now())],
  ] as const;
  return { fields, guid };
}

/** Sends, ends our side, and judges what becomes of the connection. The document knows no answer to a status. */
async function taken(context: NavigatorContext, connection: ProbeConnection): Promise<Finding> {
  connection.end();
  await connection.until(() => connection.over, context.timeoutMs);
  if (connection.broken !== undefined) return fail(`the connection broke: ${connection.broken}`);
  const other = connection.blocks.find((block) => !isOk(block));
  if (other !== undefined) return inconclusive(`answered otherwise, for it never sent that Guid maybe: ${visibleBytes(other.bytes)}`);
  if (connection.blocks.length > 0) return pass('acknowledged');
  return pass(connection.over ? 'the peer ended the connection' : 'the peer said nothing');
}

function statusCheck(
  id: string,
  severity: Severity,
  clauses: readonly string[],
  title: string,
  sends: string,
  pieces: () => Uint8Array | readonly Uint8Array[],
): Check<NavigatorContext> {
  return {
    id: `status-${id}`,
    group: 'status',
    clauses,
    severity,
    title,
    sends: `${sends}, then FIN, to --status`,
    expects: TAKEN,
    phase: 'together',
    run: async (context) => {
      const connection = await context.connectForStatus();
      await connection.write(pieces());
      return await taken(context, connection);
    },
  };
}

/** Statuses that arrive; their Guids are made up. Source: [TN-13 … TN-17]. */
export const STATUS_CHECKS: readonly Check<NavigatorContext>[] = [
  ...NOTIFICATION_STATUSES.map((name) =>
    statusCheck(
      name.toLowerCase(),
      'must',
      ['TN-14', 'TN-16', 'TN-17'],
      `A status ${name} is taken`,
      `a SayTextStatus \`${name}\` in the strict form`,
      () => strict(status(name)),
    ),
  ),
  statusCheck(
    'documented-form',
    'must',
    ['TN-14', 'reading 1', 'reading 2', 'reading 3'],
    'A status as the document prints it is taken',
    '`…Status:  Queued \\r\\nStatusChangedTime: 03.11.2010 15:21:30 \\r\\n \\r\\n`',
    () =>
      bytes(
        'Message: SayTextStatus \r\nGuid: 6F9619FF-8B86-D011-B42D-00CF4FC964FF \r\nStatus:  Queued \r\nStatusChangedTime: 03.11.2010 15:21:30 \r\n \r\n',
      ),
  ),
  {
    id: 'status-then-call',
    group: 'status',
    clauses: ['TN-8', 'TN-13'],
    severity: 'must',
    title: 'A status keeps no Call waiting',
    sends: 'a SayTextStatus to --status whose connection stays open, then a Call',
    expects: 'an ACK with OK to the Call',
    phase: 'together',
    run: async (context) => {
      const open = await context.connectForStatus();
      await open.write(strict(status('Queued')));
      const sample = context.sample();
      const connection = await context.connect();
      await connection.write(strict(sample));
      return await context.served([sample], connection);
    },
  },
];

/** Statuses and packets that do not coincide. Source: [TN-1, reading 9]. */
export const STATUS_PACKET_CHECKS: readonly Check<NavigatorContext>[] = [
  statusCheck(
    'sequence',
    'should',
    ['TN-13', 'reading 9', 'reading 31'],
    'Several statuses of a Guid may come on one connection',
    'Queued, Active and Done of one Guid in one packet',
    () => {
      const guid = randomGuid();
      return Buffer.concat(['Queued', 'Active', 'Done'].map((name) => strict(status(name, guid))));
    },
  ),
  statusCheck('repeated', 'should', ['TN-15', 'reading 34'], 'The same status may come again', 'the same SayTextStatus twice', () => {
    const once = strict(status('Done'));
    return Buffer.concat([once, once]);
  }),
  statusCheck('byte-by-byte', 'must', ['TN-1', 'reading 9'], 'A status may come byte by byte', 'a SayTextStatus, one byte a packet', () =>
    Array.from(strict(status('Active')), (byte) => Uint8Array.of(byte)),
  ),
];
