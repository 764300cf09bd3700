import { DEFAULT_LIMITS } from '@taxinav/codec';
import { expect, test } from 'vitest';
import { ANSWER_BYTES, BURST, CROWD, DEAF, DRIP_DEADLINE_MS, LONG, RESETS, SIEGES } from './sieges.ts';
import { withstand, type Seen } from './siege.ts';

/** What holds after any attack. */
function holds(seen: Seen, growthMb: number): void {
  expect(seen.canary.latencies, 'the other column was served').toHaveLength(seen.canary.sent);
  expect(seen.canary.sent).toBeGreaterThan(0);
  expect(seen.openAfter, 'no connection is left').toBe(0);
  expect(seen.failures).toEqual([]);
  expect(seen.heapGrowthMb, 'heap').toBeLessThan(growthMb);
  expect(seen.residentGrowthMb, 'resident memory').toBeLessThan(growthMb * 2);
}

const timeout = LONG ? 600_000 : 20_000;

test('senders of single bytes are ended at the message’s deadline, unanswered', { timeout }, async () => {
  const seen = await withstand(SIEGES['slow bytes']);
  holds(seen, LONG ? 80 : 40);
  expect(seen.reasons).toEqual({ 'message-deadline': SIEGES['slow bytes'].order.connections });
  expect([seen.handled, seen.result.bytesReceived]).toEqual([0, 0]);
  // The first byte comes after the connection: none is ended early, and none stays.
  expect(seen.result.shortestMs).toBeGreaterThan(DRIP_DEADLINE_MS - 50);
});

test('a line without an end is ended at its limit, answered once, and at most 1 MB of it is read', { timeout }, async () => {
  const seen = await withstand(SIEGES['a line without an end']);
  holds(seen, LONG ? 80 : 40);
  expect(seen.connected).toBe(seen.result.connections);
  expect(seen.reasons).toEqual({ 'fatal-fault': seen.connected });
  expect([seen.handled, seen.faults]).toEqual([0, seen.connected]);
  expect(seen.bytesIn / seen.connected).toBeLessThan(1_048_576);
  expect(seen.bytesIn / seen.connected).toBeGreaterThan(DEFAULT_LIMITS.lineBytes);
});

test(`${CROWD} connections are served and kept where the caps allow them`, { timeout }, async () => {
  const seen = await withstand(SIEGES['a crowd that stays']);
  holds(seen, LONG ? 150 : 60);
  expect([seen.openMost, seen.handled, seen.refused, seen.reasons]).toEqual([CROWD, CROWD, 0, { closed: CROWD }]);
  expect(seen.result.bytesReceived).toBe(CROWD * ANSWER_BYTES);
});

test(`${CROWD} connections with half a message are kept until their deadline`, { timeout }, async () => {
  const seen = await withstand(SIEGES['a crowd with half a message']);
  holds(seen, LONG ? 150 : 60);
  expect([seen.openMost, seen.handled, seen.refused, seen.result.bytesReceived]).toEqual([CROWD, 0, 0, 0]);
});

test('of a crowd above the cap 512 connections stay, and the longest-idle made room', { timeout }, async () => {
  const seen = await withstand(SIEGES['a crowd above the cap']);
  holds(seen, LONG ? 150 : 60);
  expect([seen.openMost, seen.connected, seen.refused]).toEqual([512, CROWD, 0]);
  expect(seen.reasons.evicted).toBe(CROWD - 512);
});

test('of a crowd from one address 32 connections are served, and the others are refused', { timeout }, async () => {
  const seen = await withstand(SIEGES['a crowd from one address']);
  holds(seen, LONG ? 150 : 60);
  expect([seen.openMost, seen.connected, seen.refused, seen.handled]).toEqual([32, 32, CROWD - 32, 32]);
});

test('peers that never read are cut at the write deadline, and little is read of what they send', { timeout }, async () => {
  const seen = await withstand(SIEGES['peers that never read']);
  holds(seen, LONG ? 150 : 60);
  expect(seen.reasons).toEqual({ 'write-stalled': DEAF });
});

test('peers that never close are gone after a drain and its write deadline', { timeout }, async () => {
  const seen = await withstand(SIEGES['peers that never close']);
  holds(seen, 60);
  expect([seen.handled, seen.reasons]).toEqual([100, { drained: 100 }]);
  expect(seen.result.bytesReceived).toBe(100 * ANSWER_BYTES);
});

test('silent peers that never close are gone after their silence and the write deadline', { timeout }, async () => {
  const seen = await withstand(SIEGES['silent peers that never close']);
  holds(seen, 60);
  expect(seen.reasons).toEqual({ idle: 100 });
});

test('resets at every byte of a message leave nothing behind; whole messages are handled [reading 29]', { timeout }, async () => {
  const seen = await withstand(SIEGES['resets at every byte']);
  holds(seen, 60);
  expect(seen.connected + seen.refused).toBeLessThanOrEqual(RESETS);
  expect(Object.keys(seen.reasons)).toEqual(['peer-reset']);
  expect(seen.faults).toBe(0);
});

test('a burst of 2,000 connects a second is answered, each message', { timeout }, async () => {
  const seen = await withstand(SIEGES['a burst of connects']);
  holds(seen, LONG ? 150 : 60);
  expect([seen.handled, seen.result.bytesReceived]).toEqual([BURST, BURST * ANSWER_BYTES]);
});
