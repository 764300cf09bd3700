import { createTracker, DEFAULT_POLICY, type Owner, type Tracker } from '@taxinav/notification-tracking';
import { openSqliteStore } from '@taxinav/notification-tracking/sqlite';
import { FakeClock, temporaryFolder } from '@taxinav/testkit';
import pino from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { PbxLease } from '../src/nodes/pbx-lease.ts';

const LEASE = 'http://127.0.0.1:8088/ari';
const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each[Symbol.asyncDispose]();
});

/** A node with a clock of its own; what it holds is written down. */
class Node {
  readonly clock = new FakeClock();
  readonly told: string[] = [];
  owner: Owner | undefined;
  readonly lease: PbxLease;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  /** Commands that the database has not answered yet. */
  #asked = 0;

  constructor(name: string, tracker: Tracker) {
    const counted = <Input, Result>(command: (input: Input) => Promise<Result>): ((input: Input) => Promise<Result>) => {
      return async (input) => {
        this.#asked += 1;
        try {
          return await command(input);
        } finally {
          this.#asked -= 1;
        }
      };
    };
    this.lease = new PbxLease({
      tracker: {
        lease: counted((query) => tracker.lease(query)),
        takeLease: counted((command) => tracker.takeLease(command)),
        renewLease: counted((command) => tracker.renewLease(command)),
        releaseLease: counted((command) => tracker.releaseLease(command)),
      },
      clock: this.clock,
      log: pino({ level: 'silent' }),
      lease: LEASE,
      node: name,
      onTaken: (owner) => {
        this.owner = owner;
        this.told.push(`taken ${owner.token}`);
        return Promise.resolve();
      },
      onLost: () => {
        this.owner = undefined;
        this.told.push('lost');
        return Promise.resolve();
      },
    });
    this.#running = this.lease.run(this.#stop.signal);
  }

  /** Lets the node's own time pass in small steps, so that every look and renewal is made when it is due. */
  async live(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 250) {
      await this.asleep();
      await this.clock.advance(250);
    }
    await this.asleep();
  }

  async asleep(): Promise<void> {
    await vi.waitUntil(() => this.#asked === 0 && this.clock.sleepers > 0, { interval: 1, timeout: 45_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}

async function twoNodes(): Promise<{ readonly tracker: Tracker; readonly a: Node; readonly b: Node }> {
  const folder = await temporaryFolder();
  opened.push(folder);
  const store = await openSqliteStore({ path: `${folder.path}/taxinav.db` });
  opened.push(store);
  const tracker = createTracker(store, () => DEFAULT_POLICY);
  const a = new Node('bridge-a', tracker);
  opened.push(a);
  await a.asleep();
  const b = new Node('bridge-b', tracker);
  opened.push(b);
  await b.asleep();
  return { tracker, a, b };
}

test('the first node takes the PBX at once, and the second waits as long as the first renews', async () => {
  const { a, b } = await twoNodes();
  expect(a.told).toEqual(['taken 1']);
  for (let second = 0; second < 30; second += 1) {
    await a.live(1_000);
    await b.live(1_000);
  }
  expect(a.lease.mayAct).toBe(true);
  expect([a.told, b.told]).toEqual([['taken 1'], []]);
});

test('the second takes the PBX within 15 s of its own time when the first stands still, and the first knows when it wakes', async () => {
  const { a, b } = await twoNodes();
  await a.live(1_000);
  await b.live(1_000);
  await b.live(14_000);
  expect(b.told).toEqual(['taken 2']);
  expect(a.lease.mayAct).toBe(true); // For its clock stood still as well: a frozen process has not looked yet.
  await a.live(7_000);
  expect(a.lease.mayAct).toBe(false);
  expect(a.told).toEqual(['taken 1', 'lost']);
});

test('a node that was frozen may not act from the moment it wakes, before it has asked anybody', async () => {
  const { a } = await twoNodes();
  await a.live(1_000);
  const frozen = new Node('frozen', {
    lease: () => Promise.resolve(undefined),
    takeLease: ({ lease, node }: { lease: string; node: string }) => Promise.resolve({ lease, node, token: 7, counter: 1 }),
    renewLease: () => new Promise<boolean>(() => undefined),
    releaseLease: () => Promise.resolve(true),
  } as unknown as Tracker);
  await frozen.asleep();
  expect(frozen.lease.mayAct).toBe(true);
  await frozen.clock.advance(6_001);
  expect(frozen.lease.mayAct).toBe(false);
});

test('a node whose database does not answer lets the PBX go before another takes it, not when it stops waiting for the answer', async () => {
  const { tracker } = await twoNodes();
  const away = Promise.withResolvers<boolean>();
  const node = new Node('waits', {
    lease: () => Promise.resolve(undefined),
    takeLease: ({ lease, node: name }: { lease: string; node: string }) => Promise.resolve({ lease, node: name, token: 7, counter: 1 }),
    renewLease: () => away.promise,
    releaseLease: tracker.releaseLease.bind(tracker),
  } as unknown as Tracker);
  opened.push(node);
  await node.asleep();
  for (let passed = 0; passed < 6_500; passed += 250) {
    await vi.waitUntil(() => node.clock.sleepers > 0, { interval: 1, timeout: 45_000 });
    await node.clock.advance(250);
  }
  await vi.waitUntil(() => node.told.includes('lost'), { interval: 1, timeout: 45_000 });
  expect(node.told).toEqual(['taken 7', 'lost']);
  away.resolve(false);
});

test('a node that is started again takes what it held before at once, with a higher token', async () => {
  const { tracker, a } = await twoNodes();
  expect(a.told).toEqual(['taken 1']);
  const again = new Node('bridge-a', tracker);
  opened.push(again);
  await again.asleep();
  expect(again.told).toEqual(['taken 2']);
  // Two that live under one name: the older one is out, and does not take it back.
  await a.live(4_000);
  await again.live(4_000);
  await a.live(4_000);
  expect([a.told, again.told]).toEqual([['taken 1', 'lost'], ['taken 2']]);
});

test('a lease that is given up is taken at the next look', async () => {
  const { a, b } = await twoNodes();
  await a.lease.release();
  await b.live(3_000);
  expect(b.told).toEqual(['taken 2']);
});

/** A tracker whose database can be away. */
function cuttable(tracker: Tracker): { readonly tracker: Tracker; away: boolean } {
  const cut = {
    away: false,
    tracker: new Proxy(tracker, {
      get: (target, name: keyof Tracker) => {
        if (cut.away) return () => Promise.reject(new Error('the database is away'));
        return (target[name] as (...args: unknown[]) => unknown).bind(target);
      },
    }),
  };
  return cut;
}

test('a node whose database was away takes the PBX again at its first look, where no other node has taken it meanwhile', async () => {
  const { tracker, a } = await twoNodes();
  await a[Symbol.asyncDispose]();
  await a.lease.release();
  const cut = cuttable(tracker);
  const node = new Node('bridge-c', cut.tracker);
  opened.push(node);
  await node.live(3_000);
  expect(node.told).toEqual(['taken 2']);
  cut.away = true;
  await node.live(20_000);
  expect(node.told).toEqual(['taken 2', 'lost']);
  cut.away = false;
  await node.live(2_000);
  expect(node.told).toEqual(['taken 2', 'lost', 'taken 3']);
});
