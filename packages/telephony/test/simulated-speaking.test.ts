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
