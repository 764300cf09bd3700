import { formatStatusTime, parseGuid } from '@taxinav/codec';
import type { Report, ReportEvidence } from '@taxinav/notification-tracking';
import { startPeer } from '@taxinav/testkit';
import { send, systemClock, type Clock } from '@taxinav/transport';
import pino from 'pino';
import { expect, test } from 'vitest';
import type { Column } from '../column.ts';
import type { Metrics } from '../metrics.ts';
import { ReportDelivery } from './reports.ts';

const GUID = parseGuid('6F9619FF-8B86-D011-B42D-00CF4FC964FF');

test('a process that is frozen between the claim of a status and its first byte gives it back unsent: another node may have sent those behind it [reading 34]', async () => {
  if (GUID === undefined) throw new Error('the sample is wrong');
  const read: string[] = [];
  await using peer = await startPeer((socket) => {
    socket.on('data', (chunk) => read.push(chunk.toString()));
    socket.on('end', () => socket.end());
    socket.resume();
  });
  const configuration = { status: { host: '127.0.0.1', port: peer.port }, encoding: 'auto' };
  const report: Report = {
    reportId: 1,
    columnId: 'north',
    guid: GUID,
    status: 'Queued',
    changedAt: 0,
    repeat: false,
    state: 'claimed',
    tries: 0,
  };
  let claims = 0;
  let frozenMs = 0;
  const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() + frozenMs };
  const evidence: ReportEvidence[] = [];
  const settled = Promise.withResolvers<void>();
  const stopping = new AbortController();
  const delivery: ReportDelivery = new ReportDelivery([{ id: 'north', configuration } as unknown as Column], {
    clock,
    random: () => 0.5,
    log: pino({ level: 'silent' }),
    signal: stopping.signal,
    metrics: { sent: () => undefined } as unknown as Metrics,
    owner: { node: 'one', token: 1 },
    keeps: (claimedAt) => clock.monotonic() - claimedAt < 9_000,
    statusTime: (changedAt) => formatStatusTime(changedAt, 'UTC'),
    waitSeconds: () => 2,
    // The claim was young when the sending began.
    send: (options, message, context) => {
      if (evidence.length === 0) frozenMs += 20_000;
      return send(options, message, context);
    },
    tracker: {
      claimReports: () => {
        const owed = claims === evidence.length && claims < 2;
        if (owed) claims += 1;
        return Promise.resolve({ reports: owed ? [report] : [] });
      },
      settleReport: (command) => {
        evidence.push(command.evidence);
        // The address is not taken for dead, so that nothing waits for a probe.
        expect(delivery.navigator.state).toBe(evidence.length === 1 ? 'unknown' : 'up');
        expect(read).toHaveLength(evidence.length - 1);
        if (evidence.length === 2) settled.resolve();
        return Promise.resolve({ state: evidence.length === 1 ? 'pending' : 'delivered' });
      },
    },
  });
  delivery.start();
  await settled.promise;
  await delivery.stop(1_000);
  expect(evidence).toEqual(['notSent', 'taken']);
  expect(peer.sockets).toHaveLength(2);
});
