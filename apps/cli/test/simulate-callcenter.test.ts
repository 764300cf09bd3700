import { isFault, parseGuid, parsePhoneNumber, type Guid, type Message, type PhoneNumber } from '@taxinav/codec';
import { connectPeer } from '@taxinav/testkit';
import { listen, send } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { runCli, startCli } from './run-cli.ts';

function guid(text: string): Guid {
  const read = parseGuid(text);
  if (read === undefined) throw new Error(text);
  return read;
}

function phone(text: string): PhoneNumber {
  const read = parsePhoneNumber(text);
  if (read === undefined) throw new Error(text);
  return read;
}

/** A dispatch program's port, which remembers what it received. */
async function dispatchProgram() {
  const received: Message[] = [];
  const waiting = new Set<() => void>();
  const listener = await listen({ host: '127.0.0.1', port: 0 }, (result) => {
    if (!isFault(result)) received.push(result);
    for (const look of waiting) look();
    return Promise.resolve(!isFault(result) && result.message === 'Call' ? { message: 'ACK', error: 'OK' } : undefined);
  });
  return {
    address: `127.0.0.1:${listener.port}`,
    received,
    until: async (wanted: (message: Message) => boolean) => {
      while (!received.some(wanted)) {
        await new Promise<void>((resolve) => {
          waiting.add(resolve);
        });
      }
    },
    [Symbol.asyncDispose]: () => listener.close(),
  };
}

const DONE = guid('6F9619FF-8B86-D011-B42D-00CF4FC964F1');
const BUSY = guid('{6f9619ff-8b86-d011-b42d-00cf4fc964f2}');
const CANCELED = guid('6F9619FF8B86D011B42D00CF4FC964F3');

test('statuses come in order to the status address, by the last digit; Conference is answered; a call comes in', async () => {
  await using program = await dispatchProgram();
  const args = [
    '--listen',
    '127.0.0.1:0',
    '--status',
    program.address,
    '--pace',
    '0.05',
    '--call',
    '0675040279',
    '--navigator',
    program.address,
  ];
  await using center = startCli(['simulate', 'callcenter', ...args]);
  const [, port] = await center.until(/listening on 127\.0\.0\.1:(\d+)/, 'stderr');
  const to = { host: '127.0.0.1', port: Number(port) };
  await center.until(/Call to .*: acknowledged/, 'stderr');
  expect(program.received[0]).toEqual({ message: 'Call', callerId: '+380675040279', carType: 'General' });

  const say = (number: string, of: Guid) =>
    send(to, { message: 'SayText', numberToCall: phone(number), textToSay: 'Машина подана', guid: of });
  expect(await say('0671234561', DONE)).toMatchObject({ evidence: 'taken' });
  expect(await say('0671234562', BUSY)).toMatchObject({ evidence: 'taken' });
  expect(await say('0671234566', CANCELED)).toMatchObject({ evidence: 'taken' });
  expect(await send(to, { message: 'Dial', tel: phone('0671234561') })).toMatchObject({ evidence: 'taken' });
  const conference = (driver: string) => send(to, { message: 'Conference', tel1: phone(driver), tel2: phone('0671234561') });
  expect(await conference('0501234561')).toMatchObject({ evidence: 'acknowledged' });
  expect(await conference('0501234566')).toMatchObject({ evidence: 'refused', ack: { error: 'no free line' } });
  for (const [of, last] of [
    [DONE, 'Done'],
    [BUSY, 'Busy'],
    [CANCELED, 'Canceled'],
  ] as const) {
    await program.until((message) => message.message === 'SayTextStatus' && message.guid === of && message.status === last);
  }
  const statuses = (of: Guid) =>
    program.received.flatMap((message) => (message.message === 'SayTextStatus' && message.guid === of ? [message.status] : []));
  expect(statuses(DONE)).toEqual(['Queued', 'Active', 'Done']);
  expect(statuses(BUSY)).toEqual(['Queued', 'Active', 'Busy']);
  expect(statuses(CANCELED)).toEqual(['Queued', 'Canceled']);
  center.process.kill('SIGINT');
  const { stdout, code } = await center.finished;
  expect(stdout).toContain('TN → CC  SayText');
  expect(stdout).toContain('CC → TN  SayTextStatus');
  expect(code).toBe(0);
});

test('--acknowledge all answers SayText too; one that cannot be read is canceled under its GUID [readings 25, 26]', async () => {
  await using program = await dispatchProgram();
  await using center = startCli(['simulate', 'callcenter', '--listen', '127.0.0.1:0', '--status', program.address, '--acknowledge', 'all']);
  const [, port] = await center.until(/listening on 127\.0\.0\.1:(\d+)/, 'stderr');
  await using client = await connectPeer(Number(port));
  await client.write(
    `Message: SayText\r\nNumberToCall: 12\r\nTextToSay: x\r\nGuid: ${DONE}\r\n\r\nMessage: Dial\r\nTel: 0671234561\r\n\r\n`,
  );
  expect(await client.receives('OK')).toBe('Message: ACK\r\nError: invalid-field\r\n\r\nMessage: ACK\r\nError: OK\r\n\r\n');
  await program.until((message) => message.message === 'SayTextStatus' && message.guid === DONE);
  expect(program.received).toMatchObject([{ status: 'Canceled' }]);
});

test.concurrent.each([
  [['--listen', '127.0.0.1:0'], "required option '--status <host:port>' not specified"],
  [['--listen', '127.0.0.1:0', '--status', '127.0.0.1:1', '--call', '0675040279'], '--call NUMBER and --navigator HOST:PORT go together'],
  [['--listen', '127.0.0.1:0', '--status', '127.0.0.1:1', '--timezone', 'Mars'], 'Expected a time zone'],
  [['--listen', '127.0.0.1:0', '--status', '127.0.0.1:1', '--script', 'random'], 'Allowed choices are last-digit'],
])('wrong input is exit code 2: %j', async (args, expected) => {
  const { stderr, code } = await runCli(['simulate', 'callcenter', ...args]);
  expect(stderr).toContain(expected);
  expect(code).toBe(2);
});
