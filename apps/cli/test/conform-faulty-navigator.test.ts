import { describe, expect, test } from 'vitest';
import { judgeNavigator } from './conform-run.ts';
import { NAVIGATOR_FAULTS, startFaultyNavigator, type NavigatorFault } from './faulty-navigator.ts';

/** By which checks each fault must be caught. */
const CAUGHT_BY = {
  'one-read-one-message': ['framing-byte-by-byte', 'framing-cut-anywhere', 'framing-one-and-a-half'],
  'cuts-values-at-every-colon': ['call-number-with-colon'],
  'dies-on-unknown': ['survival-unknown-message'],
  'answers-everything-ok': ['call-without-number'],
  'answers-nothing': ['call-answered'],
  'answer-in-one-line': ['call-answered', 'call-answer-form'],
  'knows-four-car-types': ['car-type-premium'],
  'resets-after-status': ['status-done', 'status-documented-form'],
  'keeps-spaces': ['framing-trailing-spaces', 'call-documented-form'],
  'answers-answers': ['answers-no-answers'],
} satisfies Record<NavigatorFault, readonly string[]>;

describe.concurrent('conform navigator', () => {
  test('a small dispatch program without a fault passes every check but tolerances', async () => {
    await using peer = await startFaultyNavigator();
    const { exitCode, told, verdicts } = await judgeNavigator(peer.port);
    expect(told).not.toMatch(/^\w+ (?:must|should) /m);
    expect(exitCode).toBe(0);
    expect([...verdicts.values()].filter((verdict) => verdict === 'pass').length).toBeGreaterThan(58);
  });

  test.each(NAVIGATOR_FAULTS)('a dispatch program with the fault %s is caught', async (fault) => {
    await using peer = await startFaultyNavigator(fault);
    const only = [...CAUGHT_BY[fault], 'connection-side-by-side'];
    const { failed, told } = await judgeNavigator(peer.port, only);
    expect(failed, told).toEqual(expect.arrayContaining(CAUGHT_BY[fault]));
  });
});
