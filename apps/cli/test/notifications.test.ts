import { listen, type MessageListener } from '@taxinav/transport';
import { closedPort } from '@taxinav/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonLines } from './run-cli.ts';
import { runHere } from './run-here.ts';
import { startBridge, type RunningBridge } from './running-bridge.ts';

const GUIDS = [
  '6F9619FF-8B86-D011-B42D-00CF4FC964F1',
  '6F9619FF-8B86-D011-B42D-00CF4FC964F2',
  '6F9619FF-8B86-D011-B42D-00CF4FC964F3',
] as const;

let navigator: MessageListener;
let bridge: RunningBridge;
const statuses: string[] = [];
const waiting = new Set<() => void>();

async function untilStatus(guid: string, status: string): Promise<void> {
  while (!statuses.includes(`${guid} ${status}`)) await new Promise<void>((resolve) => waiting.add(resolve));
}

beforeAll(async () => {
  navigator = await listen({ host: '127.0.0.1', port: 0 }, (received) => {
    if ('message' in received && received.message === 'SayTextStatus') statuses.push(`${received.guid} ${received.status}`);
    for (const resolve of waiting) resolve();
    return Promise.resolve('message' in received && received.message === 'Call' ? { message: 'ACK', error: 'OK' } : undefined);
  });
  const address = `127.0.0.1:${navigator.port}`;
  bridge = await startBridge({ navigator: address, status: address });
  // Two are answered or not at once, the third stays between its attempts.
  for (const [index, number] of ['0671234561', '0671234565', '0671234562'].entries()) {
    const { code } = await runHere([
      'send',
      'say',
      '--to',
      bridge.listen,
      '--number',
      number,
      '--text',
      'Машина подана',
      '--guid',
      GUIDS[index] ?? '',
    ]);
    if (code !== 0) throw new Error('the bridge took no SayText');
  }
  await Promise.all([untilStatus(GUIDS[0], 'Done'), untilStatus(GUIDS[1], 'Unreachable'), untilStatus(GUIDS[2], 'Busy')]);
});

afterAll(async () => {
  await bridge[Symbol.asyncDispose]();
  await navigator.close();
});

test('notifications list prints one JSON object each, newest first', async () => {
  const { stdout, code } = await runHere(['notifications', 'list', '--http', bridge.http, '--json']);
  expect(jsonLines(stdout).map(({ guid }) => guid)).toEqual(GUIDS.toReversed());
  expect(jsonLines(stdout).at(-1)).toMatchObject({ columnId: 'north', status: 'Done', final: true, text: 'Машина подана' });
  expect(code).toBe(0);
});

test('--all goes through the pages; without it the rest is mentioned', async () => {
  const all = await runHere(['notifications', 'list', '--http', bridge.http, '--limit', '1', '--all', '--json']);
  expect(jsonLines(all.stdout)).toHaveLength(3);
  const page = await runHere(['notifications', 'list', '--http', bridge.http, '--limit', '1', '--json']);
  expect(jsonLines(page.stdout)).toHaveLength(1);
  expect(page.stderr).toContain('--all');
});

test('filters are the bridge’s: column, status, phone', async () => {
  const list = async (...filter: string[]) =>
    jsonLines((await runHere(['notifications', 'list', '--http', bridge.http, '--json', ...filter])).stdout).map(({ guid }) => guid);
  expect(await list('--status', 'done')).toEqual([GUIDS[0]]);
  expect(await list('--phone', '067 123-45-65')).toEqual([GUIDS[1]]);
  expect(await list('--column', 'north')).toHaveLength(3);
});

test('for people the list is a table under heads', async () => {
  const { stdout } = await runHere(['notifications', 'list', '--http', bridge.http, '--mask']);
  const [head, first] = stdout.split('\n');
  expect(head).toMatch(/^received +column +GUID +phone +status +attempts +changed +owed +text$/);
  expect(first).toMatch(new RegExp(`north +${GUIDS[2]} +067\\*\\*\\*4562 +Queued… +1 `));
  expect(stdout).not.toContain('Машина');
});

test('notifications show prints rounds, attempts, changes and the reports with their tries', async () => {
  const { stdout, code } = await runHere(['notifications', 'show', GUIDS[0].toLowerCase(), '--http', bridge.http]);
  for (const part of [
    `${GUIDS[0]}  column north, times in UTC`,
    'round 1  final, result',
    'answered',
    'Queued…',
    'Active…',
    'Done\n',
    /report \d+ {2}delivered .*1 try/,
  ]) {
    expect(stdout).toMatch(part);
  }
  expect(code).toBe(0);
  const json = await runHere(['notifications', 'show', GUIDS[0], '--http', bridge.http, '--json']);
  expect(jsonLines(json.stdout)[0]).toMatchObject({
    columnId: 'north',
    canonicalGuid: GUIDS[0],
    rounds: [{ round: 1, attempts: [{ attempt: 1, answeredAt: expect.any(String) }] }],
  });
});

test('cancel ends what waits; what is over is refused with exit code 3', async () => {
  const canceled = await runHere(['notifications', 'cancel', GUIDS[2], '--http', bridge.http, '--json']);
  expect(jsonLines(canceled.stdout)).toEqual([{ guid: GUIDS[2], outcome: 'ended', status: 'Busy' }]);
  expect(canceled.code).toBe(0);
  const over = await runHere(['notifications', 'cancel', GUIDS[0], '--http', bridge.http]);
  expect(over.stderr).toContain('The notification cannot be canceled any more');
  expect(over.code).toBe(3);
});

test('resend sends the current status once more [TN-13]', async () => {
  const before = statuses.filter((line) => line === `${GUIDS[1]} Unreachable`).length;
  const { code } = await runHere(['notifications', 'resend', GUIDS[1], '--http', bridge.http]);
  expect(code).toBe(0);
  while (statuses.filter((line) => line === `${GUIDS[1]} Unreachable`).length === before)
    await new Promise<void>((resolve) => waiting.add(resolve));
});

test('a GUID that nobody knows is refused with exit code 3', async () => {
  const { stderr, code } = await runHere(['notifications', 'show', '6F9619FF-8B86-D011-B42D-00CF4FC96400', '--http', bridge.http]);
  expect(stderr).toContain('No notification has this GUID');
  expect(code).toBe(3);
});

test('simulate call shows the popup of the line’s car type, and says that it was acknowledged', async () => {
  const { stdout, code } = await runHere([
    'simulate',
    'call',
    '--http',
    bridge.http,
    '--caller-id',
    '0675040279',
    '--line',
    '0445550101',
    '--json',
  ]);
  expect(jsonLines(stdout)).toEqual([
    { outcome: 'acknowledged', evidence: expect.any(String), columnId: 'north', carType: 'Business', callerId: '0675040279' },
  ]);
  expect(code).toBe(0);
});

test('a bridge that is not there is exit code 1, one that is told nowhere 2', async () => {
  const away = await runHere(['notifications', 'list', '--http', `http://127.0.0.1:${await closedPort()}`]);
  expect(away.stderr).toContain('the bridge cannot be reached (ECONNREFUSED)');
  expect(away.code).toBe(1);
  expect((await runHere(['notifications', 'list'])).code).toBe(2);
  expect((await runHere(['notifications', 'list', '--http', 'ftp://x'])).code).toBe(2);
  expect((await runHere(['notifications', 'show', 'x', '--http', bridge.http])).code).toBe(2);
  expect((await runHere(['simulate', 'call', '--http', bridge.http, '--caller-id', '0675040279'])).code).toBe(2);
});
