import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import BetterSqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { DatabaseFolder } from './database-folder.ts';
import { seededRandom } from './seeded-random.ts';

class StoreProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly lines: AsyncIterator<string>;
  readonly #exit: Promise<unknown>;

  constructor(...parameters: readonly string[]) {
    const script = fileURLToPath(new URL('./store-child.ts', import.meta.url));
    const child = spawn(process.execPath, ['--conditions=@taxinav/source', script, ...parameters], { stdio: ['pipe', 'pipe', 'inherit'] });
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
  await expect(database.open({}, { lockTries: 2 })).rejects.toMatchObject({
    code: 'TRACKING_STORE_OPEN_FAILED',
    message: expect.stringMatching(new RegExp(`in use by another process \\(process ${holder.child.pid} on .*Stop that process`)),
  });
});

test('a process that comes while another one leaves waits for it', async () => {
  using database = new DatabaseFolder();
  await using holder = new StoreProcess(database.path);
  expect(await holder.line()).toBe('open');
  const opening = database.open();
  await holder.leave();
  await using store = await opening;
  expect(await store.read('ids', {})).toEqual([]);
});

const seed = Number(process.env['TAXINAV_SEED'] ?? Date.now() % 1_000_000);
// A round is mostly the start of its process.
const rounds = process.env['TAXINAV_LONG'] === undefined ? 5 : 20;

test(`everything that was answered is found again after each of ${rounds} kills [seed ${seed}]`, async () => {
  using database = new DatabaseFolder();
  const random = seededRandom(seed);
  const answered: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await using child = new StoreProcess(database.path, 'add', `round ${round}`);
    expect(await child.line()).toBe('open');
    const until = Math.floor(random() * 300);
    for (let ids = 0; ids < until; ids += 1) answered.push((await child.line()) ?? 'ended too early');
    await child.kill();
    // What it had printed and was not read yet.
    for (let id = await child.line(); id !== undefined; id = await child.line()) answered.push(id);
    const file = new BetterSqlite(database.path);
    const found = new Set(file.prepare('SELECT id FROM note').pluck().all());
    expect({ round, lost: answered.filter((id) => !found.has(id)) }).toEqual({ round, lost: [] });
    expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
    file.close();
  }
  expect(answered.length).toBeGreaterThan(rounds);
});
