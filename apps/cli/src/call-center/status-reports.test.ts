import { parseGuid, parsePhoneNumber, type Guid, type SayTextStatus, type StatusTime } from '@taxinav/codec';
import type { Delivery, DeliveryEvidence } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { statusesByLastDigit } from './last-digit.ts';
import { ALIVE, StatusReports } from './status-reports.ts';

function guid(serial: number): Guid {
  const text = parseGuid(serial.toString(16).padStart(32, '0'));
  if (text === undefined) throw new Error('no GUID');
  return text;
}

function reporting(evidence: DeliveryEvidence = 'taken') {
  const sent: SayTextStatus[] = [];
  const lost: string[] = [];
  const gate = Promise.withResolvers<void>();
  const reports = new StatusReports({
    send: (message) => {
      sent.push(message);
      return Promise.resolve<Delivery>({ evidence, reason: '', elapsedMs: 0 });
    },
    time: () => '03.11.2010 15:21:30' as StatusTime,
    pace: () => gate.promise,
    lost: ({ status }) => void lost.push(status),
  });
  return { sent, lost, reports, go: gate.resolve };
}

test('statuses follow one another in order, under the GUID as received [TN-13, TN-15]', async () => {
  const { sent, reports, go } = reporting();
  go();
  await reports.run(guid(1), ['Queued', 'Active', 'Done']);
  expect(sent.map(({ guid: of, status }) => [of, status])).toEqual([
    [guid(1), 'Queued'],
    [guid(1), 'Active'],
    [guid(1), 'Done'],
  ]);
});

test('a GUID that is alive only has its current status repeated [reading 33]', async () => {
  const { sent, reports, go } = reporting();
  const first = reports.run(guid(1), ['Queued', 'Done']);
  await reports.run(guid(1), ['Queued', 'Done']);
  go();
  await first;
  expect(sent.map(({ status }) => status)).toEqual(['Queued', 'Queued', 'Done']);
});

test('beyond what may be alive at once a notification is canceled', async () => {
  const { sent, reports, go } = reporting();
  const alive = Array.from({ length: ALIVE }, (_, serial) => reports.run(guid(serial), ['Queued', 'Done']));
  await reports.run(guid(ALIVE), ['Queued', 'Done']);
  expect(sent.at(-1)?.status).toBe('Canceled');
  go();
  await Promise.all(alive);
});

test.each(['notSent', 'refused', 'inDoubt'] as const)(
  'a status that is %s is tried three times, then told as lost, and the next follows [reading 34]',
  async (evidence) => {
    const { sent, lost, reports, go } = reporting(evidence);
    go();
    await reports.run(guid(1), ['Queued', 'Done']);
    expect(sent.map(({ status }) => status)).toEqual(['Queued', 'Queued', 'Queued', 'Done', 'Done', 'Done']);
    expect(lost).toEqual(['Queued', 'Done']);
  },
);

test.each([
  ['0', 'Queued Active Done'],
  ['1', 'Queued Active Done'],
  ['2', 'Queued Active Busy'],
  ['3', 'Queued Active Unanswered'],
  ['4', 'Queued Active Unreachable'],
  ['5', 'Queued Active Unreachable'],
  ['6', 'Queued Canceled'],
  ['7', 'Queued Active Done'],
  ['8', 'Queued Active Done'],
  ['9', 'Queued Active Done'],
])('a number that ends in %s goes through %s [TN-16]', (digit, expected) => {
  const number = parsePhoneNumber(`067123456${digit}`);
  expect(number && statusesByLastDigit(number).join(' ')).toBe(expected);
});
