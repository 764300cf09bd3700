import { once } from 'node:events';
import { connectPeer, startHalfOpenProxy } from '@taxinav/testkit';
import { listen, send, type ListenOptions } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { ACK_OK, CALL, DIAL, EventLog, OK } from '../samples.ts';
import { layLine, whyNoCutLine } from './cut-line.ts';
import { LONG } from './sieges.ts';

const answerOk = async (): Promise<typeof OK> => OK;

/** At the far end: connects, says what it is told, and reports every answer. */
const CALLER = `
const [host, port, text] = process.argv.slice(1);
const socket = require('node:net').connect(Number(port), host, () => socket.write(text, () => console.log('said')));
socket.on('data', (bytes) => process.stdout.write(bytes));
socket.on('error', () => undefined);`;

/** At the far end: accepts, reads, answers nothing. */
const MUTE = `
require('node:net').createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => undefined).resume())
  .listen(0, process.argv[1], function () { console.log(this.address().port); });`;

async function listener(options: Partial<ListenOptions>): Promise<{ log: EventLog; port: number } & AsyncDisposable> {
  const log = new EventLog();
  const open = await listen({ host: '127.0.0.1', port: 0, onEvent: log.onEvent, ...options }, answerOk);
  return { log, port: open.port, [Symbol.asyncDispose]: () => open.close() };
}

test('a peer that goes silent within a message is ended at its deadline, and gone after the write deadline', async () => {
  await using target = await listener({ messageDeadlineMs: 100, writeDeadlineMs: 100 });
  await using proxy = await startHalfOpenProxy(target.port);
  await using client = await connectPeer(proxy.port);
  await client.write(DIAL + DIAL.slice(0, 20));
  await client.receives(ACK_OK);
  proxy.silence();
  expect((await target.log.next('disconnected')).reason).toBe('message-deadline');
});

test('a peer that goes silent before its first message is ended as idle', async () => {
  await using target = await listener({ idleMs: 100, writeDeadlineMs: 100 });
  await using proxy = await startHalfOpenProxy(target.port);
  await using _client = await connectPeer(proxy.port);
  proxy.silence();
  expect((await target.log.next('disconnected')).reason).toBe('idle');
});

test('behind a proxy that goes silent a message is in doubt or unconfirmed, never taken [reading 34]', async () => {
  await using target = await listener({});
  await using proxy = await startHalfOpenProxy(target.port);
  proxy.silence();
  const { evidence } = await send({ host: '127.0.0.1', port: proxy.port, waitMs: 100 }, CALL);
  expect(['inDoubt', 'unconfirmed']).toContain(evidence);
});

const noLine = whyNoCutLine();
const where = noLine === undefined ? '' : ` (not here: ${noLine})`;

test.skipIf(noLine !== undefined)(`a peer whose line is cut within a message is ended at its deadline${where}`, async () => {
  await using line = layLine();
  await using target = await listener({ host: line.near, allow: [line.far], messageDeadlineMs: 300, writeDeadlineMs: 200 });
  const caller = line.runFar(CALLER, line.near, String(target.port), DIAL.slice(0, 20));
  if (caller.stdout !== null) await once(caller.stdout, 'data');
  await target.log.next('connected');
  line.cut();
  expect((await target.log.next('disconnected')).reason).toBe('message-deadline');
});

test.skipIf(noLine !== undefined)(
  `a message to a peer whose line is cut while it is waited for is in doubt, in time [reading 34]${where}`,
  async () => {
    await using line = layLine();
    const mute = line.runFar(MUTE, line.far);
    const [port] = mute.stdout === null ? [''] : ((await once(mute.stdout, 'data')) as [Buffer]);
    const options = { host: line.far, port: Number(port.toString()), waitMs: 600 };
    expect((await send(options, CALL)).evidence).toBe('unconfirmed');
    // Cut once connected, before the message leaves this system.
    const sending = send({ ...options, halfCloseAfterMs: 400, tap: ({ direction }) => direction === 'out' && line.cut() }, CALL);
    const { evidence, reason } = await sending;
    // The system itself would try for a quarter of an hour.
    expect([evidence, reason]).toEqual(['inDoubt', 'No answer in 600 ms.']);
  },
);

test.skipIf(noLine !== undefined || !LONG)(
  `a kept connection whose line is cut is found by keepalive${where}`,
  { timeout: 60_000 },
  async () => {
    await using line = layLine();
    await using target = await listener({ host: line.near, allow: [line.far], keepAliveMs: 1_000 });
    const caller = line.runFar(CALLER, line.near, String(target.port), DIAL);
    for (let text = ''; caller.stdout !== null && !text.includes(ACK_OK);)
      text += String(((await once(caller.stdout, 'data')) as [Buffer])[0]);
    line.cut();
    const { reason, error } = await target.log.next('disconnected');
    expect([reason, (error as NodeJS.ErrnoException).code]).toEqual(['error', 'ETIMEDOUT']);
  },
);
