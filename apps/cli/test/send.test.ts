import { parseGuid, type Ack, type Message } from '@taxinav/codec';
import { closedPort, neverCloses, resetsAtFirstByte, startPeer } from '@taxinav/testkit';
import { listen } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { jsonLines } from './run-cli.ts';
import { runHere } from './run-here.ts';

const OK: Ack = { message: 'ACK', error: 'OK' };

/** A peer that answers everything the same way, and remembers what it got. */
async function peer(answer: Ack | undefined) {
  const received: Message[] = [];
  const listener = await listen({ host: '127.0.0.1', port: 0 }, (result) => {
    if ('message' in result) received.push(result);
    return Promise.resolve(answer);
  });
  return { to: `127.0.0.1:${listener.port}`, received, [Symbol.asyncDispose]: () => listener.close() };
}

test.concurrent.each([
  [['call', '--caller-id', '0675040279', '--car-type', 'business'], { message: 'Call', callerId: '+380675040279', carType: 'Business' }],
  [['call', '--caller-id', '+380675040279'], { message: 'Call', callerId: '+380675040279', carType: 'General' }],
  [['dial', '--tel', '067 504-02-79'], { message: 'Dial', tel: '+380675040279' }],
  [
    ['say', '--number', '0930100128', '--text', 'Машина подана', '--guid', '{6f9619ff-8b86-d011-b42d-00cf4fc964ff}'],
    { message: 'SayText', numberToCall: '+380930100128', textToSay: 'Машина подана', guid: '{6f9619ff-8b86-d011-b42d-00cf4fc964ff}' },
  ],
  [['conference', '--tel1', '0501234567', '--tel2', '0675040279'], { message: 'Conference', tel1: '+380501234567', tel2: '+380675040279' }],
])('send %j is acknowledged: exit code 0', async (args, expected) => {
  await using there = await peer(OK);
  const { stdout, code } = await runHere(['send', ...args, '--to', there.to, '--json']);
  expect(there.received).toEqual([expected]);
  expect(jsonLines(stdout)).toEqual([
    {
      to: there.to,
      ...expected,
      evidence: 'acknowledged',
      reason: expect.any(String),
      elapsedMs: expect.any(Number),
      reply: { message: 'ACK', error: 'OK' },
      sent: expect.stringMatching(/^Message: \w+\r\n[^]*\r\n\r\n$/),
      received: expect.stringMatching(/^Message: ?ACK\r\nError: ?OK\r\n\r\n$/),
    },
  ]);
  expect(code).toBe(0);
});

test('for people the frame, the reply, the evidence and the time are lines', async () => {
  await using there = await peer(OK);
  const { stdout } = await runHere(['send', 'dial', '--to', there.to, '--tel', '0675040279']);
  expect(stdout.replace(/in [\d.]+ ms/, 'in 1 ms').split('\n')).toEqual([
    `→ ${there.to}  Dial           Tel: 0675040279`,
    String.raw`    sent  Message: Dial\r\nTel: 0675040279\r\n\r\n`,
    `← ${there.to}  ACK            Error: OK`,
    String.raw`    received  Message: ACK\r\nError: OK\r\n\r\n`,
    expect.stringMatching(/^acknowledged {2}Dial in 1 ms\. /),
    '',
  ]);
});

test('a refusal of the peer is exit code 3, with its words', async () => {
  await using there = await peer({ message: 'ACK', error: 'no free line' });
  const { stdout, code } = await runHere(['send', 'conference', '--to', there.to, '--tel1', '0501234567', '--tel2', '0675040279']);
  expect(stdout).toContain('Error: no free line');
  expect(stdout).toContain('refused');
  expect(code).toBe(3);
});

test('Dial and SayText that are taken without an answer are done [reading 25]', async () => {
  await using there = await peer(undefined);
  const { stdout, code } = await runHere(['send', 'say', '--to', there.to, '--number', '0675040279', '--text', 'x', '--json']);
  const [sent] = jsonLines(stdout);
  expect(sent).toMatchObject({ evidence: 'taken' });
  expect(parseGuid(String(sent?.['guid']))).toBeDefined();
  expect(code).toBe(0);
});

test('a Call without its answer is exit code 4: only the answer accepts it [TN-8]', async () => {
  await using there = await peer(undefined);
  expect((await runHere(['send', 'call', '--to', there.to, '--caller-id', '0675040279'])).code).toBe(4);
});

test('a connection that breaks after the message is in doubt: exit code 4', async () => {
  await using resetting = await startPeer(resetsAtFirstByte);
  const { stdout, code } = await runHere(['send', 'dial', '--to', `127.0.0.1:${resetting.port}`, '--tel', '0675040279', '--json']);
  expect(jsonLines(stdout)[0]).toMatchObject({ evidence: 'inDoubt' });
  expect(code).toBe(4);
});

test('nobody there is exit code 1, and nothing was sent', async () => {
  const { stdout, code } = await runHere(['send', 'dial', '--to', `127.0.0.1:${await closedPort()}`, '--tel', '0675040279', '--json']);
  expect(jsonLines(stdout)[0]).toMatchObject({ evidence: 'notSent' });
  expect(jsonLines(stdout)[0]).not.toHaveProperty('sent');
  expect(code).toBe(1);
});

test('--count sends as often, with a new GUID each; --keep uses one connection', async () => {
  const connections = new Set<number>();
  const received: Message[] = [];
  await using listener = await listen({ host: '127.0.0.1', port: 0 }, (result, from) => {
    connections.add(from.connection);
    if ('message' in result) received.push(result);
    return Promise.resolve(OK);
  });
  const args = ['say', '--to', `127.0.0.1:${listener.port}`, '--number', '0675040279', '--text', 'x', '--count', '3', '--keep', '--json'];
  const { stdout, code } = await runHere(['send', ...args]);
  expect(new Set(jsonLines(stdout).map(({ guid }) => guid)).size).toBe(3);
  expect(received).toHaveLength(3);
  expect(connections.size).toBe(1);
  expect(code).toBe(0);
});

test('a silent peer is given as long as --wait says', async () => {
  await using silent = await startPeer(neverCloses);
  const { stdout, code } = await runHere([
    'send',
    'call',
    '--to',
    `127.0.0.1:${silent.port}`,
    '--caller-id',
    '0675040279',
    '--wait',
    '0.2',
    '--json',
  ]);
  const [sent] = jsonLines(stdout);
  expect(sent?.['evidence']).toMatch(/^(?:unconfirmed|inDoubt)$/);
  expect(sent?.['reason']).toContain('No answer in 200 ms');
  expect(code).toBe(4);
});

test('--mask hides numbers and bytes', async () => {
  await using there = await peer(OK);
  const { stdout } = await runHere(['send', 'dial', '--to', there.to, '--tel', '0675040279', '--mask']);
  expect(stdout).toContain('067***0279');
  expect(stdout).not.toContain('5040');
});

test.concurrent.each([
  [['dial', '--tel', '0675040279'], "required option '--to <host:port>' not specified"],
  [['dial', '--to', '127.0.0.1', '--tel', '0675040279'], 'Expected HOST:PORT'],
  [['dial', '--to', '127.0.0.1:0', '--tel', '0675040279'], 'Expected HOST:PORT'],
  [['dial', '--to', '127.0.0.1:1', '--tel', '112'], 'Expected a phone number'],
  [['call', '--to', '127.0.0.1:1', '--caller-id', '0675040279', '--car-type', 'Tank'], 'Expected one of General, Universal'],
  [['say', '--to', '127.0.0.1:1', '--number', '0675040279', '--text', 'x', '--guid', '1'], 'Expected a GUID'],
  [['say', '--to', '127.0.0.1:1', '--number', '0675040279', '--text', 'a\u001bb'], 'TextToSay: expected no control characters'],
  [['say', '--to', '127.0.0.1:1', '--number', '0675040279', '--text', 'x'.repeat(501)], 'TextToSay: expected at most 500 characters'],
  [['dial', '--to', '127.0.0.1:1', '--tel', '0675040279', '--count', '0'], 'Expected a whole number from 1'],
  [['dial', '--to', '127.0.0.1:1', '--tel', '0675040279', '--wait', '-1'], 'Expected seconds'],
  [['dial', '--to', '127.0.0.1:1', '--tel', '0675040279', '--encoding', 'latin1'], 'Allowed choices are auto'],
])('wrong input is exit code 2: %j', async (args, expected) => {
  const { stdout, stderr, code } = await runHere(['send', ...args]);
  expect(stderr).toContain(expected);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});
