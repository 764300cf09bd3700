import { expect, test } from 'vitest';
import { Evidence } from '../evidence.ts';
import { BlockReader } from '../wire-block.ts';
import { readReport, statusesOf, type Report } from './report.ts';
import { ReportJournal, REPORTS, STRAYS } from './report-journal.ts';

const GUID = '6F9619FF-8B86-D011-B42D-00CF4FC964FF';

function report(guid: string, status = 'Queued'): Report {
  const text = `Message: SayTextStatus\r\nGuid: ${guid}\r\nStatus: ${status}\r\nStatusChangedTime: 2017-09-06\r\n\r\n`;
  const [block] = new BlockReader().push(Buffer.from(text));
  const read = block && readReport(block, 'status address', 0);
  if (read === undefined) throw new Error(text);
  return read;
}

test('a report is read as it is written, and found by its GUID in any form [TN-14, reading 15]', () => {
  const journal = new ReportJournal();
  const evidence = new Evidence(() => 0);
  journal.expect(GUID, evidence);
  journal.add(report(`{${GUID.toLowerCase()}}`, 'Ready'));
  expect(journal.of(GUID)).toMatchObject([{ guid: `{${GUID.toLowerCase()}}`, status: 'Ready', time: '2017-09-06' }]);
  expect(evidence.lines).toHaveLength(1);
  expect(journal.strays).toEqual([]);
});

test('a GUID that nobody sent is a stray; so many are kept', () => {
  const journal = new ReportJournal();
  for (let times = 0; times < STRAYS + 5; times++) journal.add(report('no-guid'));
  expect(journal.strays).toHaveLength(STRAYS);
});

test('of one GUID so many reports are kept', () => {
  const journal = new ReportJournal();
  journal.expect(GUID, new Evidence(() => 0));
  for (let times = 0; times < REPORTS + 5; times++) journal.add(report(GUID));
  expect(journal.of(GUID)).toHaveLength(REPORTS);
});

test('the next report of a GUID is reset as often as asked for', () => {
  const journal = new ReportJournal();
  journal.expect(GUID, new Evidence(() => 0));
  journal.resetNext(GUID);
  expect([journal.add(report(GUID)), journal.add(report(GUID))]).toEqual([true, false]);
});

test('repeats are one status of a sequence', () => {
  expect(statusesOf(['Queued', 'Queued', 'Active', 'Busy', 'Queued'].map((status) => report(GUID, status)))).toEqual([
    'Queued',
    'Active',
    'Busy',
    'Queued',
  ]);
});
