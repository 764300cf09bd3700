import { connect } from 'node:net';
import { once } from 'node:events';
import { send } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { parsePhoneNumber, type Dial, type Call } from '@taxinav/codec';
import { jsonLines, startCli, type Running } from './run-cli.ts';

const phone = parsePhoneNumber('0675040279');
if (phone === undefined) throw new Error('no phone');
const DIAL: Dial = { message: 'Dial', tel: phone };
const CALL: Call = { message: 'Call', callerId: phone, carType: 'General' };

async function portOf(running: Running): Promise<number> {
  const [, port] = await running.until(/listening on 127\.0\.0\.1:(\d+)/, 'stderr');
  return Number(port);
}

test('listen prints what arrives, decoded and raw, answers it, and ends after --count', async () => {
  await using running = startCli(['listen', '--port', '0', '--count', '2', '--json']);
  const port = await portOf(running);
  expect(await send({ host: '127.0.0.1', port }, CALL)).toMatchObject({ evidence: 'acknowledged' });
  expect(await send({ host: '127.0.0.1', port }, DIAL)).toMatchObject({ evidence: 'acknowledged' });
  const { stdout, code } = await running.finished;
  const envelope = {
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    peer: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    connection: expect.any(Number),
  };
  const raw = 'Message: Call\r\nCallerID: 0675040279\r\nCarType: General\r\n\r\n';
  expect(jsonLines(stdout)).toEqual([
    { ...envelope, direction: 'in', message: 'Call', callerId: '+380675040279', carType: 'General', raw },
    { ...envelope, direction: 'out', message: 'ACK', error: 'OK', raw: 'Message: ACK\r\nError: OK\r\n\r\n' },
    { ...envelope, direction: 'in', message: 'Dial', tel: '+380675040279', raw: 'Message: Dial\r\nTel: 0675040279\r\n\r\n' },
    { ...envelope, direction: 'out', message: 'ACK', error: 'OK', raw: 'Message: ACK\r\nError: OK\r\n\r\n' },
  ]);
  expect(code).toBe(0);
});

test('faults and tolerances are data too, and a fault is not answered with OK', async () => {
  await using running = startCli(['listen', '--listen', '127.0.0.1:0', '--count', '1']);
  const client = connect(await portOf(running), '127.0.0.1');
  client.write('Message: Dial \r\nTel: 12\r\n\r\n');
  const [answer] = (await once(client, 'data')) as [Buffer];
  client.destroy();
  expect(answer.toString()).toBe('Message: ACK\r\nError: invalid-field\r\n\r\n');
  const { stdout } = await running.finished;
  expect(stdout).toContain('fault          invalid-field (Dial Tel)');
  expect(stdout).toContain(String.raw`raw  Message: Dial \r\nTel: 12\r\n\r\n`);
  expect(stdout).toContain('tolerated  trailing-space (reading 1)');
});

test('--ack error:TEXT refuses with these words', async () => {
  await using running = startCli(['listen', '--port', '0', '--ack', 'error:no free line', '--count', '1']);
  const delivery = await send({ host: '127.0.0.1', port: await portOf(running) }, DIAL);
  expect(delivery).toMatchObject({ evidence: 'refused', ack: { error: 'no free line' } });
  expect((await running.finished).code).toBe(0);
});

test('--ack none answers nothing', async () => {
  await using running = startCli(['listen', '--port', '0', '--ack', 'none', '--count', '1']);
  expect(await send({ host: '127.0.0.1', port: await portOf(running) }, DIAL)).toMatchObject({ evidence: 'taken' });
});

test('a message that the end of the connection completes is shown before its answer [reading 11]', async () => {
  await using running = startCli(['listen', '--port', '0', '--count', '1', '--json']);
  const client = connect(await portOf(running), '127.0.0.1');
  client.end('Message: Dial\r\nTel: 0675040279');
  client.resume();
  const { stdout } = await running.finished;
  expect(jsonLines(stdout).map(({ message, diagnostic }) => message ?? diagnostic)).toEqual(['Dial', 'end-for-blank-line', 'ACK']);
});

test('SIGINT ends it with 0', async () => {
  await using running = startCli(['listen', '--port', '0']);
  await portOf(running);
  running.process.kill('SIGINT');
  expect((await running.finished).code).toBe(0);
});

test('whoever is not allowed is refused, with the way to let him in', async () => {
  await using running = startCli(['listen', '--port', '0', '--allow', '10.0.0.1']);
  const client = connect(await portOf(running), '127.0.0.1').on('error', () => undefined);
  await running.until(/refused a connection/, 'stderr');
  expect(running.stderr()).toContain('refused a connection from 127.0.0.1: not-allowed (--allow ADDRESS lets it in)');
  client.destroy();
});

test('a port in use is exit code 1 with the remedy', async () => {
  await using running = startCli(['listen', '--port', '0']);
  const port = await portOf(running);
  await using second = startCli(['listen', '--port', String(port)]);
  const { stderr, code } = await second.finished;
  expect(stderr).toContain(`port ${port} on 127.0.0.1 is in use by another program`);
  expect(code).toBe(1);
});

test.concurrent.each([
  [[], 'give either --port N or --listen HOST:PORT'],
  [['--port', '0', '--listen', '127.0.0.1:0'], 'give either --port N or --listen HOST:PORT'],
  [['--port', '70000'], 'Expected a port'],
  [['--port', '0', '--ack', 'maybe'], 'Expected ok, none or error:TEXT'],
  [['--port', '0', '--ack', 'error:a\u0007b'], 'expected no control characters'],
  [['--port', '0', '--allow', 'example.org'], 'is a host name, which is not looked up here'],
])('wrong input is exit code 2: %j', async (args, expected) => {
  await using running = startCli(['listen', ...args]);
  const { stderr, code } = await running.finished;
  expect(stderr).toContain(expected);
  expect(code).toBe(2);
});
