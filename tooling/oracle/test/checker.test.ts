import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../src/bridge-process.ts';
import { anomalies, check, summarize, type Evidence } from '../src/checker.ts';
import type { StoredAttempt, StoredChange } from '../src/database.ts';
import type { LoadEntry } from '../src/load.ts';
import type { NavigatorEntry } from '../src/navigator.ts';

const GUID = '6F9619FF-8B86-D011-B42D-00CF4FC964FF';
const START = Date.UTC(2010, 10, 3, 15, 21, 30);

/** `[status, seconds since the start]`. */
type Told = readonly [status: string, seconds: number];

function time(seconds: number): string {
  const [, year, month, day, clock] = /^(\d+)-(\d+)-(\d+)T(.{8})/.exec(new Date(START + seconds * 1_000).toISOString()) ?? [];
  return `${day}.${month}.${year} ${clock}`;
}

function told([status, seconds]: Told, guid = GUID): NavigatorEntry {
  const bytes = `Message: SayTextStatus\r\nGuid: ${guid}\r\nStatus: ${status}\r\nStatusChangedTime: ${time(seconds)}\r\n\r\n`;
  return { event: 'block', connection: 1, bytes, message: 'SayTextStatus', guid, status, changedTime: time(seconds) };
}

function stored([status, seconds]: Told, final = false, guid = GUID): StoredChange {
  return { column: 'north', guid, round: 1, status, final, changedAt: START + seconds * 1_000 + 250 };
}

const accepted: readonly LoadEntry[] = [
  { column: 'north', guid: GUID, event: 'sent' },
  { column: 'north', guid: GUID, event: 'accepted' },
];
const call: LogEntry = { run: 1, event: 'attempt', line: { event: 'attempt', column: 'north', callId: 'taxinav-1-1' } };
const attempt: StoredAttempt = { attempt: 1, callId: 'taxinav-1-1', column: 'north', guid: GUID };

/** Evidence in which all is well, but for what is given. */
function evidence(statuses: readonly Told[], changed: Partial<Evidence> = {}): Evidence {
  const changes = statuses
    .filter(([status, seconds], index) => status !== statuses[index - 1]?.[0] || seconds !== statuses[index - 1]?.[1])
    .map((each, index, all) => stored(each, index === all.length - 1));
  return {
    load: accepted,
    navigators: { north: statuses.map((each) => told(each)) },
    log: [call],
    stored: { changes, attempts: [attempt] },
    ...changed,
  };
}

const GOOD: readonly Told[] = [
  ['Queued', 0],
  ['Active', 1],
  ['Done', 4],
];

describe('nothing is found', () => {
  test.each<[string, readonly Told[]]>([
    ['answered', GOOD],
    [
      'busy, then answered [reading 31]',
      [
        ['Queued', 0],
        ['Active', 1],
        ['Busy', 1],
        ['Queued', 1],
        ['Active', 2],
        ['Done', 3],
      ],
    ],
    [
      'Queued in place of a result',
      [
        ['Queued', 0],
        ['Active', 1],
        ['Queued', 1],
        ['Active', 2],
        ['Unanswered', 9],
      ],
    ],
    [
      'the last result once no attempt fits any more',
      [
        ['Queued', 0],
        ['Active', 1],
        ['Busy', 1],
        ['Queued', 1],
        ['Busy', 9],
      ].map(([s, t]) => [s, t] as Told),
    ],
    [
      'never dialled [reading 39]',
      [
        ['Queued', 0],
        ['Canceled', 9],
      ],
    ],
    ['refused at receipt [reading 26]', [['Canceled', 0]]],
  ])('%s', (_name, statuses) => {
    expect(anomalies(check(evidence(statuses)))).toEqual([]);
  });

  test('a summary in one line', () => {
    expect(summarize(check(evidence(GOOD)))).toBe(
      '1 sent, 1 accepted (0 recovered), 3 statuses; 1 attempts, 1 calls; 0 lost, 0 unexpected, 0 duplicated, 0 inverted; 0 double calls, 0 different',
    );
  });

  test('an accepted message whose first answer stayed away is counted as recovered', () => {
    const load: readonly LoadEntry[] = [
      { column: 'north', guid: GUID, event: 'sent' },
      { column: 'north', guid: GUID, event: 'unknown', reason: 'ECONNRESET' },
      ...accepted,
    ];
    const report = check(evidence(GOOD, { load }));
    expect(report).toMatchObject({ sent: 1, accepted: 1, recovered: 1 });
    expect(anomalies(report)).toEqual([]);
  });

  test('a further round after Done, if the GUID was sent again [reading 33]', () => {
    const statuses: readonly Told[] = [...GOOD, ['Queued', 90], ['Active', 91], ['Busy', 91]];
    const changes = statuses.map((each, index) => ({ ...stored(each, index === 2 || index === 5), round: index < 3 ? 1 : 2 }));
    const again = check(evidence(statuses, { load: [...accepted, ...accepted], stored: { changes, attempts: [attempt] } }));
    expect(anomalies(again)).toEqual([]);
    const once = check(evidence(statuses, { stored: { changes, attempts: [attempt] } }));
    expect(once.inverted).toEqual([{ column: 'north', subject: GUID, why: 'Queued after Done' }]);
  });

  test('byte-identical repeats are counted, and are no anomaly', () => {
    const report = check(
      evidence([
        ['Queued', 0],
        ['Queued', 0],
        ['Active', 1],
        ['Done', 4],
        ['Done', 4],
        ['Done', 4],
      ]),
    );
    expect(report.duplicated).toBe(3);
    expect(anomalies(report)).toEqual([]);
  });
});

describe('lost', () => {
  test('an accepted GUID of which nothing is heard', () => {
    expect(check(evidence([])).lost).toEqual([{ column: 'north', subject: GUID, why: 'accepted, and no status came' }]);
  });

  test('an accepted GUID that never gets final', () => {
    expect(
      check(
        evidence([
          ['Queued', 0],
          ['Active', 1],
        ]),
      ).lost,
    ).toMatchObject([{ why: 'its last status is Active' }]);
  });

  test('what was sent and never accepted may be lost', () => {
    const load: readonly LoadEntry[] = [{ column: 'north', guid: GUID, event: 'sent' }];
    expect(anomalies(check(evidence([], { load, log: [], stored: { changes: [], attempts: [] } })))).toEqual([]);
  });
});

describe('unexpected', () => {
  test('a status for a GUID that was never sent', () => {
    const report = check(evidence(GOOD, { load: [], stored: { changes: [], attempts: [attempt] } }));
    expect(report.unexpected).toHaveLength(3);
    expect(report.unexpected[0]?.why).toContain('never sent');
  });

  test('a GUID in another spelling than it was sent in [TN-15]', () => {
    const navigators = { north: GOOD.map((each) => told(each, GUID.toLowerCase())) };
    expect(check(evidence(GOOD, { navigators })).unexpected).toHaveLength(3);
  });

  test("another column's GUID [TN-3]", () => {
    const navigators = { north: [], south: GOOD.map((each) => told(each)) };
    expect(check(evidence(GOOD, { navigators })).unexpected).toHaveLength(3);
  });

  test('a status outside the seven [TN-16]', () => {
    const report = check(evidence([...GOOD, ['Cancelled', 5]]));
    expect(report.unexpected).toEqual([{ column: 'north', subject: GUID, why: 'the status "Cancelled" is none of the seven' }]);
  });

  test.each([
    ['a space before the line end', (bytes: string) => bytes.replace('Done\r', 'Done \r')],
    ['a bare LF', (bytes: string) => bytes.replace('Done\r\n', 'Done\n')],
    ['another order of fields', (bytes: string) => bytes.replace(/(Status: .*\r\n)(StatusChangedTime.*\r\n)/, '$2$1')],
    ['a time in another form', (bytes: string) => bytes.replace(/\d\d\.\d\d\.\d{4}/, '2010-11-03')],
  ])('%s [reading 23]', (_name, spoil) => {
    const last = told(['Done', 4]);
    if (last.event !== 'block') throw new TypeError('not a block');
    const navigators = { north: [...GOOD.slice(0, 2).map((each) => told(each)), { ...last, bytes: spoil(last.bytes) }] };
    expect(check(evidence(GOOD, { navigators })).unexpected[0]?.why).toContain('strict form');
  });
});

describe('inverted', () => {
  test.each<[string, readonly Told[], string]>([
    [
      'Done before Queued',
      [
        ['Done', 0],
        ['Queued', 1],
      ],
      'begins with Done',
    ],
    ['Active after Done', [...GOOD, ['Active', 5]], 'Active after Done'],
    [
      'Queued after Canceled',
      [
        ['Queued', 0],
        ['Canceled', 1],
        ['Queued', 1],
      ],
      'Queued after Canceled',
    ],
    [
      'Canceled after Active [reading 39]',
      [
        ['Queued', 0],
        ['Active', 1],
        ['Queued', 1],
        ['Canceled', 2],
      ],
      'Canceled after Queued',
    ],
    [
      'Done without Active',
      [
        ['Queued', 0],
        ['Done', 1],
      ],
      'Done after Queued',
    ],
    [
      'a result without Active',
      [
        ['Queued', 0],
        ['Busy', 1],
      ],
      'Busy after Queued',
    ],
    [
      'a decreasing time [reading 32]',
      [
        ['Queued', 5],
        ['Active', 4],
        ['Done', 6],
      ],
      'Active is 1 s older than Queued before it',
    ],
    ['a repeat with another time', [...GOOD, ['Done', 5]], 'Done again, but not byte-identical'],
    [
      'an older status again',
      [
        ['Queued', 0],
        ['Active', 0],
        ['Queued', 0],
        ['Active', 0],
        ['Done', 0],
        ['Active', 0],
      ],
      'Active after Done',
    ],
    [
      'a result after a result',
      [
        ['Queued', 0],
        ['Active', 1],
        ['Busy', 1],
        ['Unanswered', 1],
      ],
      'Unanswered after Busy',
    ],
  ])('%s', (_name, statuses, why) => {
    expect(check(evidence(statuses)).inverted).toContainEqual({ column: 'north', subject: GUID, why });
  });
});

describe('calls', () => {
  test('the same call id twice', () => {
    const report = check(evidence(GOOD, { log: [call, { ...call, run: 2 }] }));
    expect(report.doubleCalls).toEqual([{ column: 'north', subject: 'taxinav-1-1', why: 'called 2 times, in runs 1, 2' }]);
  });

  test('a call without a stored attempt', () => {
    const report = check(evidence(GOOD, { stored: { changes: evidence(GOOD).stored.changes, attempts: [] } }));
    expect(report.doubleCalls).toMatchObject([{ why: 'called without a stored attempt' }]);
  });

  test('a serial that was used twice', () => {
    const attempts = [attempt, { ...attempt, callId: 'taxinav-1-1b' }];
    expect(check(evidence(GOOD, { stored: { changes: evidence(GOOD).stored.changes, attempts } })).doubleCalls).toHaveLength(1);
  });

  test('an attempt that was killed before its call is none', () => {
    expect(anomalies(check(evidence(GOOD, { log: [] })))).toEqual([]);
  });
});

describe('different', () => {
  test('a status that the database has and Taxi Navigator has not', () => {
    const navigators = { north: [told(['Queued', 0]), told(['Done', 4])] };
    expect(check(evidence(GOOD, { navigators })).different).toMatchObject([
      { why: 'told Queued 15:21:30, Done 15:21:34; stored Queued 15:21:30, Active 15:21:31, Done 15:21:34' },
    ]);
  });

  test('another time than the stored one', () => {
    const navigators = { north: [told(['Queued', 0]), told(['Active', 1]), told(['Done', 5])] };
    expect(check(evidence(GOOD, { navigators })).different).toHaveLength(1);
  });

  test('a round without a final change, or with two', () => {
    const none = GOOD.map((each) => stored(each));
    expect(check(evidence(GOOD, { stored: { changes: none, attempts: [attempt] } })).different).toMatchObject([
      { why: expect.stringContaining('0 final changes') as string },
    ]);
    const two = GOOD.map((each, index) => stored(each, index > 0));
    expect(check(evidence(GOOD, { stored: { changes: two, attempts: [attempt] } })).different).toHaveLength(1);
  });
});
