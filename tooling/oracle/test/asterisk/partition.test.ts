import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { asteriskForTests } from '@taxinav/asterisk';
import { describe, test } from 'vitest';
import { layCable, type Cable } from '../../src/cable.ts';
import { anomalies, summarize } from '../../src/checker.ts';
import { sayUntilAnswered, type SayText } from '../../src/load.ts';
import { checkPhones } from '../../src/phone-checker.ts';
import { PHONES, startPhoneNetwork, type PhoneCall, type PhoneNetwork } from '../../src/phone-network.ts';
import { ask, conference, expectNothingLeft } from '../company.ts';
import { openSite, type Site } from '../site.ts';
import { toneFile } from '../tone.ts';

const LONG = process.env['TAXINAV_LONG'] === '1';
const ROUNDS = LONG ? 5 : 1;
const CHANNELS = 16;

/** What is done to the way between bridge and PBX, or to the PBX, while calls are in every state; resolves when all is well again. */
type Fault = (cable: Cable, phones: PhoneNetwork) => Promise<void>;

const FAULTS: readonly (readonly [what: string, fault: Fault, pbxDies: boolean])[] = [
  [
    'the way to Asterisk is cut for 3 s',
    async (cable) => {
      cable.cut();
      await pause(3_000);
      cable.mend();
    },
    false,
  ],
  [
    'the way to Asterisk is silent for 13 s',
    async (cable) => {
      cable.silence();
      await pause(13_000);
      cable.mend();
    },
    false,
  ],
  [
    'Asterisk stands still for 13 s',
    async (_, { asterisk }) => {
      const { pid } = asterisk;
      if (pid === undefined) throw new Error('the PBX does not run');
      process.kill(pid, 'SIGSTOP');
      await pause(13_000);
      process.kill(pid, 'SIGCONT');
    },
    false,
  ],
  [
    'Asterisk is killed -9 and started again',
    async (_, phones) => {
      await phones.kill();
      await pause(1_000);
      await phones.start();
    },
    true,
  ],
];

/** The statuses of a GUID, as Taxi Navigator got them. */
function told(site: Site, { guid }: SayText): readonly (string | undefined)[] {
  return site.north.navigator.journal.entries.flatMap((entry) => (entry.event === 'block' && entry.guid === guid ? [entry.status] : []));
}

/** What is under way, by the state it is in. */
interface UnderWay {
  readonly messages: Readonly<Record<'setUp' | 'ringing' | 'hearing' | 'after', SayText>>;
  /** Talks with his passenger. */
  readonly talks: string;
  /** Hears his passenger's phone ring. */
  readonly waits: string;
}

/** One call in each state: being set up, ringing, hearing, after the last word; a conference that talks, and one whose passenger's phone rings. */
async function callsInEveryState(site: Site, phones: PhoneNetwork): Promise<UnderWay> {
  const from = site.log.entries.length;
  const next = (digit: string, text: string): SayText => ({ ...site.sayTexts.next(site.north, digit), text });
  const messages = { setUp: next('9', 'short'), ringing: next('3', 'short'), hearing: next('0', 'long'), after: next('1', 'short') };
  const serial = String(100_000 + site.random.below(800_000));
  const numbers = ['00', '10', '20', '03'].map((end) => `066${serial.slice(0, 5)}${end}`);
  const [talks = '', passenger = '', waits = '', rings = ''] = numbers;
  await Promise.all([
    ask(site.north.port, conference(talks, passenger)),
    ask(site.north.port, conference(waits, rings)),
    ...Object.values(messages).map((message) => sayUntilAnswered(message, site.load)),
  ]);
  await phones.when('all phones', (calls) =>
    [...Object.values(messages).map(({ phone }) => phone), ...numbers].every((phone) => calls.some((call) => call.phone === phone))
      ? true
      : undefined,
  );
  await site.log.find('the last word', ({ event }) => event === 'call-spoken', from);
  return { messages, talks, waits };
}

/** @throws Error naming what is left on the PBX, with the bridge's own words about it */
async function expectNothingLeftOf(site: Site, phones: PhoneNetwork): Promise<void> {
  try {
    await expectNothingLeft(phones);
  } catch (cause) {
    const left = await phones.left();
    const said = site.log.entries.map(({ line }) => JSON.stringify(line));
    const callIds = left.map((one) => one.replace(/^\w+\//, '').replace(/-[12](?:;[12])?$/, ''));
    throw new Error(`${String(cause)}\n${said.filter((line) => callIds.some((callId) => line.includes(callId))).join('\n')}`, { cause });
  }
}

describe.skipIf(!asteriskForTests().installed)('calls in every state, when', () => {
  test.concurrent.for(FAULTS)(
    '%s: true statuses, nothing left on the PBX, at most one call an attempt',
    { timeout: 30_000 + ROUNDS * 120_000 },
    async ([what, fault, pbxDies], { expect }) => {
      await using phones = await startPhoneNetwork();
      await using cable = await layCable(phones.asterisk.httpPort);
      const { username, password } = phones.asterisk;
      await using site = await openSite({
        configuration: {
          dialling: `{ channels: ${CHANNELS}, reserve: 1, attempts: 1, ringSeconds: 16, timeToLiveSeconds: 30, retryAfterSeconds: { busy: 1, unanswered: 1, unreachable: 1 } }`,
          conference: '{ ringSeconds: 16, maximumMinutes: 1 }',
          pbx: `{ driver: asterisk, asterisk: { url: 'http://127.0.0.1:${cable.port}/ari', username: ${username}, password: ${password}, application: taxinav } }`,
          speech: '{ engine: none, readings: 1, phrases: { short: short.wav, long: long.wav } }',
          log: '{ level: debug }',
        },
      });
      writeFileSync(site.folder.file('short.wav'), toneFile(1));
      writeFileSync(site.folder.file('long.wav'), toneFile(6));
      const text = readFileSync(site.configurationFile, 'utf8');
      writeFileSync(site.configurationFile, text.replace('id: north,', `id: north, endpoint: '${PHONES}',`));
      await site.start();
      const asked: SayText[] = [];
      for (let round = 1; round <= ROUNDS; round += 1) {
        const from = site.log.entries.length;
        const { messages, talks, waits } = await callsInEveryState(site, phones);
        const late = { ...site.sayTexts.next(site.north, '1'), text: 'short' };
        asked.push(...Object.values(messages), late);
        const broken = fault(cable, phones);
        await sayUntilAnswered(late, site.load);
        await broken;
        await site.drain(40_000);
        const lasting = async (phone: string): Promise<PhoneCall | undefined> =>
          (await phones.calls()).findLast((call) => call.phone === phone && call.endedAt === undefined);
        await expect.poll(() => lasting(waits), { timeout: 25_000 }).toBeUndefined();
        // Those that talk go on talking, unless their PBX died; then it is they who end it.
        const talk = await lasting(talks);
        expect(talk === undefined).toBe(pbxDies);
        if (talk !== undefined) await phones.hangUp(talk);
        await site.log.when('the end of both conferences', () =>
          site.log.entries.slice(from).filter(({ event }) => event === 'call-ended' || event === 'recovered').length >= 2
            ? true
            : undefined,
        );
        await expectNothingLeftOf(site, phones);
        expect(told(site, messages.hearing).at(-1), what).toBe('Done');
        expect(told(site, messages.after).at(-1), what).toBe('Done');
        expect(told(site, late).at(-1), what).toBe('Done');
        expect(told(site, messages.ringing).at(-1), what).toBe('Unanswered');
        expect(told(site, messages.setUp).at(-1), what).toBe('Unreachable');
        // The only attempt: nobody saw how it ended when its PBX died, so the passenger gets one more.
        for (const { phone } of [messages.ringing, messages.setUp]) {
          expect(
            (await phones.calls()).filter((call) => call.phone === phone),
            what,
          ).toHaveLength(pbxDies ? 2 : 1);
        }
      }
      const stored = await site.database.readStored();
      const report = await site.check();
      const byPhones = checkPhones({
        calls: await phones.calls(),
        stored,
        phones: new Map(asked.map(({ guid, phone }) => [guid, phone])),
        channels: CHANNELS,
      });
      expect([...anomalies(report), ...byPhones.anomalies], summarize(report)).toEqual([]);
      console.log(`${what}, ${ROUNDS} rounds: ${summarize(report)}; ${byPhones.calls} phones called`);
    },
  );
});
