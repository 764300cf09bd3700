import { parseGuid, type Guid } from '@taxinav/codec';
import { connectPeer } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { phone, sayText, startBridge, startNavigator } from './bridge-under-test.ts';

const GUID = '6F9619FF-8B86-D011-B42D-00CF4FC964FF';
const guid = (text: string): Guid => {
  const read = parseGuid(text);
  if (read === undefined) throw new RangeError('not a GUID');
  return read;
};
const block = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

/** Sends blocks on one connection and gives back what was answered before the bridge's end. */
async function exchange(port: number, ...blocks: string[]): Promise<string> {
  await using peer = await connectPeer(port);
  await peer.write(blocks.join(''));
  peer.socket.end();
  return await peer.ended();
}

/** Each refusal: what is sent, and its voices: the answer where one is given, and whether one Canceled is owed. */
const refusals = [
  {
    name: 'a SayText with a number that is none',
    sent: block('Message: SayText', 'NumberToCall: 12', 'TextToSay: a', `Guid: ${GUID}`),
    documented: '',
    all: 'Message: ACK\r\nError: invalid-field NumberToCall\r\n\r\n',
    canceled: true,
  },
  {
    name: 'a SayText without text',
    sent: block('Message: SayText', 'NumberToCall: 0671234567', `Guid: ${GUID}`),
    documented: '',
    all: 'Message: ACK\r\nError: missing-field TextToSay\r\n\r\n',
    canceled: true,
  },
  {
    name: 'a SayText of 501 characters',
    sent: block('Message: SayText', 'NumberToCall: 0671234567', `TextToSay: ${'a'.repeat(501)}`, `Guid: ${GUID}`),
    documented: '',
    all: 'Message: ACK\r\nError: text-too-long TextToSay\r\n\r\n',
    canceled: true,
  },
  {
    name: 'a SayText without Guid',
    sent: block('Message: SayText', 'NumberToCall: 0671234567', 'TextToSay: a'),
    documented: '',
    all: 'Message: ACK\r\nError: missing-field Guid\r\n\r\n',
    canceled: false,
  },
  {
    name: 'a Dial without Tel',
    sent: block('Message: Dial'),
    documented: '',
    all: 'Message: ACK\r\nError: missing-field Tel\r\n\r\n',
    canceled: false,
  },
  {
    name: 'a Conference with a number that is none',
    sent: block('Message: Conference', 'Tel1: 0671234567', 'Tel2: 103'),
    documented: 'Message:ACK\r\nError:invalid-field Tel2\r\n\r\n',
    all: 'Message:ACK\r\nError:invalid-field Tel2\r\n\r\n',
    canceled: false,
  },
  {
    name: 'an unknown message',
    sent: block('Message: ActivateCard', 'Operator: 5'),
    documented: 'Message: ACK\r\nError: unknown message\r\n\r\n',
    all: 'Message: ACK\r\nError: unknown message\r\n\r\n',
    canceled: false,
  },
  {
    name: 'a block that is no message',
    sent: block('GET / HTTP/1.1', 'Host: localhost'),
    documented: 'Message: ACK\r\nError: malformed-line\r\n\r\n',
    all: 'Message: ACK\r\nError: malformed-line\r\n\r\n',
    canceled: false,
  },
  ...['ACK', 'Call', 'SayTextStatus'].map((name) => ({
    name: `${name}, which is not ours to answer`,
    sent: {
      ACK: block('Message: ACK', 'Error: OK'),
      Call: block('Message: Call', 'CallerID: 0671234567', 'CarType: General'),
      SayTextStatus: block('Message: SayTextStatus', `Guid: ${GUID}`, 'Status: Done', 'StatusChangedTime: 03.11.2010 15:21:30'),
    }[name] as string,
    documented: '',
    all: '',
    canceled: false,
  })),
];

for (const acknowledge of ['documented', 'all'] as const)
  test(`every refusal has its voice, and the connection goes on, with acknowledge: ${acknowledge} [reading 25, reading 26, reading 27, reading 28]`, async () => {
    await using navigator = await startNavigator();
    await using running = await startBridge(navigator.port, { column: `    acknowledge: ${acknowledge}` });
    for (const refusal of refusals) {
      const before = navigator.received.length;
      const after = block('Message: Conference', 'Tel1: 0671234560', 'Tel2: 0671234560');
      const answered = await exchange(running.port(), refusal.sent, after);
      expect(answered, refusal.name).toBe(`${refusal[acknowledge]}Message:ACK\r\nError:Tel1 equals Tel2\r\n\r\n`);
      if (!refusal.canceled) continue;
      await expect
        .poll(() => navigator.received.slice(before), { message: refusal.name })
        .toMatchObject([{ message: 'SayTextStatus', guid: GUID, status: 'Canceled' }]);
      // The next row uses the GUID again: past the time in which it would be the same SayText.
      await expect.poll(() => running.bridge.tracker.summary()).toMatchObject({ reportsOwed: 0 });
    }
    expect(running.pbx.originated).toEqual([]);
  });

test('a refused SayText whose GUID is being dialled owes no Canceled: that call goes on [reading 26]', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port);
  const message = sayText(phone(8));
  await running.send(message);
  await exchange(running.port(), block('Message: SayText', 'NumberToCall: 1', 'TextToSay: a', `Guid: ${message.guid}`));
  expect(await navigator.until(message.guid, 'Done')).toEqual(['Queued', 'Active', 'Done']);
});

test('an exceeded cap is answered and ends the connection; what came before it was heard [reading 27]', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port);
  const message = sayText(phone(0));
  await using peer = await connectPeer(running.port());
  await peer.write(
    block('Message: SayText', 'NumberToCall: 0670000000', 'TextToSay: a', `Guid: ${message.guid}`) + `X: ${'y'.repeat(5_000)}`,
  );
  expect(await peer.ended()).toBe('Message: ACK\r\nError: line-too-long\r\n\r\n');
  await navigator.until(message.guid, 'Done');
});

test('reports echo the GUID exactly as it was received [TN-15, reading 15]', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port);
  const written = '{6f9619ff-8b86-d011-b42d-00cf4fc964ff}';
  await exchange(running.port(), block('Message: SayText', 'NumberToCall: 0670000000', 'TextToSay: a', `Guid: ${written}`));
  expect(await navigator.until(guid(written), 'Done')).toEqual(['Queued', 'Active', 'Done']);
});

test('logs hold masked numbers, no texts, and no bytes of the wire', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port);
  const message = sayText(phone(0, 424_242), 'секрет пассажира');
  await running.send(message);
  await running.send({ message: 'Dial', tel: phone(2, 424_242) });
  await exchange(running.port(), block('Message: SayText', 'NumberToCall: 0674242420', 'TextToSay: секрет\u0007', `Guid: ${message.guid}`));
  await navigator.until(message.guid, 'Done');
  const log = running.logged.join('');
  expect(log).toContain('067***2420');
  expect(log).not.toMatch(/0?674242420|секрет/);
  for (const line of running.logged) expect(JSON.parse(line)).toHaveProperty('event');
});
