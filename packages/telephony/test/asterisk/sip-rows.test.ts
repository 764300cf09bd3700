import { sippForTests, type SippScenario } from '@taxinav/asterisk';
import { FasterClock } from '@taxinav/testkit';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { createAsteriskPbx, type AsteriskWarning } from '../../src/asterisk/index.ts';
import type { CallOutcome, CallStep, CallSteps, CallTarget, Clock, Pbx } from '../../src/index.ts';
import { realClock } from './real-clock.ts';
import { startTrunks, type TrunkTrial } from './sip-trunks.ts';

interface Row {
  readonly scenario: SippScenario;
  readonly status: number;
  readonly outcome: CallOutcome;
  readonly hangupCause: number;
}

function rows(scenario: SippScenario, ...facts: readonly (readonly [number, CallOutcome, number])[]): readonly Row[] {
  return facts.map(([status, outcome, hangupCause]) => ({ scenario, status, outcome, hangupCause }));
}

/** What a trunk may say, and what it is judged to be. Source: [reading 40]. */
const ROWS: readonly Row[] = [
  ...rows(
    'refuses',
    [486, 'busy', 17],
    [600, 'busy', 17],
    [480, 'unreachable', 19],
    [408, 'unreachable', 18],
    [404, 'noSuchNumber', 1],
    [410, 'noSuchNumber', 22],
    [484, 'noSuchNumber', 28],
    [403, 'trunkTrouble', 21],
    [603, 'trunkTrouble', 21],
    [503, 'trunkTrouble', 34],
    [500, 'trunkTrouble', 38],
    [401, 'trunkTrouble', 21],
    [402, 'trunkTrouble', 127],
    [407, 'trunkTrouble', 21],
    [501, 'trunkTrouble', 29],
    [502, 'trunkTrouble', 27],
    [488, 'trunkTrouble', 58],
    [487, 'unreachable', 127],
  ),
  ...rows(
    'rings-then-refuses',
    [486, 'rejected', 17],
    [600, 'rejected', 17],
    [603, 'rejected', 21],
    [480, 'unanswered', 19],
    [408, 'unanswered', 18],
    [487, 'unanswered', 127],
    [404, 'noSuchNumber', 1],
    [503, 'trunkTrouble', 34],
  ),
];
const OTHER_TRUNKS = 10;

describe.skipIf(!sippForTests().installed)('SIP, through a trunk of a real Asterisk', () => {
  let trial: TrunkTrial;
  let pbx: Pbx;
  /** For what takes 15 s by our own limits. */
  let hurried: Pbx;
  let calls = 0;
  const warnings: string[] = [];

  async function connected(application: string, clock: Clock): Promise<Pbx> {
    const { ariUrl, username, password } = trial.asterisk;
    const onWarning = ({ code, message, cause }: AsteriskWarning): number => warnings.push(`${code} ${message} ${String(cause)}`);
    const started = createAsteriskPbx({ clock, random: () => 0.5, url: ariUrl, username, password, application, onWarning });
    const ready = Promise.withResolvers<void>();
    started.onState((state) => {
      if (state === 'ready') ready.resolve();
    });
    await started.start();
    if (started.state !== 'ready') await ready.promise;
    return started;
  }

  beforeAll(async () => {
    trial = await startTrunks(ROWS.length + OTHER_TRUNKS);
    pbx = await connected('rows', realClock);
    hurried = await connected('hurried', new FasterClock(5));
  });
  afterAll(async () => {
    await noChannelLeft();
    await pbx?.[Symbol.asyncDispose]();
    await hurried?.[Symbol.asyncDispose]();
    await trial?.[Symbol.asyncDispose]();
  });

  async function noChannelLeft(): Promise<void> {
    for (let left = 'unknown'; left !== '';) left = await trial.asterisk.cli('core show channels concise');
  }

  function announce(on: Pbx, trunk: string, target: Omit<CallTarget, 'endpoint'> = {}): Promise<readonly CallStep[]> {
    // Of one length: Asterisk refuses an id that a live channel's id begins with.
    calls += 1;
    const endpoint = `PJSIP/0671234567@${trunk}`;
    return all(
      on.announce({
        callId: `taxinav-rows-${String(calls).padStart(3, '0')}`,
        target: { endpoint, ...target },
        announcement: { text: 'x', readings: 0 },
      }),
    );
  }

  test.concurrent.for(ROWS)(
    '$scenario with $status: $outcome [reading 40]',
    async ({ scenario, status, outcome, hangupCause }, { expect }) => {
      const { trunk, sipp } = await trial.open({ scenario, status });
      const steps = await announce(pbx, trunk);
      const rang = scenario === 'rings-then-refuses';
      expect(
        steps.map(({ step }) => step),
        warnings.join('\n'),
      ).toEqual(['taken', ...(rang ? ['ringing'] : []), 'ended']);
      expect(steps.at(-1)).toMatchObject({ outcome, leg: 'first', evidence: { answered: false, rang, sipCode: status, hangupCause } });
      await sipp.played;
    },
  );

  test.concurrent('a phone that rings until we give up: unanswered by our own decision, and the trunk is told [reading 40]', async ({
    expect,
  }) => {
    const { trunk, sipp } = await trial.open({ scenario: 'rings' });
    const steps = await announce(pbx, trunk, { ringSeconds: 1 });
    expect(steps.at(-1)).toMatchObject({ outcome: 'unanswered', evidence: { rang: true, givenUp: 'ringTimeout' } });
    await sipp.played;
  });

  test.concurrent('early media and nothing more: unreachable after the set-up time [reading 40]', async ({ expect }) => {
    const { trunk, sipp } = await trial.open({ scenario: 'early-media' });
    const steps = await announce(hurried, trunk);
    expect(steps.map(({ step }) => step)).toEqual(['taken', 'progress', 'ended']);
    expect(steps.at(-1)).toMatchObject({ outcome: 'unreachable', evidence: { rang: false, progress: true, givenUp: 'setUpTimeout' } });
    await sipp.played;
  });

  test.concurrent('early media where it is how the trunk rings: unanswered [reading 40]', async ({ expect }) => {
    const { trunk, sipp } = await trial.open({ scenario: 'early-media' });
    const steps = await announce(pbx, trunk, { ringSeconds: 1, progress: 'ringing' });
    expect(steps.map(({ step }) => step)).toEqual(['taken', 'ringing', 'ended']);
    expect(steps.at(-1)).toMatchObject({ outcome: 'unanswered', evidence: { rang: true, givenUp: 'ringTimeout' } });
    await sipp.played;
  });

  test.concurrent('no answer at all: unreachable once, trunk trouble the second time in a row [reading 40]', async ({ expect }) => {
    const trunk = await trial.openSilent();
    const first = await announce(hurried, trunk);
    expect(first.at(-1)).toMatchObject({ outcome: 'unreachable', evidence: { givenUp: 'setUpTimeout', firstSilence: true } });
    const second = await announce(hurried, trunk);
    expect(second.at(-1)).toMatchObject({ outcome: 'trunkTrouble', evidence: { givenUp: 'setUpTimeout' } });
  });

  test.concurrent('answered: answered, whatever the cause of the end [reading 38]', async ({ expect }) => {
    const { trunk, sipp } = await trial.open({ scenario: 'answers' });
    const steps = await announce(pbx, trunk);
    expect(steps.map(({ step }) => step)).toEqual(['taken', 'ringing', 'answered', 'ended']);
    expect(steps.at(-1)).toMatchObject({ outcome: 'answered', evidence: { answered: true } });
    await sipp.played;
  });

  test.concurrent('a trunk that Asterisk does not know: trunk trouble, and no call was made [reading 40]', async ({ expect }) => {
    const steps = await announce(pbx, 'no-such-trunk');
    expect(steps).toMatchObject([{ step: 'ended', outcome: 'trunkTrouble', evidence: { notOriginated: true } }]);
  });

  test.concurrent('the column’s number is what the called party sees', async ({ expect }) => {
    const { trunk, sipp } = await trial.open({ scenario: 'answers' });
    await announce(pbx, trunk, { callerId: '0445550101' });
    await sipp.played;
    const invite = (await sipp.messages()).split('\r\n\r\n')[0] ?? '';
    expect(invite).toContain('INVITE sip:0671234567@127.0.0.1');
    expect(invite).toMatch(/^From: .*<sip:0445550101@/m);
  });

  test.concurrent('the operator’s phone is told to pick up by itself, the client’s is not [TN-9, reading 36]', async ({ expect }) => {
    const operator = await trial.open({ scenario: 'answers' });
    const client = await trial.open({ scenario: 'rings-then-refuses' });
    const steps = await all(
      pbx.connect({
        callId: 'taxinav-rows-auto-answer',
        first: { endpoint: `PJSIP/100@${operator.trunk}`, autoAnswer: 'Call-Info: <sip:taxinav>;answer-after=0' },
        second: { endpoint: `PJSIP/0671234567@${client.trunk}`, callerId: '0445550101' },
      }),
    );
    expect(steps.at(-1)).toMatchObject({ outcome: 'rejected', leg: 'second' });
    await Promise.all([operator.sipp.played, client.sipp.played]);
    expect(await operator.sipp.messages()).toContain('Call-Info: <sip:taxinav>;answer-after=0\r\n');
    expect(await client.sipp.messages()).not.toContain('answer-after');
  });
});

async function all(steps: CallSteps): Promise<readonly CallStep[]> {
  const told: CallStep[] = [];
  for await (const step of steps) told.push(step);
  return told;
}
