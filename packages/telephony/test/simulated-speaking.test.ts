import { expect, test } from 'vitest';
import { announcement, keep, startTrial, timed } from './observed.ts';

const ANSWERS = 'PJSIP/0671234560@trunk';

test('300 ms of silence, two readings at 15 characters a second, 3 s of listening', async () => {
  await using trial = await startTrial();
  const start = trial.clock.now();
  const steps = keep(trial.pbx.announce(announcement('a-1', ANSWERS)));
  await trial.clock.advance(10_000);
  expect(timed(steps, start)).toBe('first:taken 0, first:ringing 0, first:answered 300, first:spoken 2600, first:ended answered 5600');
});

test('the length of a prepared sound counts in place of the text', async () => {
  await using trial = await startTrial();
  const start = trial.clock.now();
  const request = announcement('a-1', ANSWERS);
  const audio = { path: '/var/lib/taxinav/a', durationMs: 10_000 };
  const steps = keep(trial.pbx.announce({ ...request, announcement: { ...request.announcement, audio } }));
  await trial.clock.advance(60_000);
  expect(timed(steps, start)).toContain('first:spoken 20600');
});

test('two readings that do not fit into 45 s are one', async () => {
  await using trial = await startTrial();
  const start = trial.clock.now();
  const audio = { path: '/var/lib/taxinav/a', durationMs: 22_501 };
  const steps = keep(trial.pbx.announce({ ...announcement('a-1', ANSWERS), announcement: { text: 'x', audio } }));
  await trial.clock.advance(60_000);
  expect(timed(steps, start)).toContain('first:spoken 23101');
});

test('the speaking speed is an option', async () => {
  await using trial = await startTrial({}, { charactersPerSecond: 5 });
  const start = trial.clock.now();
  const steps = keep(trial.pbx.announce(announcement('a-1', ANSWERS)));
  await trial.clock.advance(60_000);
  expect(timed(steps, start)).toContain('first:spoken 6600');
});

test('the number is the first run of nine digits or more; a phone without one answers', async () => {
  await using trial = await startTrial();
  const outcomes = ['PJSIP/0671234562@trunk5', 'Local/+380671234562@subscribers', 'PJSIP/12345672', 'PJSIP/100'].map((endpoint, index) =>
    keep(trial.pbx.announce(announcement(`a-${index}`, endpoint))),
  );
  await trial.clock.advance(60_000);
  const ends = outcomes.map((steps) => steps.at(-1)).map((step) => (step?.step === 'ended' ? step.outcome : step?.step));
  expect(ends).toEqual(['busy', 'busy', 'answered', 'answered']);
});

test('a key has the text said once more three times at most', async () => {
  const presses = [400, 500, 600, 700, 800].map((afterMs) => ({ digit: '1', afterMs }));
  await using trial = await startTrial({ subscriber: () => ({ ringsAfterMs: 0, answersAfterMs: 300, presses }) });
  const start = trial.clock.now();
  const steps = keep(trial.pbx.announce({ ...announcement('a-1', ANSWERS), keys: { repeat: '1' } }));
  await trial.clock.advance(60_000);
  // Two readings of 1 s after the answer, then three more, each with its 300 ms of silence.
  expect(timed(steps, start)).toMatch(/first:spoken 6500, first:ended answered 9500$/);
});

test('a key while the line stays open after the last word has the text said once more, and then it stays open again', async () => {
  await using trial = await startTrial({
    subscriber: () => ({ ringsAfterMs: 0, answersAfterMs: 300, presses: [{ digit: '1', afterMs: 4_000 }] }),
  });
  const start = trial.clock.now();
  const steps = keep(trial.pbx.announce({ ...announcement('a-1', ANSWERS), keys: { repeat: '1' } }));
  await trial.clock.advance(60_000);
  expect(timed(steps, start)).toMatch(/first:spoken 2600, first:digit 4300, first:ended answered 8600$/);
});

test('what a key may lead to is within the absolute limit of the call, and so is an apology', async () => {
  await using trial = await startTrial();
  const target = { endpoint: ANSWERS, ringSeconds: 20 };
  const plain = { ...announcement('a-1', ANSWERS, 20) };
  keep(trial.pbx.announce({ ...plain, callId: 'a-1', keys: { repeat: '1' } }));
  keep(trial.pbx.announce({ ...plain, callId: 'a-2', keys: { operator: { digit: '0', target } } }));
  keep(
    trial.pbx.conference({
      callId: 'a-3',
      first: target,
      second: target,
      maximumMinutes: 1,
      apology: { text: 'машина подана !', readings: 1 },
    }),
  );
  await trial.clock.advance(20_000);
  const limits = trial.network.originated.map(({ callId, leg, absoluteLimitMs }) => `${callId} ${leg} ${absoluteLimitMs / 1_000}`);
  expect(limits.slice(0, 3)).toEqual(['a-1 first 83.2', `a-2 first ${70.3 + 35 + 120 * 60}`, `a-3 first ${35 + 35 + 60 + 30 + 1.3}`]);
});
