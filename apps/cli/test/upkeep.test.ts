import { dirname, join } from 'node:path';
import { parseGuid, parsePhoneNumber } from '@taxinav/codec';
import { createTracker, DEFAULT_POLICY } from '@taxinav/notification-tracking';
import { openSqliteStore } from '@taxinav/notification-tracking/sqlite';
import { closedPort } from '@taxinav/testkit';
import { listen, type MessageListener } from '@taxinav/transport';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonLines, startCli } from './run-cli.ts';
import { runHere } from './run-here.ts';
import { startBridge, type RunningBridge } from './running-bridge.ts';

const DONE = '6F9619FF-8B86-D011-B42D-00CF4FC96401';
const BUSY = '6F9619FF-8B86-D011-B42D-00CF4FC96402';

let navigator: MessageListener;
let bridge: RunningBridge;

const say = (number: string, guid: string) =>
  runHere(['send', 'say', '--to', bridge.listen, '--number', number, '--text', 'Машина подана', '--guid', guid]);

/** One from forty days ago, canceled. */
async function storeOldNotification(path: string): Promise<void> {
  await using store = await openSqliteStore({ path });
  const tracker = createTracker(store, () => DEFAULT_POLICY);
  const [guid, phone] = [parseGuid('6F9619FF-8B86-D011-B42D-00CF4FC96444'), parsePhoneNumber('0671234561')];
  if (guid === undefined || phone === undefined) throw new Error('an example that cannot be read');
  const now = Date.now() - 40 * 86_400_000;
  await tracker.accept({ now, columnId: 'north', guid, phone, text: 'Машина подана', peer: '127.0.0.1' });
  await tracker.cancel({ now, columnId: 'north', guid });
}

beforeAll(async () => {
  navigator = await listen({ host: '127.0.0.1', port: 0 }, () => Promise.resolve({ message: 'ACK', error: 'OK' }));
  const address = `127.0.0.1:${navigator.port}`;
  bridge = await startBridge({ navigator: address, status: address }, { http: `127.0.0.1:${await closedPort()}` });
});

afterAll(async () => {
  await bridge[Symbol.asyncDispose]();
  await navigator.close();
});

describe('trace', () => {
  test('--follow goes with a notification to its last report, each thing once and in the order of time', async () => {
    await say('0671234567', DONE);
    const { stdout, code } = await runHere(['trace', DONE.toLowerCase(), '--http', bridge.http, '--follow', '--json']);
    const moments = jsonLines(stdout);
    expect(moments.map(({ what, status, step, state }) => status ?? step ?? state ?? what)).toEqual(
      expect.arrayContaining(['received', 'started', 'taken', 'rang', 'answered', 'ended', 'Queued', 'Active', 'Done', 'delivered']),
    );
    expect(moments.filter(({ state }) => state === 'delivered')).toHaveLength(3);
    expect(new Set(moments.map((moment) => JSON.stringify(moment))).size).toBe(moments.length);
    expect(code).toBe(0);
    const plain = await runHere(['trace', DONE, '--http', bridge.http, '--mask']);
    const times = [...plain.stdout.matchAll(/^\d{4}-\d\d-\d\d (\S+)/gm)].map(([, time]) => time);
    expect(times).toHaveLength(moments.length);
    expect(times).toEqual(times.toSorted((left = '', right = '') => left.localeCompare(right)));
    expect(plain.stdout).toMatch(/received {3}SayText from 127\.0\.0\.1 for 067\*\*\*4567, may be dialled until/);
    expect(plain.stdout).toMatch(/status +Done, final/);
    expect(plain.stdout).toMatch(/report +Done delivered to Taxi Navigator \(1 try, acknowledged\)/);
  });

  test('one that waits is followed until it is canceled', async () => {
    await say('0671234562', BUSY);
    await using running = startCli(['trace', BUSY, '--config', bridge.file, '--follow']);
    await running.until(/status +Busy\n/);
    await running.until(/status +Queued, next attempt at /);
    await runHere(['notifications', 'cancel', BUSY, '--http', bridge.http]);
    expect((await running.finished).stdout).toMatch(/status +Busy, final/);
  });

  test('a GUID that nobody knows is refused', async () => {
    expect((await runHere(['trace', '6F9619FF-8B86-D011-B42D-00CF4FC96400', '--http', bridge.http, '--follow'])).code).toBe(3);
  });
});

describe('the stop switch', () => {
  test('stops, says why, and starts again', async () => {
    const stopped = await runHere(['dialling', 'stop', '--reason', 'the trunk burns', '--config', bridge.file, '--json']);
    expect(jsonLines(stopped.stdout)).toEqual([{ enabled: false, reason: 'the trunk burns' }]);
    expect((await runHere(['dialling', 'show', '--http', bridge.http])).stdout).toMatch(/^stopped: the trunk burns\. /);
    await say('0671234561', '6F9619FF-8B86-D011-B42D-00CF4FC96409');
    const refused = await runHere(['notifications', 'list', '--http', bridge.http, '--status', 'Canceled', '--json']);
    expect(jsonLines(refused.stdout)).toHaveLength(1);
    expect((await runHere(['dialling', 'start', '--http', bridge.http])).stdout).toBe('dialling\n');
    expect((await runHere(['dialling', 'stop', '--http', bridge.http, '--reason', 'x'.repeat(201)])).code).toBe(2);
  });
});

describe('reports', () => {
  test('dead letters are listed and sent again; without any it says so', async () => {
    const none = await runHere(['reports', 'list', '--http', bridge.http]);
    expect(none).toMatchObject({ stdout: '', stderr: 'no dead letters\n', code: 0 });
    const redriven = await runHere(['reports', 'redrive', '--all', '--http', bridge.http, '--json']);
    expect(jsonLines(redriven.stdout)).toEqual([{ redriven: 0 }]);
    expect((await runHere(['reports', 'redrive', '--http', bridge.http])).code).toBe(2);
    expect((await runHere(['reports', 'redrive', '--all', '--report', '3', '--http', bridge.http])).code).toBe(2);
  });
});

describe('on the database', () => {
  const database = () => `sqlite:${join(dirname(bridge.file), 'taxinav.db')}`;

  test('while a bridge uses it, it is refused with the holder’s name', async () => {
    const { stderr, code } = await runHere(['dialling', 'show', '--database', database()]);
    expect(stderr).toContain('is in use by another process');
    expect(code).toBe(1);
  });

  test('once the bridge is away, the same commands work on it', async () => {
    bridge.running.process.kill('SIGKILL');
    await bridge.running.finished;
    const shown = await runHere(['dialling', 'show', '--config', bridge.file]);
    expect(shown.stdout).toBe('dialling\n');
    expect(shown.stderr).toContain('no bridge is asked: this is done on sqlite:');
    expect((await runHere(['reports', 'list', '--state', 'pending', '--database', database()])).code).toBe(0);

    const nothing = await runHere(['retention', '--config', bridge.file]);
    expect(nothing.stdout).toBe('nothing is past its days (texts after 30 days, numbers after 180)\n');
    await storeOldNotification(join(dirname(bridge.file), 'taxinav.db'));
    const texts = await runHere(['retention', '--config', bridge.file, '--text-days', '35', '--json']);
    expect(texts.stderr).not.toContain('taxinav:');
    expect(jsonLines(texts.stdout)).toEqual([{ rows: 1, textDays: 35, numberDays: 180 }]);
    expect((await runHere(['retention', '--database', database()])).code).toBe(2);

    const unsure = await runHere(['erase', '0671234562', '--config', bridge.file]);
    expect(unsure.stderr).toContain('067***4562: this cannot be undone');
    expect(unsure.code).toBe(2);
    const erased = await runHere(['erase', '0671234562', '--yes', '--config', bridge.file, '--json']);
    expect(jsonLines(erased.stdout)).toMatchObject([{ phone: '067***4562', rows: expect.any(Number) }]);
    expect(Number(jsonLines(erased.stdout)[0]?.['rows'])).toBeGreaterThan(0);
    const again = await runHere(['erase', '0671234562', '--yes', '--config', bridge.file]);
    expect(again.stdout).toBe('067***4562 is not in the database\n');
  });

  test('a path that is mistyped makes no new database', async () => {
    const { stderr, code } = await runHere(['dialling', 'show', '--database', `${database()}x`]);
    expect(stderr).toContain('there is no such database');
    expect(code).toBe(1);
    for (const args of [['--database', 'mysql://x'], ['--database', database(), '--config', bridge.file], []])
      expect((await runHere(['dialling', 'show', ...args])).code, args.join(' ')).toBe(2);
  });
});
