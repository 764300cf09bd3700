import { asteriskForTests } from '@taxinav/asterisk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAsteriskPbx } from '../../src/asterisk/index.ts';
import type { CallSteps, Pbx } from '../../src/index.ts';
import { realClock } from './real-clock.ts';
import { startTrunks, type TrunkTrial } from './sip-trunks.ts';

const OPERATOR = 'Local/0671234570@subscribers';
/** What the first phone is shown; nobody else may be. */
const CLIENT = '0671234580';
const COMPANY = '0445550101';
async function over(steps: CallSteps): Promise<void> {
  for await (const { step } of steps) if (step === 'ended') return;
}

describe.skipIf(!asteriskForTests().installed)('what a called phone is shown, as its trunk is told', () => {
  let trial: TrunkTrial;
  let pbx: Pbx;
  let calls = 0;

  beforeAll(async () => {
    trial = await startTrunks(4);
    const { ariUrl, username, password } = trial.asterisk;
    pbx = createAsteriskPbx({ clock: realClock, random: () => 0.5, url: ariUrl, username, password, application: 'shown' });
    const ready = Promise.withResolvers<void>();
    pbx.onState((state) => {
      if (state === 'ready') ready.resolve();
    });
    await pbx.start();
    await ready.promise;
  });
  afterAll(async () => {
    await pbx?.[Symbol.asyncDispose]();
    await trial?.[Symbol.asyncDispose]();
  });

  /** The number in the From of the INVITE that the trunk gets for the second phone, the first one having answered. */
  async function shown(endpoint: (trunk: string) => string, target: { readonly callerId?: string }): Promise<string | undefined> {
    const { trunk, invite } = await trial.openListening();
    calls += 1;
    const callId = `taxinav-shown-${calls}`;
    const steps = pbx.connect({
      callId,
      first: { endpoint: OPERATOR, callerId: CLIENT },
      second: { endpoint: endpoint(trunk), ...target },
    });
    const ended = over(steps);
    const text = await invite;
    await pbx.hangUp(callId, 'canceled');
    await ended;
    expect(text).not.toContain(CLIENT);
    return /^From:.*<sip:([^@>]+)@/m.exec(text)?.[1];
  }

  test.each([
    ['a trunk', (trunk: string) => `PJSIP/0671234501@${trunk}`],
    ['a context of the dialplan', (trunk: string) => `Local/0671234501@to-${trunk}`],
  ])(
    'over %s the second phone is shown the caller ID of its route, not what the first one is shown [TN-9, TN-18]',
    async (_over, endpoint) => {
      expect(await shown(endpoint, { callerId: COMPANY })).toBe(COMPANY);
    },
  );

  test('a route without a caller ID shows nothing of the first phone', async () => {
    expect(await shown((trunk) => `PJSIP/0671234501@${trunk}`, {})).toBe('anonymous');
  });

  test('the first phone is shown its own caller ID', async () => {
    const { trunk, invite } = await trial.openListening();
    const target = { endpoint: `PJSIP/0671234501@${trunk}`, callerId: COMPANY };
    const steps = over(pbx.announce({ callId: 'taxinav-shown-first', target, announcement: { text: 'x', readings: 0 } }));
    expect(await invite).toMatch(`<sip:${COMPANY}@`);
    await pbx.hangUp('taxinav-shown-first', 'canceled');
    await steps;
  });
});
