import { parseGuid, parsePhoneNumber, type Guid, type PhoneNumber } from '@taxinav/codec';
import { createTracker, DEFAULT_POLICY, type Store, type Tracker } from '../../src/index.ts';

const NOW = 1_790_000_000_000;
const OWNER = { node: 'bridge-1', token: 0 };

const guid = (nth: number): Guid => parseGuid(`6F9619FF-8B86-D011-B42D-00CF4FC9${String(nth).padStart(4, '0')}`) ?? never();
const phone = (nth: number): PhoneNumber => parsePhoneNumber(`067123${String(nth).padStart(4, '0')}`) ?? never();

function never(): never {
  throw new Error('an example that cannot be read');
}

/** Fills a database by the tracker's own commands: every table but the leases has rows afterwards. */
export async function fillSample(store: Store, notifications = 8): Promise<Tracker> {
  const tracker = createTracker(store, () => ({ ...DEFAULT_POLICY, capacity: { channels: 1_000, reserve: 1, columns: {} } }));
  await tracker.recover({ now: NOW, ...OWNER });
  for (let nth = 0; nth < notifications; nth++) {
    const now = NOW + nth * 1_000;
    await tracker.accept({
      now,
      columnId: nth % 2 === 0 ? 'north' : 'південь',
      guid: guid(nth),
      phone: phone(nth),
      text: `Машина ${nth} подана`,
      ...(nth % 2 === 0 ? { route: 'PJSIP/{number}@trunk' } : {}),
      peer: '127.0.0.1',
    });
    if (nth % 3 === 0) await call(tracker, now);
  }
  await tracker.accept({ now: NOW, columnId: 'north', guid: guid(9_000), refused: 'no number', peer: '127.0.0.1' });
  const { reports } = await tracker.claimReports({ now: NOW + 60_000, columnId: 'north', limit: 10, ...OWNER });
  for (const { reportId } of reports)
    await tracker.settleReport({ now: NOW + 60_001, reportId, evidence: 'acknowledged', address: '127.0.0.1:6001', random: 0 });
  const opened = await tracker.openCall({
    now: NOW,
    kind: 'Conference',
    columnId: 'north',
    peer: '127.0.0.1',
    tel1: phone(8_001),
    tel2: phone(8_002),
    route2: 'PJSIP/{number}@trunk',
    ...OWNER,
  });
  if ('callId' in opened) await tracker.closeCall({ now: NOW + 1, callId: opened.callId, outcome: 'answered' });
  await tracker.setDialling({ now: NOW, enabled: false, reason: 'Ніч' });
  return tracker;
}

async function call(tracker: Tracker, now: number): Promise<void> {
  const { call: claimed } = await tracker.claimCall({ now, ...OWNER });
  if (claimed === undefined) throw new Error('nothing to call');
  const attempt = await tracker.startAttempt({ now, roundId: claimed.roundId, ...OWNER });
  if (attempt === undefined) throw new Error('no attempt');
  const { callId } = attempt;
  await tracker.attemptTaken({ now: now + 1, callId });
  await tracker.attemptProgressed({ now: now + 2, callId, progress: 'ringing' });
  await tracker.attemptProgressed({ now: now + 3, callId, progress: 'answered' });
  await tracker.endAttempt({ now: now + 4, callId, outcome: 'answered' });
}
