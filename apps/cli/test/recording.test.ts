import { readFile, stat, writeFile } from 'node:fs/promises';
import { closedPort, connectPeer, temporaryFolder } from '@taxinav/testkit';
import { listen, send } from '@taxinav/transport';
import { parseGuid, parsePhoneNumber, type Message } from '@taxinav/codec';
import { describe, expect, test } from 'vitest';
import { Recorder } from '../src/recording/recorder.ts';
import { jsonLines, startCli } from './run-cli.ts';
import { runHere } from './run-here.ts';

const GUID = parseGuid('6F9619FF-8B86-D011-B42D-00CF4FC964FF') ?? never();
const PHONE = parsePhoneNumber('0675040279') ?? never();
const SAY: Message = { message: 'SayText', numberToCall: PHONE, textToSay: 'Наберите 067 504 02 79', guid: GUID };
const CALL: Message = { message: 'Call', callerId: PHONE, carType: 'General' };

function never(): never {
  throw new Error('an example that cannot be read');
}

/** A peer that answers all with ACK, and remembers. */
async function peer() {
  const received: string[] = [];
  const listener = await listen({ host: '127.0.0.1', port: 0 }, (result) => {
    received.push('message' in result ? result.message : result.fault);
    return Promise.resolve({ message: 'ACK', error: 'OK' });
  });
  return { received, port: listener.port, [Symbol.asyncDispose]: () => listener.close() };
}

async function recording(port: number, ...more: string[]) {
  const running = startCli(['record', '--listen', '127.0.0.1:0', '--to', `127.0.0.1:${port}`, ...more]);
  const [, tap = ''] = await running.until(/recording: 127\.0\.0\.1:(\d+) is passed on/, 'stderr');
  return { running, tap: Number(tap) };
}

describe.concurrent('record', () => {
  test('passes everything on and writes both directions; numbers are masked, and no byte of such a message is kept', async () => {
    await using far = await peer();
    const { running, tap } = await recording(far.port, '--count', '3');
    await using _ = running;
    expect((await send({ host: '127.0.0.1', port: tap }, SAY)).evidence).toBe('acknowledged');
    expect((await send({ host: '127.0.0.1', port: tap }, CALL)).evidence).toBe('acknowledged');
    const { stdout, code } = await running.finished;
    const [head, ...lines] = jsonLines(stdout);
    expect(head).toMatchObject({ recording: 'taxinav', version: 1, to: `127.0.0.1:${far.port}`, numbers: false });
    const frames = lines.filter(({ direction, event }) => direction !== undefined && event === undefined);
    expect(frames.slice(0, 3)).toMatchObject([
      { connection: 1, direction: 'in', message: 'SayText', numberToCall: '067***0279', textToSay: 'Наберите 067***0279', masked: true },
      { connection: 1, direction: 'out', message: 'ACK', bytes: Buffer.from('Message: ACK\r\nError: OK\r\n\r\n').toString('base64') },
      { connection: 2, direction: 'in', message: 'Call', callerId: '067***0279', masked: true },
    ]);
    for (const line of lines) expect(new Date(String(line['time'])).toISOString()).toBe(line['time']);
    expect(stdout).not.toMatch(/504.?02|0279.*504/);
    expect(far.received).toEqual(['SayText', 'Call']);
    expect(code).toBe(0);
  });

  test('a half-closed connection stays half-closed, a reset stays a reset', async () => {
    await using far = await peer();
    const { running, tap } = await recording(far.port);
    await using _ = running;
    const client = await connectPeer(tap);
    client.socket.end('Message: Call\r\nCallerID: 0675040279\r\nCarType: General\r\n\r\n');
    await running.until(/"message":"ACK"/);
    await running.until(/"event":"ended","direction":"out"/);
    const other = await connectPeer(tap);
    await running.until(/"connection":2,"event":"opened"/);
    other.socket.resetAndDestroy();
    await running.until(/"connection":2,"event":"broken","direction":"in","detail":"ECONNRESET"/);
    await running.until(/"connection":2,"event":"closed"/);
    running.process.kill('SIGTERM');
    expect((await running.finished).code).toBe(0);
  });

  test('--out makes a file for its owner only, never over another, and people see what crosses', async () => {
    await using folder = await temporaryFolder();
    await using far = await peer();
    const file = folder.file('recording.jsonl');
    const { running, tap } = await recording(far.port, '--out', file, '--count', '2');
    await using _ = running;
    await send({ host: '127.0.0.1', port: tap }, CALL);
    const { stdout, stderr } = await running.finished;
    expect(stdout).toMatch(/1 → {2}Call +CallerID: 067\*\*\*0279/);
    expect(stderr).toContain('2 frames recorded');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(jsonLines(await readFile(file, 'utf8')).length).toBeGreaterThanOrEqual(4);
    const again = await runHere(['record', '--listen', '127.0.0.1:0', '--to', '127.0.0.1:1', '--out', file]);
    expect(again.stderr).toContain('it exists. Name a new file');
    expect(again.code).toBe(1);
  });

  test('nobody behind it, or somebody who is not allowed: said, and the tap lives on', async () => {
    const { running, tap } = await recording(await closedPort(), '--allow', '192.0.2.0/24');
    await using _ = running;
    // It may be turned away before it knows that it was connected.
    await connectPeer(tap).catch(() => undefined);
    await running.until(/"event":"refused","peer":"127\.0\.0\.1:\d+","detail":"not allowed/);
    const there = await recording(await closedPort());
    await using __ = there.running;
    await connectPeer(there.tap).catch(() => undefined);
    await there.running.until(/"event":"broken","direction":"out","detail":"ECONNREFUSED"/);
    expect((await runHere(['record', '--listen', '127.0.0.1:0', '--to', '127.0.0.1:1', '--allow', 'all'])).code).toBe(2);
    expect((await runHere(['record', '--listen', `127.0.0.1:${tap}`, '--to', '127.0.0.1:1'])).stderr).toContain(
      'in use by another program',
    );
  });

  test('beyond its megabytes nothing more is recorded', () => {
    const lines: string[] = [];
    let full = 0;
    const recorder = new Recorder({
      encoding: 'auto',
      numbers: true,
      now: () => 0,
      write: (line) => void lines.push(line),
      maximumBytes: 300,
      onFull: () => (full += 1),
    });
    recorder.opened(1, 'peer');
    for (let nth = 0; nth < 10; nth++) recorder.bytes(1, 'in', Buffer.from('Message: Dial\r\nTel: 0675040279\r\n\r\n'));
    recorder.closed(1);
    expect(full).toBe(1);
    expect(lines.join('').length).toBeLessThanOrEqual(300);
    expect(lines).toHaveLength(2);
  });
});

describe.concurrent('replay', () => {
  /** A recording of one SayText and its answer. */
  async function recorded(folder: { file(name: string): string }, numbers: boolean): Promise<string> {
    await using far = await peer();
    const file = folder.file('recording.jsonl');
    const { running, tap } = await recording(far.port, '--out', file, ...(numbers ? ['--numbers'] : []));
    await using _ = running;
    await send({ host: '127.0.0.1', port: tap }, SAY);
    running.process.kill('SIGINT');
    await running.finished;
    return file;
  }

  test('sends the bytes that were recorded, and shows what comes back', async () => {
    await using folder = await temporaryFolder();
    const file = await recorded(folder, true);
    await using far = await peer();
    const { stdout, stderr, code } = await runHere(['replay', file, '--to', `127.0.0.1:${far.port}`, '--speed', '0', '--json']);
    expect(far.received).toEqual(['SayText']);
    expect(jsonLines(stdout)).toEqual([
      { connection: 1, direction: 'sent', ...SAY },
      { connection: 1, direction: 'received', message: 'ACK', error: 'OK' },
    ]);
    expect(stderr).toContain('1 of 1 messages sent on 1 connections, 1 answers');
    expect(code).toBe(0);
  });

  test('what rings phones goes to this machine only', async () => {
    await using folder = await temporaryFolder();
    const file = await recorded(folder, true);
    const { stderr, code } = await runHere(['replay', file, '--to', '192.0.2.1:6301']);
    expect(stderr).toContain('1 of 1 messages would ring phones');
    expect(stderr).toContain('--yes-call-people');
    expect(code).toBe(2);
  });

  test('a line that calls itself a status is judged by its bytes', async () => {
    await using folder = await temporaryFolder();
    const file = await recorded(folder, true);
    await writeFile(file, (await readFile(file, 'utf8')).replace('"message":"SayText"', '"message":"SayTextStatus"'));
    expect((await runHere(['replay', file, '--to', '192.0.2.1:6301'])).stderr).toContain('would ring phones');
  });

  test('masked messages cannot be sent again; the answers can', async () => {
    await using folder = await temporaryFolder();
    const file = await recorded(folder, false);
    const masked = await runHere(['replay', file, '--to', '127.0.0.1:1']);
    expect(masked.stderr).toContain('1 of 1 messages have masked numbers');
    expect(masked.code).toBe(2);
    await using far = await peer();
    expect((await runHere(['replay', file, '--to', `127.0.0.1:${far.port}`, '--direction', 'out'])).code).toBe(0);
    expect(far.received).toEqual(['ACK']);
  });

  test('nobody there, no recording, no file: said with the line, and never half done in silence', async () => {
    await using folder = await temporaryFolder();
    const file = await recorded(folder, true);
    const away = await runHere(['replay', file, '--to', `127.0.0.1:${await closedPort()}`]);
    expect(away.stderr).toContain('0 of 1 messages sent on 1 connections, 0 answers; not sent: 1 × ECONNREFUSED');
    expect(away.code).toBe(1);
    await writeFile(file, `${await readFile(file, 'utf8')}nonsense\n`);
    const broken = await runHere(['replay', file, '--to', '127.0.0.1:1']);
    expect(broken.stderr).toMatch(/line \d+: this is no line of a recording/);
    expect(broken.code).toBe(2);
    expect((await runHere(['replay', folder.file('none'), '--to', '127.0.0.1:1'])).code).toBe(1);
  });
});
