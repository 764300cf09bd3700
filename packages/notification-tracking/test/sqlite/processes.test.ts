import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import BetterSqlite from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { createTracker, DEFAULT_POLICY, type NotificationHistory } from '../../src/index.ts';
import { openSqliteStore } from '../../src/sqlite/index.ts';
import { guid } from '../contract/desk.ts';
import { DatabaseFolder } from './database-folder.ts';
import { seededRandom } from './seeded-random.ts';

/** Compiled sources, left by the processes that end by themselves: the later ones start in half the time. */
const compiled = mkdtempSync(join(tmpdir(), 'taxinav-compiled-'));

afterAll(() => rmSync(compiled, { recursive: true, force: true }));

class StoreProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly lines: AsyncIterator<string>;
  readonly #exit: Promise<unknown>;

  constructor(...parameters: readonly string[]) {
    const script = fileURLToPath(new URL('./store-child.ts', import.meta.url));
    const child = spawn(process.execPath, ['--conditions=@taxinav/source', script, ...parameters], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    });
    this.child = child;
    this.#exit = once(child, 'exit');
    this.lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  }

  async line(): Promise<string | undefined> {
    const { done, value } = await this.lines.next();
    return done === true ? undefined : value;
  }

  /** Tells it to close its store. */
  async leave(): Promise<void> {
    this.child.stdin?.end();
    await this.#exit;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.kill();
  }
}

test('a second process is refused and told who holds the file', async () => {
  using database = new DatabaseFolder();
  await using holder = new StoreProcess(database.path);
  expect(await holder.line()).toBe('open');
  await expect(database.open({ busyTimeoutMs: 100 })).rejects.toMatchObject({
    code: 'TRACKING_STORE_OPEN_FAILED',
    message: expect.stringMatching(new RegExp(`in use by another process \\(process ${holder.child.pid} on .*Stop that process`)),
  });
});

test('a process that comes while another one leaves waits for it', async () => {
  using database = new DatabaseFolder();
  await using holder = new StoreProcess(database.path);
  expect(await holder.line()).toBe('open');
  const opening = openSqliteStore({ path: database.path, busyTimeoutMs: 60_000 });
  await holder.leave();
  await using store = await opening;
  expect(await store.read('dialling', {})).toEqual({ enabled: true });
});

test('a store opens in a script that is given on the command line', async () => {
  using database = new DatabaseFolder();
  const script = `
    import { openSqliteStore } from ${JSON.stringify(new URL('../../src/sqlite/index.ts', import.meta.url).href)};
    const store = await openSqliteStore({ path: ${JSON.stringify(database.path)} });
    console.log(JSON.stringify(await store.read('dialling', {})));
    await store.close();`;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['-C', '@taxinav/source', '--input-type=module', '-e', script]);
  expect(JSON.parse(stdout)).toEqual({ enabled: true });
});

/** A round takes 0.4 s; a machine that is busy otherwise may need long to start so many processes. */
const timeout = 120_000;
const seed = Number(process.env['TAXINAV_SEED'] ?? Date.now() % 1_000_000);
// A round is mostly the start of its process.
const rounds = process.env['TAXINAV_LONG'] === '1' || process.env['TAXINAV_CRASHES'] === '1' ? 20 : 5;

test(
  `every notification that was accepted is found, Queued and its report owed, after each of ${rounds} kills [TN-13] [seed ${seed}]`,
  { timeout },
  async () => {
    using database = new DatabaseFolder();
    const random = seededRandom(seed);
    const accepted: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await using child = new StoreProcess(database.path, String(round * 100_000));
      // It opens what the one before it left.
      expect(await child.line()).toBe('open');
      const until = accepted.length + Math.floor(random() * 300);
      while (accepted.length < until) accepted.push((await child.line()) ?? 'ended too early');
      await child.kill();
      // What it had printed and was not read yet.
      for (let number = await child.line(); number !== undefined; number = await child.line()) accepted.push(number);
    }
    {
      await using store = await openSqliteStore({ path: database.path });
      const tracker = createTracker(store, () => DEFAULT_POLICY);
      const found = await Promise.all(accepted.map((number) => tracker.find({ guid: guid(Number(number)) })));
      expect(accepted.filter((_, position) => !isQueuedAndOwed(found[position] ?? []))).toEqual([]);
    }
    expect(accepted.length).toBeGreaterThan(rounds);
    const file = new BetterSqlite(database.path);
    expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(file.pragma('foreign_key_check')).toEqual([]);
    file.close();
  },
);

/** One round with one change, Queued, and one report for it that is still owed. */
function isQueuedAndOwed(histories: readonly NotificationHistory[]): boolean {
  const rounds = histories.flatMap((history) => history.rounds);
  const changes = rounds.flatMap((round) => round.changes);
  const reports = changes.flatMap((change) => change.reports);
  return (
    rounds.length === 1 &&
    changes.length === 1 &&
    changes[0]?.status === 'Queued' &&
    reports.length === 1 &&
    reports[0]?.state === 'pending'
  );
}
