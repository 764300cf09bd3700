import type { Message } from '@taxinav/codec';
import { openPostgresStore } from '@taxinav/notification-tracking/postgres';
import { createSimulatedPbx, PhoneNetwork } from '@taxinav/telephony';
import { startPostgres, temporaryFolder } from '@taxinav/testkit';
import { listen, send, systemClock, type Delivery } from '@taxinav/transport';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { createBridge } from '../src/bridge.ts';
import { simulatedSpeech } from '../src/dialling/speech.ts';
import { createLog } from '../src/logging.ts';
import { configured, phone, sayText, startNavigator } from './bridge-under-test.ts';

const server = await startPostgres({ fsync: false });
const absent = 'absent' in server ? server.absent : undefined;

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each[Symbol.asyncDispose]();
});

/** While something is done, and while a quarter of an hour goes by: 6 s of this machine, or as long as it needs for 300 looks. */
const FACTOR = 4;
const WAITING_FACTOR = 150;
/** Time goes by no further than so long after the last look at other nodes: a look that a busy machine is late with is no gap. */
const LOOK_MS = 15_000;

/** Passes `factor` times as fast, and never runs away from who has to look at other nodes all the while. */
class FollowedClock {
  readonly #wall = Date.now();
  #factor = FACTOR;
  #time = 0;
  #at = performance.now();
  #until = Number.POSITIVE_INFINITY;

  now(): number {
    return Math.floor(this.#wall + this.monotonic());
  }

  monotonic(): number {
    const at = performance.now();
    this.#time = Math.min(this.#time + (at - this.#at) * this.#factor, this.#until);
    this.#at = at;
    return this.#time;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const until = this.monotonic() + ms;
    for (let left = ms; left > 0; left = until - this.monotonic())
      await pause(Math.max(1, left / this.#factor), undefined, signal === undefined ? {} : { signal });
  }

  setFactor(factor: number): void {
    this.#until = this.monotonic() + LOOK_MS;
    this.#factor = factor;
  }

  looked(): void {
    this.#until = this.monotonic() + LOOK_MS;
  }
}

/** A bridge with a phone system of its own. */
interface Host {
  readonly logged: string[];
  readonly network: PhoneNetwork;
  readonly clock: FollowedClock;
  readonly bridge: ReturnType<typeof createBridge>;
  send(message: Message): Promise<Delivery>;
  /** Changes `dialling.timeToLiveSeconds`. */
  timeToLive(seconds: number): Promise<void>;
  /** The bridge and its phone system are gone; nothing is stored, told or let go of any more. */
  die(): Promise<void>;
}

/** One database and one Taxi Navigator, to which hosts with phone systems of their own are added. */
async function company() {
  if ('absent' in server) throw new Error(server.absent);
  const url = await server.createDatabase();
  const folder = await temporaryFolder();
  opened.push(folder);
  const navigator = await startNavigator();
  opened.push(navigator);
  const join = async (name: string): Promise<Host> => {
    const configuration = (timeToLiveSeconds: number) =>
      configured(
        `
node: ${name}
database: ${url}
acknowledge: all
dialling: { channels: 2, reserve: 0, timeToLiveSeconds: ${timeToLiveSeconds}, retryAfterSeconds: { busy: 1, unanswered: 1, unreachable: 1 } }
columns:
  - id: north
    listen: 127.0.0.1:0
    navigator: 127.0.0.1:${navigator.port}
    status: 127.0.0.1:${navigator.port}
    operator: PJSIP/100
pbx: { driver: simulated }
`,
        folder,
      );
    const clock = new FollowedClock();
    const network = new PhoneNetwork({ clock });
    const store = await openPostgresStore({ url, connections: 4 });
    const logged: string[] = [];
    const bridge = createBridge(configuration(86_400), {
      clock,
      random: () => 0.5,
      log: createLog('info', { write: (line) => void logged.push(line) }),
      store,
      pbx: createSimulatedPbx({ clock, network, charactersPerSecond: 200 }),
      speech: simulatedSpeech(),
      listen: (options, handler) => listen({ ...options, clock: systemClock }, handler),
      send,
    });
    const { tracker } = bridge;
    const look = tracker.leasesInUse.bind(tracker);
    tracker.leasesInUse = async () => {
      const leases = await look();
      clock.looked();
      return leases;
    };
    await bridge.start();
    let dead = false;
    const die = async (): Promise<void> => {
      if (dead) return;
      dead = true;
      await store.close();
      network[Symbol.dispose]();
      await bridge.stop();
    };
    opened.push({
      [Symbol.asyncDispose]: async () => {
        if (dead) return;
        await bridge.stop();
        await store.close();
        network[Symbol.dispose]();
      },
    });
    return {
      logged,
      network,
      clock,
      bridge,
      send: (message) => send({ host: '127.0.0.1', port: bridge.columns()[0]?.port ?? 0, waitMs: 5_000 }, message),
      timeToLive: async (seconds) => void (await bridge.reload(configuration(seconds))),
      die,
    };
  };
  return { navigator, join };
}

describe.skipIf(absent !== undefined)(`two hosts on one PostgreSQL${absent === undefined ? '' : `: ${absent}`}`, () => {
  test('one is gone for good while phones ring: the other calls again or sends the final status, and their channels are free [TN-13, reading 40]', async () => {
    const { navigator, join } = await company();
    const gone = await join('bridge-1');
    const again = sayText(phone(3, 1));
    expect((await gone.send(again)).evidence).toBe('acknowledged');
    await gone.timeToLive(300);
    const over = sayText(phone(3, 2));
    expect((await gone.send(over)).evidence).toBe('acknowledged');
    await Promise.all([again, over].map(({ guid }) => navigator.until(guid, 'Active')));
    await expect.poll(async () => (await gone.bridge.tracker.summary()).reportsOwed).toBe(0);
    await gone.die();

    const stays = await join('bridge-2');
    const waits = sayText(phone(0, 3));
    expect((await stays.send(waits)).evidence).toBe('acknowledged');
    await navigator.until(waits.guid, 'Queued');
    expect((await stays.bridge.tracker.summary()).channelsInUse).toBe(2);
    const since = stays.clock.monotonic();
    stays.clock.setFactor(WAITING_FACTOR);
    await expect.poll(() => stays.logged.some((line) => line.includes('"event":"pbx-abandoned"')), { timeout: 60_000 }).toBe(true);
    expect(stays.clock.monotonic() - since).toBeGreaterThan(15 * 60_000);
    stays.clock.setFactor(FACTOR);

    expect(await navigator.until(over.guid, 'Unanswered')).toEqual(['Queued', 'Active', 'Unanswered']);
    expect(await navigator.until(waits.guid, 'Done')).toEqual(['Queued', 'Active', 'Done']);
    expect(await navigator.until(again.guid, 'Active')).toEqual(['Queued', 'Active', 'Unanswered', 'Queued', 'Active']);
    expect(stays.network.originated.length).toBe(2);
    expect((await stays.bridge.tracker.find({ guid: over.guid }))[0]?.rounds).toMatchObject([{ state: 'final' }]);
    expect(await stays.bridge.metrics.scrape()).toContain('taxinav_call_results_total{column="north",outcome="lost"} 2');
  }, 120_000);
});
