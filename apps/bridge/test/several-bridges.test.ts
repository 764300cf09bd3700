import type { Message } from '@taxinav/codec';
import { createTracker, DEFAULT_POLICY } from '@taxinav/notification-tracking';
import { openPostgresStore } from '@taxinav/notification-tracking/postgres';
import { createSimulatedPbx, PhoneNetwork, type SimulatedPbx } from '@taxinav/telephony';
import { FasterClock, startPostgres, temporaryFolder } from '@taxinav/testkit';
import { listen, send, systemClock, type Delivery } from '@taxinav/transport';
import { afterEach, describe, expect, test } from 'vitest';
import { createBridge, type Bridge } from '../src/bridge.ts';
import { OriginateGate } from '../src/dialling/originate-gate.ts';
import { simulatedSpeech } from '../src/dialling/speech.ts';
import { createLog } from '../src/logging.ts';
import { configured, phone, sayText, startNavigator } from './bridge-under-test.ts';

const server = await startPostgres({ fsync: false });
const absent = 'absent' in server ? server.absent : undefined;

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each[Symbol.asyncDispose]();
});

/** A bridge of the site, with its own way to the one phone network. */
interface Node {
  readonly bridge: Bridge;
  readonly pbx: SimulatedPbx;
  send(message: Message): Promise<Delivery>;
}

/** One database, one phone network, one Taxi Navigator, one clock, which passes as the machine's: its seconds are what the nodes give each other. */
async function site(): Promise<{
  network: PhoneNetwork;
  clock: FasterClock;
  navigator: Awaited<ReturnType<typeof startNavigator>>;
  join: (name: string) => Promise<Node>;
  /** Somebody holds the phone system's lease and will never renew it. */
  leaveDeadHolder: () => Promise<void>;
}> {
  if ('absent' in server) throw new Error(server.absent);
  const url = await server.createDatabase();
  const folder = await temporaryFolder();
  opened.push(folder);
  const clock = new FasterClock(1);
  const network = new PhoneNetwork({ clock });
  opened.push({ [Symbol.asyncDispose]: () => Promise.resolve(network[Symbol.dispose]()) });
  const navigator = await startNavigator();
  opened.push(navigator);
  const join = async (name: string): Promise<Node> => {
    const configuration = configured(
      `
node: ${name}
database: ${url}
acknowledge: all
columns:
  - id: north
    listen: 127.0.0.1:0
    navigator: 127.0.0.1:${navigator.port}
    status: 127.0.0.1:${navigator.port}
    operator: PJSIP/100
pbx: { driver: asterisk }
`,
      folder,
    );
    const store = await openPostgresStore({ url, connections: 4 });
    const pbx = createSimulatedPbx({ clock, network, charactersPerSecond: 200 });
    const bridge = createBridge(configuration, {
      clock,
      random: () => 0.5,
      log: createLog('silent'),
      store,
      pbx,
      originateGate: new OriginateGate(),
      speech: simulatedSpeech(),
      listen: (options, handler) => listen({ ...options, clock: systemClock }, handler),
      send,
    });
    await bridge.start();
    opened.push({
      [Symbol.asyncDispose]: async () => {
        await bridge.stop();
        await store.close();
      },
    });
    const toColumn = { host: '127.0.0.1', port: bridge.columns()[0]?.port ?? 0, waitMs: 15_000 };
    return { bridge, pbx, send: (message) => send(toColumn, message) };
  };
  const leaveDeadHolder = async (): Promise<void> => {
    const store = await openPostgresStore({ url });
    await createTracker(store, () => DEFAULT_POLICY).takeLease({ now: Date.now(), lease: 'http://127.0.0.1:8088/ari', node: 'dead' });
    await store.close();
  };
  return { network, clock, navigator, join, leaveDeadHolder };
}

describe.skipIf(absent !== undefined)(
  `two bridges on one PostgreSQL and one phone system${absent === undefined ? '' : `: ${absent}`}`,
  () => {
    test('one uses the phone system, the other stands by and says so', async () => {
      const { join } = await site();
      const first = await join('bridge-1');
      await expect.poll(() => first.bridge.pbxState).toBe('ready');
      const second = await join('bridge-2');
      expect([first.bridge.pbxState, second.bridge.pbxState]).toEqual(['ready', 'standby']);
      expect([first.bridge.ready, second.bridge.ready]).toEqual([true, true]);
    });

    test('what is canceled at the one that stands by is hung up by the one that has called [reading 39]', async () => {
      const { join, navigator } = await site();
      await join('bridge-1');
      const second = await join('bridge-2');
      const message = sayText(phone(3));
      expect((await second.send(message)).evidence).toBe('acknowledged');
      await navigator.until(message.guid, 'Active');
      const canceledAt = performance.now();
      expect(await second.bridge.cancel('north', message.guid)).toMatchObject({ outcome: 'hangUp' });
      expect(await navigator.until(message.guid, 'Unanswered')).toEqual(['Queued', 'Active', 'Unanswered']);
      // A phone that nobody hangs up rings for 25 s, and then again a minute later.
      expect(performance.now() - canceledAt).toBeLessThan(20_000);
      expect((await second.bridge.tracker.find({ guid: message.guid }))[0]?.rounds[0]).toMatchObject({ end: 'canceled', attempts: [{}] });
    });

    test('what the other accepts is dialled by the one, once, and every status arrives [TN-13]', async () => {
      const { join, network, navigator } = await site();
      await join('bridge-1');
      const second = await join('bridge-2');
      const message = sayText(phone(0));
      expect((await second.send(message)).evidence).toBe('acknowledged');
      await expect.poll(() => navigator.statuses(message.guid).map(({ status }) => status)).toEqual(['Queued', 'Active', 'Done']);
      expect(network.originated).toHaveLength(1);
    });

    test('a Dial and a Conference that the other accepts are placed by the one [reading 36, reading 37]', async () => {
      const { join, network, clock } = await site();
      const first = await join('bridge-1');
      await expect.poll(() => first.bridge.pbxState).toBe('ready');
      const second = await join('bridge-2');
      // The one has a second to take each.
      clock.setFactor(0.1);
      expect((await second.send({ message: 'Dial', tel: phone(0, 1) })).evidence).toBe('acknowledged');
      expect((await second.send({ message: 'Conference', tel1: phone(0, 2), tel2: phone(1, 3) })).evidence).toBe('acknowledged');
      clock.setFactor(1);
      await expect.poll(() => network.originated.map(({ endpoint }) => endpoint)).toHaveLength(4);
      expect(network.originated.map(({ endpoint }) => endpoint)[0]).toBe('PJSIP/100');
    });

    test('when the one stops, the other takes over at once and goes on', async () => {
      const { join, navigator, network } = await site();
      const first = await join('bridge-1');
      const second = await join('bridge-2');
      await first.bridge.stop();
      await expect.poll(() => second.bridge.pbxState).toBe('ready');
      const message = sayText(phone(0, 4));
      await second.send(message);
      await expect.poll(() => navigator.statuses(message.guid).at(-1)?.status).toBe('Done');
      expect(network.originated).toHaveLength(1);
    });

    test('while the one is dead and not yet followed a Dial is refused within its second, and nobody places it later', async () => {
      const { join, network, leaveDeadHolder } = await site();
      await leaveDeadHolder();
      const second = await join('bridge-2');
      expect(second.bridge.pbxState).toBe('standby');
      expect((await second.send({ message: 'Dial', tel: phone(0, 5) })).evidence).toBe('refused');
      await expect.poll(() => second.bridge.pbxState).toBe('ready');
      const message = sayText(phone(0, 6));
      await second.send(message);
      await expect.poll(() => network.originated.length).toBe(1);
      expect(network.originated.map(({ endpoint }) => endpoint)).not.toContain('PJSIP/100');
    });
  },
);
