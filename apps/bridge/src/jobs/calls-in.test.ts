import type { IncomingCallOutcome } from '@taxinav/telephony';
import { readConfiguration } from '@taxinav/bridge-contract';
import { expect, test } from 'vitest';
import { createColumns } from '../column.ts';
import { createLog } from '../logging.ts';
import { CallsIn } from './calls-in.ts';
import type { Lines } from './caller-popup.ts';

function linesWith(popups: string): Lines {
  const read = readConfiguration(
    `columns: [{ id: north, listen: 127.0.0.1:1, navigator: 127.0.0.1:2, status: 127.0.0.1:3, popups: ${popups}, operator: PJSIP/100 }]`,
    { file: 'taxinav.yaml', hostName: 'test' },
  );
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const columns = createColumns(read.configuration);
  const defaultColumn = columns.get('north');
  if (defaultColumn === undefined) throw new Error('no column');
  return { columns, defaultColumn };
}

function missed(linkedId: string): IncomingCallOutcome {
  return { call: { linkedId, callerId: '0671234567', at: 0 }, outcome: 'missed', at: 0 };
}

test('a missed call is remembered until a thousand others came after it', async () => {
  const lines = linesWith('both');
  const shown: string[] = [];
  const job = new CallsIn({
    tracker: { reachedInbound: () => Promise.resolve(0), noteHandled: () => Promise.resolve() },
    lines: () => lines,
    popup: (call) => Promise.resolve(shown.push(call.linkedId)),
    clock: { now: () => 0, monotonic: () => 0, sleep: () => Promise.resolve() },
    log: createLog('silent'),
  });
  await job.ended(missed('first'));
  await job.ended(missed('first'));
  expect(shown).toEqual(['first']);
  for (let call = 0; call < 1_000; call += 1) await job.ended(missed(`later-${call}`));
  await job.ended(missed('first'));
  expect(shown).toHaveLength(1_002);
});
