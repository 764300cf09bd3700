import { Buffer } from 'node:buffer';
import { encodeMessage, type Message } from '@taxinav/codec';
import { readConfiguration } from '@taxinav/bridge-contract';
import { expect, test } from 'vitest';
import { framed, pcap, WrittenConnection, type WrittenPacket } from './capture-writer.ts';
import { decodeHere } from './decode-here.ts';
import { jsonLines, runCli } from './run-cli.ts';

const AT = Date.UTC(2026, 10, 3, 13, 21, 30);
const [GUID, OTHER] = ['6F9619FF-8B86-D011-B42D-00CF4FC964FF', '7F9619FF-8B86-D011-B42D-00CF4FC964FF'];
const TN = '192.168.1.21';
const CENTER = '192.168.1.10';

let port = 50_000;
const connection = (from: string, to: string): WrittenConnection => new WrittenConnection(`${from}:${++port}`, to, AT).open();
const sayText = (guid: string): Buffer =>
  Buffer.concat([
    Buffer.from('Message: SayText \r\nNumberToCall: 0930100128 \r\nTextToSay: '),
    // "Машина" in windows-1251.
    Buffer.from('cce0f8e8ede0', 'hex'),
    Buffer.from(` \r\nGuid: ${guid} \r\n \r\n`),
  ]);
const status = (guid: string): string =>
  `Message: SayTextStatus\r\nGuid: ${guid}\r\nStatus: Queued\r\nStatusChangedTime: 03.11.2010 15:21:30\r\n\r\n`;
const CALL = 'Message: Call\r\nCallerID: 0675040279\r\nCarType: Universal\r\n\r\n';
const ACK = 'Message: ACK  \r\nError: OK  \r\n \r\n';
const CONFERENCE = 'Message: Conference\r\nTel1: 0501234567\r\nTel2: 0675040279\r\n\r\n';

function traffic(): WrittenPacket[] {
  return [
    ...connection(TN, `${CENTER}:6301`).say('client', sayText(GUID)).close().packets,
    ...connection(TN, `${CENTER}:6301`).say('client', sayText(GUID)).close().packets,
    ...connection(TN, `${CENTER}:6301`).say('client', CONFERENCE).say('server', 'Message:ACK\r\nError:OK\r\n\r\n').close('server').packets,
    ...connection('192.168.1.22', `${CENTER}:6302`)
      .say('client', sayText(OTHER))
      .say('server', ACK)
      .say('client', sayText(OTHER))
      .say('server', ACK)
      .close().packets,
    ...connection(CENTER, `${TN}:6010`).say('client', CALL).say('server', ACK).close('server').packets,
    // The reports of the first column go to the higher port: only the GUID tells.
    ...connection(CENTER, '192.168.1.200:6002').say('client', status(GUID)).close().packets,
    ...connection(CENTER, '192.168.1.200:6001').say('client', status(OTHER)).close().packets,
  ];
}

async function ports(packets: readonly WrittenPacket[]): Promise<Map<string, Record<string, unknown>>> {
  const { stdout } = await decodeHere(pcap(framed(packets)), ['--json']);
  return new Map(
    jsonLines(stdout)
      .filter((line) => 'role' in line)
      .map((line) => [String(line['port']), line]),
  );
}

test('the quirks of each port are told as JSON', async () => {
  const seen = await ports(traffic());
  expect([...seen.keys()]).toEqual([
    '192.168.1.10:6301',
    '192.168.1.10:6302',
    '192.168.1.200:6001',
    '192.168.1.200:6002',
    '192.168.1.21:6010',
  ]);
  expect(seen.get('192.168.1.10:6301')).toMatchObject({
    role: 'listen',
    connections: 3,
    clients: [TN],
    mostRequestsOfAConnection: 1,
    closedFirst: { 'by-client': 2, 'by-server': 1 },
    requests: { SayText: 2, Conference: 1 },
    answered: { Conference: 1 },
    answers: { OK: 1 },
    answerStyles: { compact: 1 },
    client: {
      encodings: { 'no UTF-8': 2, ASCII: 1 },
      tolerated: { 'trailing-space': 2, 'blank-line-with-spaces': 2, 'assumed-windows-1251': 2 },
      faults: 0,
    },
    guids: 1,
    guidsUsedAgain: 1,
  });
  expect(seen.get('192.168.1.10:6302')).toMatchObject({ connections: 1, mostRequestsOfAConnection: 2, answered: { SayText: 2 } });
  expect(seen.get('192.168.1.21:6010')).toMatchObject({ role: 'navigator', answered: { Call: 1 }, slowestAnswerMs: 1 });
  expect(seen.get('192.168.1.200:6001')).toMatchObject({ role: 'status', requests: { SayTextStatus: 1 }, answered: {} });
});

test('the quirks of a port are told to people', async () => {
  const { stdout } = await decodeHere(pcap(framed(traffic())));
  const [, report] = stdout.split(/\n(?=192\.168\.1\.10:6301 {2})/);
  expect(report?.split('\n\n')[0]).toBe(
    [
      "192.168.1.10:6301  a column's port of the call center: SayText 2, Conference 1",
      '  connections   3 from 192.168.1.21; one request each',
      '  closed first  by client 2, by server 1',
      '  answers       SayText 0 of 2, Conference 1 of 1; OK 1; compact 1; within 1 ms',
      '  encoding      client: windows-1251 2, ASCII 1; server: ASCII 1',
      '  line ends     client: CRLF; server: CRLF',
      '  spacing       client: trailing-space 2; server: no-space-after-colon 1',
      '  end           client: blank-line-with-spaces 2; server: an empty line',
      '  GUIDs         1, 1 of them more than once',
    ].join('\n'),
  );
});

test('--yaml prints the columns as far as they are shown, reports found by their GUIDs', async () => {
  const { stdout, code } = await decodeHere(pcap(framed(traffic())), ['--yaml']);
  expect(stdout).toBe(
    [
      'columns:',
      '  - id: column-1',
      '    listen: 192.168.1.10:6301',
      '    navigator: 192.168.1.21:6010  # by the order of the ports: check that it is this column',
      '    status: 192.168.1.200:6002',
      '    allow: [192.168.1.21]',
      '    encoding: windows-1251  # in 2 messages, by their commonest letters',
      '    acknowledge: documented',
      '    conferenceReply: compact',
      '    # a capture cannot show: operator, endpoint, lines, callerId, numbers, channels',
      '  - id: column-2',
      '    listen: 192.168.1.10:6302',
      '    # navigator: not in the capture',
      '    status: 192.168.1.200:6001',
      '    allow: [192.168.1.22]',
      '    encoding: windows-1251  # in 2 messages, by their commonest letters',
      '    acknowledge: all',
      '    # a capture cannot show: operator, endpoint, lines, callerId, numbers, channels',
      '',
    ].join('\n'),
  );
  expect(code).toBe(0);
});

test('what --yaml prints is read by the bridge once the rest is filled in', async () => {
  const { stdout } = await decodeHere(pcap(framed(traffic())), ['--yaml']);
  const yaml = stdout
    .replaceAll(/# navigator: .*/g, 'navigator: 192.168.1.22:6010')
    .replaceAll('# a capture', 'endpoint: PJSIP/{number}@trunk # a capture');
  const read = readConfiguration(yaml, { file: 'columns.yaml', env: {}, hostName: 'bridge-1' });
  expect(read.ok ? [] : read.problems).toEqual([]);
});

test.each(['windows-1251', 'koi8-u', 'cp866'] as const)('the encoding of texts is told by their letters: %s', async (encoding) => {
  for (const textToSay of ['Машина подана', 'МАШИНА ПОДАНА, ВАС ЖДУТ', 'таксі чекає на вас біля готелю']) {
    const text = textToSay.replaceAll('і', encoding === 'cp866' ? 'и' : 'і');
    const message = { message: 'SayText', numberToCall: '+380930100128', textToSay: text, guid: GUID } as Message;
    const { packets } = connection(TN, `${CENTER}:6301`).say('client', encodeMessage(message, { encoding })).close();
    const yaml = await decodeHere(pcap(framed(packets)), ['--yaml']);
    expect(yaml.stdout).toContain(`encoding: ${encoding}  # in 1 messages`);
    expect(yaml.stderr.includes('decode again with --encoding')).toBe(encoding !== 'windows-1251');
  }
});

test('--yaml wants a capture, and text output', async () => {
  const noCapture = await runCli(['decode', '--yaml'], { input: 'Message: Dial\r\nTel: 0675040279\r\n\r\n' });
  expect(noCapture).toMatchObject({
    stdout: '',
    stderr: 'taxinav: decode --yaml: the input is no capture. Give a .pcap or .pcapng file of real traffic.\n',
    code: 1,
  });
  expect(await runCli(['decode', '--yaml', '--json'], { input: '' })).toMatchObject({ code: 2 });
  const empty = await decodeHere(pcap([]), ['--yaml']);
  expect(empty.stdout).toBe('# The capture shows no column: no Call, Dial, SayText, Conference or SayTextStatus.\ncolumns: []\n');
});
