import { closedPort, startPeer } from '@taxinav/testkit';
import { describe, expect, test } from 'vitest';
import { judgeCallCenter } from './conform-run.ts';
import { CALL_CENTER_FAULTS, startFaultyCallCenter, type CallCenterFault } from './faulty-call-center.ts';

/** By which checks each fault must be caught. */
const CAUGHT_BY = {
  'one-read-one-message': ['framing-byte-by-byte', 'framing-cut-anywhere', 'framing-one-and-a-half'],
  'cuts-values-at-every-colon': ['text-colons'],
  'reads-no-line-with-two-colons': ['text-colons'],
  'dies-on-unknown': ['survival-unknown-message'],
  'serves-nobody-after-unknown': ['survival-unknown-message'],
  'statuses-on-connection': ['status-address'],
  'time-of-its-own': ['status-time-form'],
  'guid-in-small-letters': ['status-guid'],
  'no-queued': ['status-queued-first'],
  'no-active': ['status-active-before-result'],
  'active-after-done': ['status-one-final', 'status-order'],
  'calls-twice': ['say-text-same-guid-again'],
  'forgets-what-was-reset': ['status-again-after-reset'],
  'keeps-spaces': ['framing-trailing-spaces', 'say-text-documented-form'],
  'one-client-at-a-time': ['connection-side-by-side'],
  'refuses-in-silence': ['refusal-number', 'refusal-no-text'],
  'no-caps': ['caps-line', 'caps-message'],
  'answers-answers': ['answers-no-answers'],
  'conference-unanswered': ['conference-answered'],
  'conference-in-one-line': ['conference-answered', 'conference-reply-form'],
  'closes-after-a-fault': ['connection-after-unknown-message', 'connection-after-no-message'],
  'bare-lf-written': ['status-form'],
} satisfies Record<CallCenterFault, readonly string[]>;

describe.concurrent('conform callcenter', () => {
  test('a small call center without a fault passes every check but tolerances', async () => {
    const statusPort = await closedPort();
    await using peer = await startFaultyCallCenter(statusPort);
    const { exitCode, told, verdicts } = await judgeCallCenter(peer.port, statusPort);
    expect(told).not.toMatch(/^\w+ (?:must|should) /m);
    expect(exitCode).toBe(0);
    expect([...verdicts.values()].filter((verdict) => verdict === 'pass').length).toBeGreaterThan(70);
  });

  test('who serves one connection at a time is judged one check at a time, and blamed for nothing else', async () => {
    const statusPort = await closedPort();
    await using peer = await startFaultyCallCenter(statusPort, 'one-client-at-a-time');
    const only = ['connection-side-by-side', 'framing', 'text', 'survival-http-request'];
    const { failed, told } = await judgeCallCenter(peer.port, statusPort, only);
    expect(failed, told).toEqual(['connection-side-by-side']);
  });

  test.each(CALL_CENTER_FAULTS)('a call center with the fault %s is caught', async (fault) => {
    const statusPort = await closedPort();
    await using peer = await startFaultyCallCenter(statusPort, fault);
    const only = [...CAUGHT_BY[fault], 'say-text-served', 'connection-side-by-side'];
    const { failed, told, verdicts } = await judgeCallCenter(peer.port, statusPort, only);
    expect(failed, told).toEqual(expect.arrayContaining(CAUGHT_BY[fault]));
    expect(verdicts.get('say-text-served'), told).toBe('pass');
  });

  test.each(['knows-only-say-text', 'dies-on-pieces'] as const)(
    'the predecessor, which %s and has many faults at once, is caught on each',
    async (trait) => {
      const faults = [
        'one-read-one-message',
        'cuts-values-at-every-colon',
        'dies-on-unknown',
        'statuses-on-connection',
        'time-of-its-own',
        'guid-in-small-letters',
        'no-queued',
        'one-client-at-a-time',
      ] as const;
      const statusPort = await closedPort();
      await using peer = await startFaultyCallCenter(statusPort, trait, ...faults);
      const { failed, told, exitCode } = await judgeCallCenter(peer.port, statusPort);
      // Who dies of the first piece is asked for no more of them.
      const pieces = trait === 'dies-on-pieces' ? ['framing-cut-anywhere', 'framing-one-and-a-half'] : [];
      const caught = faults.flatMap((fault) => [...CAUGHT_BY[fault]]).filter((id) => !pieces.includes(id));
      expect(failed, told).toEqual(expect.arrayContaining(caught));
      expect(exitCode).toBe(1);
    },
  );

  test('who accepts connections and serves nobody fails, and is not waited for at every check', async () => {
    await using peer = await startPeer((socket) => socket.resume());
    const only = ['say-text', 'text', 'refusal-cut-text', 'conference', 'caps', 'survival'];
    const { failed, verdicts, exitCode } = await judgeCallCenter(peer.port, await closedPort(), only);
    expect(failed).toEqual(expect.arrayContaining(['say-text-served', 'conference-answered', 'survival-to-the-end']));
    expect([...verdicts.values()]).not.toContain('pass');
    expect(exitCode).toBe(1);
  });
});
