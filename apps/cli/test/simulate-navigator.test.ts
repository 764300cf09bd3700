import { parseGuid, parsePhoneNumber, parseStatusTime, type SayTextStatus } from '@taxinav/codec';
import { closedPort } from '@taxinav/testkit';
import { send } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { writeFile } from 'node:fs/promises';
import { jsonLines, runCli, startCli } from './run-cli.ts';
import { startBridge } from './running-bridge.ts';

const callerId = parsePhoneNumber('0675040279');
const guid = parseGuid('6F9619FF-8B86-D011-B42D-00CF4FC964FF');
const statusChangedTime = parseStatusTime('03.11.2010 15:21:30');
if (callerId === undefined || guid === undefined || statusChangedTime === undefined) throw new Error('no such value');
const STATUS: SayTextStatus = { message: 'SayTextStatus', guid, status: 'Queued', statusChangedTime };

test('it answers Call with ACK, SayTextStatus with an orderly close, and prints both directions [TN-8]', async () => {
  await using navigator = startCli(['simulate', 'navigator', '--call-port', '0', '--status-port', '0']);
  const [, call = '', status = ''] = await navigator.until(/listening on 127\.0\.0\.1:(\d+)\nlistening on 127\.0\.0\.1:(\d+)/, 'stderr');
  const to = (port: string) => ({ host: '127.0.0.1', port: Number(port) });
  expect(await send(to(call), { message: 'Call', callerId, carType: 'General' })).toMatchObject({ evidence: 'acknowledged' });
  expect(await send(to(status), STATUS)).toMatchObject({ evidence: 'taken' });
  navigator.process.kill('SIGINT');
  const { stdout, code } = await navigator.finished;
  expect(stdout.replace(/^\d\d:\d\d:\d\d\.\d{3}/gm, 'TIME')).toBe(
    [
      'TIME  TN  bridge → TN  Call           CallerID: 0675040279  CarType: General',
      'TIME  TN  TN → bridge  ACK            Error: OK',
      `TIME  TN  bridge → TN  SayTextStatus  Guid: ${guid}  Status: Queued  StatusChangedTime: 03.11.2010 15:21:30`,
      '',
    ].join('\n'),
  );
  expect(code).toBe(0);
});

test('one port may serve both; --ack error refuses a Call; --close no leaves a status unconfirmed', async () => {
  const port = await closedPort();
  const args = ['--call-port', String(port), '--status-port', String(port), '--ack', 'error:no operator', '--close', 'no', '--json'];
  await using navigator = startCli(['simulate', 'navigator', ...args]);
  await navigator.until(/listening on/, 'stderr');
  const to = { host: '127.0.0.1', port, waitMs: 200 };
  expect(await send(to, { message: 'Call', callerId, carType: 'General' })).toMatchObject({
    evidence: 'refused',
    ack: { error: 'no operator' },
  });
  const silent = await send(to, STATUS);
  expect(['unconfirmed', 'inDoubt']).toContain(silent.evidence);
  navigator.process.kill('SIGTERM');
  const { stdout, stderr, code } = await navigator.finished;
  expect(stderr.match(/listening on/g)).toHaveLength(1);
  expect(jsonLines(stdout).map(({ from, to: whom, message }) => [from, whom, message])).toEqual([
    ['bridge', 'TN', 'Call'],
    ['TN', 'bridge', 'ACK'],
    ['bridge', 'TN', 'SayTextStatus'],
  ]);
  expect(code).toBe(0);
});

test('--ack-status ok acknowledges statuses', async () => {
  await using navigator = startCli(['simulate', 'navigator', '--status-port', '0', '--ack-status', 'ok']);
  const [, port] = await navigator.until(/listening on 127\.0\.0\.1:(\d+)/, 'stderr');
  expect(await send({ host: '127.0.0.1', port: Number(port) }, STATUS)).toMatchObject({ evidence: 'acknowledged' });
});

test('--play does the four jobs with a running bridge [TN-4, TN-9, TN-11, TN-19]', async () => {
  const [listen, http, call, status] = await Promise.all([closedPort(), closedPort(), closedPort(), closedPort()]);
  await using bridge = await startBridge(
    { navigator: `127.0.0.1:${call}`, status: `127.0.0.1:${status}` },
    { listen: `127.0.0.1:${listen}`, http: `127.0.0.1:${http}` },
  );
  const { stdout, code } = await runCli(['simulate', 'navigator', '--config', bridge.file, '--play', '--exit-after-play', '--json']);
  const lines = jsonLines(stdout);
  expect(lines.filter(({ event }) => event !== undefined)).toEqual([
    { event: 'job', job: 'caller popup', done: true, detail: expect.stringMatching(/opened an order form/) },
    { event: 'job', job: 'click to call', done: true, detail: expect.stringMatching(/have talked \(taken, answered\)/) },
    { event: 'job', job: 'spoken notification', done: true, detail: expect.stringMatching(/Queued, Active, Done$/) },
    { event: 'job', job: 'conference', done: true, detail: expect.stringMatching(/are joined/) },
    { event: 'play-over', done: 4, of: 4 },
  ]);
  expect(
    lines.flatMap(({ from, message }) => (typeof from === 'string' && typeof message === 'string' ? [`${from} ${message}`] : [])),
  ).toEqual([
    'bridge Call',
    'TN ACK',
    'TN Dial',
    'TN SayText',
    'bridge SayTextStatus',
    'bridge SayTextStatus',
    'bridge SayTextStatus',
    'TN Conference',
    'bridge ACK',
  ]);
  expect(lines.find(({ message }) => message === 'Call')).toMatchObject({ carType: 'Business', column: 'north' });
  expect(code).toBe(0);

  // The bridge dials no real phone here; on an Asterisk the made-up numbers could ring somebody.
  await writeFile(bridge.file, `pbx: { driver: asterisk }\n`, { flag: 'a' });
  const real = await runCli(['simulate', 'navigator', '--config', bridge.file, '--play']);
  expect(real.stderr).toContain('--play dials made-up numbers: it works only with pbx.driver simulated');
  expect(real.code).toBe(2);
});

test.concurrent.each([
  [[], 2, 'give --config FILE'],
  [['--play', '--call-port', '0'], 2, '--play needs --config FILE'],
  [['--close', 'maybe', '--call-port', '0'], 2, 'Expected yes or no'],
  [['--config', '/nowhere/taxinav.yaml'], 78, 'cannot be read (ENOENT)'],
])('wrong input: %j is exit code %i', async (args, expected, text) => {
  const { stderr, code } = await runCli(['simulate', 'navigator', ...args]);
  expect(stderr).toContain(text);
  expect(code).toBe(expected);
});
