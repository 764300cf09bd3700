import { expect, test } from 'vitest';
import type { SayText } from '@taxinav/codec';
import { phone, sayText, startBridge, startNavigator, type BridgeUnderTest, type NavigatorUnderTest } from '../bridge-under-test.ts';
import { Crash, type Failpoint } from './crash.ts';
import { NOTHING_WRONG, outcomeOf } from './outcome.ts';

/** Every operation of the scenario at the three edges: what the database is told, what comes and goes on sockets, what the PBX is asked and tells. */
const OPERATIONS = [
  'store accept',
  'store claimCall',
  'store startAttempt',
  'store attemptTaken',
  'store attemptProgressed',
  'store endAttempt',
  'store claimReports',
  'store settleReport',
  'store openCall',
  'store closeCall',
  'store logCall',
  'receive SayText',
  'receive Dial',
  'send SayTextStatus',
  'send Call',
  'pbx announce',
  'pbx connect',
  'pbx step taken',
  'pbx step ringing',
  'pbx step answered',
  'pbx step ended',
] as const;

/** Happens before the bridge is there, or only looks. */
const ELSEWHERE =
  /^store (?:recover|renew|read \w+|setDialling|retain|reachedInbound|noteHandled)$|^pbx step (?:progress|spoken|digit|joined)$/;

const LONG = process.env['TAXINAV_LONG'] === '1';
const NTH = LONG ? [1, 2, 3, 4] : [1];
const FAILPOINTS: readonly Failpoint[] = OPERATIONS.flatMap((operation) =>
  (['before', 'after'] as const)
    // After its end a call has nothing to say: nobody asks for a further step.
    .filter((when) => when === 'before' || operation !== 'pbx step ended')
    .flatMap((when) => NTH.map((nth) => ({ operation, when, nth }))),
);
const POLL_MS = 25;

const FILE = `
acknowledge: all
dialling: { channels: 8, attempts: 2, ringSeconds: 3, timeToLiveSeconds: 60, retryAfterSeconds: { busy: 1, unanswered: 1, unreachable: 1 } }
delivery: { waitSeconds: 0.5 }`;

interface Scene {
  running: BridgeUnderTest;
  readonly navigator: NavigatorUnderTest;
  readonly crash: Crash;
  readonly sayTexts: readonly SayText[];
  readonly accepted: Set<SayText>;
}

/** Says what was not accepted yet, as a dispatcher does whose answer stayed away. */
async function say({ running, sayTexts, accepted }: Scene): Promise<void> {
  await Promise.all(
    sayTexts.map(async (message) => {
      if (accepted.has(message)) return;
      const { evidence } = await running.send(message);
      if (evidence === 'acknowledged') accepted.add(message);
    }),
  );
}

/** Two notifications (one answers, one is busy and tried again), a click to call, and a call from outside. */
async function play(scene: Scene): Promise<void> {
  const { bridge } = scene.running;
  const popup = bridge.popup({ linkedId: '1', line: '0445550101', callerId: '0671234567', at: 0 }).catch(() => undefined);
  const dial = scene.running.send({ message: 'Dial', tel: phone(0, 77) }).catch(() => undefined);
  await say(scene);
  await Promise.all([popup, dial]);
}

/** Waits until every notification is final and told, and the click to call is over; the test's own time limit ends it. */
async function untilOver(scene: Scene): Promise<void> {
  for (;;) {
    const { tracker } = scene.running.bridge;
    const found = await Promise.all(scene.sayTexts.map(({ guid }) => tracker.find({ guid })));
    const { reportsOwed } = await tracker.summary();
    const ended = found.every(([history]) => history?.rounds.at(-1)?.end !== undefined);
    const { lines } = await tracker.calls({});
    if (ended && reportsOwed === 0 && lines.every(({ endedAt }) => endedAt !== undefined)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function open(failpoint?: Failpoint): Promise<Scene & AsyncDisposable> {
  const navigator = await startNavigator();
  const crash = new Crash(failpoint);
  const running = await startBridge(navigator.port, { file: FILE, parts: (parts) => crash.decorate(parts) });
  const scene: Scene & AsyncDisposable = {
    running,
    navigator,
    crash,
    sayTexts: [sayText(phone(0, 1)), sayText(phone(2, 2))],
    accepted: new Set(),
    async [Symbol.asyncDispose]() {
      crash.bury();
      await scene.running[Symbol.asyncDispose]();
      await navigator[Symbol.asyncDispose]();
    },
  };
  return scene;
}

test('without a crash nothing is repeated, and every operation at the edges has its failpoints', async () => {
  await using scene = await open();
  await play(scene);
  await untilOver(scene);
  expect([...scene.accepted]).toHaveLength(scene.sayTexts.length);
  const guids = scene.sayTexts.map(({ guid }) => guid);
  expect(await outcomeOf(guids, scene.running, scene.navigator, scene.crash.asked)).toEqual({ ...NOTHING_WRONG, duplicated: 0 });
  const met = [...scene.crash.operations].filter((operation) => !ELSEWHERE.test(operation));
  expect(met.toSorted()).toEqual([...OPERATIONS].toSorted());
});

for (const failpoint of FAILPOINTS) {
  const { operation, when, nth } = failpoint;
  test.concurrent(`a bridge that dies ${when} ${operation}${nth === 1 ? '' : ` (${nth})`}: nothing lost, nothing inverted, at most one call an attempt`, async () => {
    await using scene = await open(failpoint);
    const played = play(scene);
    const over = played.then(() => untilOver(scene)).then(() => 'over');
    over.catch(() => undefined);
    const end = await Promise.race([scene.crash.hit.then(() => 'hit'), over]);
    // The first of each is met by every run; a later one need not come.
    expect(nth > 1 || end === 'hit').toBe(true);
    if (end === 'hit') {
      scene.crash.bury();
      scene.running = await scene.running.restart();
      await played.catch(() => undefined);
    }
    await say(scene);
    await untilOver(scene);
    expect(scene.accepted.size).toBe(scene.sayTexts.length);
    const guids = scene.sayTexts.map(({ guid }) => guid);
    expect(await outcomeOf(guids, scene.running, scene.navigator, scene.crash.asked)).toMatchObject(NOTHING_WRONG);
  }, 120_000);
}
