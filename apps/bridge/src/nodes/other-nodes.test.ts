import type { LeaseInUse, NodeState } from '@taxinav/notification-tracking';
import { FakeClock } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { createLog } from '../logging.ts';
import { OtherNodes } from './other-nodes.ts';

/** Watches what a test shows, every 3 s, and writes down what it did about it. */
function watching(shown: { nodes?: (beat: number) => readonly NodeState[]; leases?: readonly LeaseInUse[]; conferenceMinutes?: number }) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const log: string[] = [];
  let beat = 0;
  const others = new OtherNodes({
    tracker: {
      nodes: () => Promise.resolve(shown.nodes?.((beat += 1)) ?? []),
      forgetNode: ({ seen }) => Promise.resolve(asked.push(`forget ${seen.node} ${seen.beat}`) > 0),
      leasesInUse: () => Promise.resolve(shown.leases ?? []),
      endAbandoned: ({ seen, talks }) => {
        asked.push(`end ${seen.lease} ${seen.token}${talks ? ' with talks' : ''}`);
        shown.leases = [];
        return Promise.resolve({ attempts: [{ callId: 'taxinav-1-7', columnId: 'north' }], calls: [] });
      },
    },
    clock,
    log: createLog('debug', { write: (line) => void log.push(line) }),
    metrics: { callEnded: (column, outcome) => void asked.push(`${column} ${outcome}`) },
    node: 'bridge-1',
    conferenceMinutes: () => shown.conferenceMinutes ?? 30,
  });
  const live = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 3_000) {
      await others.look();
      await clock.advance(3_000);
    }
  };
  return { live, asked, log, shown };
}

const MINUTE = 60_000;
const pbx = { lease: 'http://10.0.0.30:8088/ari', node: 'gone', token: 3, counter: 9, unanswered: 1, talking: 0 };

test('what a dead node had claimed is given back once, when its heart has stood still for 10 s', async () => {
  const { live, asked } = watching({
    nodes: (beat) => [...(asked.length > 0 ? [] : [{ node: 'dead', beat: 7 }]), { node: 'lives', beat }, { node: 'bridge-1', beat: 1 }],
  });
  await live(9_000);
  expect(asked).toEqual([]);
  await live(30_000);
  expect(asked).toEqual(['forget dead 7']);
});

test('what rings on a PBX is over when nobody has come back to it for 15 minutes, and it is told once', async () => {
  const { live, asked, log } = watching({ leases: [pbx] });
  await live(15 * MINUTE);
  expect(asked).toEqual([]);
  await live(10_000);
  expect(asked).toEqual([`end ${pbx.lease} 3`, 'north lost']);
  expect(log.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(['pbx-abandoned', 'attempt-ended']);
});

test('people may talk for 3 hours, and an hour longer than the longest conference, as it is configured at the time', async () => {
  const { live, asked, shown } = watching({ leases: [{ ...pbx, unanswered: 0, talking: 1 }] });
  await live(170 * MINUTE);
  // A reload: what was seen before is not known to be long enough any more.
  shown.conferenceMinutes = 180;
  await live(239 * MINUTE);
  expect(asked).toEqual([]);
  await live(2 * MINUTE);
  expect(asked).toEqual([`end ${pbx.lease} 3 with talks`, 'north lost']);
});
