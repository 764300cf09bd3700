import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { formatStatusTime } from '@taxinav/codec';

/** What a call center can do wrong; each of it was seen, or is easily done. */
export const CALL_CENTER_FAULTS = [
  'one-read-one-message',
  'cuts-values-at-every-colon',
  'reads-no-line-with-two-colons',
  'dies-on-unknown',
  'serves-nobody-after-unknown',
  'statuses-on-connection',
  'time-of-its-own',
  'guid-in-small-letters',
  'no-queued',
  'no-active',
  'active-after-done',
  'calls-twice',
  'forgets-what-was-reset',
  'keeps-spaces',
  'one-client-at-a-time',
  'refuses-in-silence',
  'no-caps',
  'answers-answers',
  'conference-unanswered',
  'conference-in-one-line',
  'closes-after-a-fault',
  'bare-lf-written',
] as const;

/** A value of {@link CALL_CENTER_FAULTS}. */
export type CallCenterFault = (typeof CALL_CENTER_FAULTS)[number];

/** They make `dies-on-unknown` worse: to such a peer a Conference, or a piece of a message, is an unknown message. */
export type CallCenterTrait = 'knows-only-say-text' | 'dies-on-pieces';

/** A small call center of its own making: it shares no code with what it proves. */
export interface FaultyCallCenter extends AsyncDisposable {
  readonly port: number;
}

const NAMES: Readonly<Record<string, string>> = { saytext: 'SayText', dial: 'Dial', conference: 'Conference' };
const NUMBER = /^(?:38|\+38|8)?(0\d{9})$/;
const GUID = /^\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;
const CAP = 16_384;

/** Opens it on a port of its own; without a fault it serves as well as it has to. */
export async function startFaultyCallCenter(
  statusPort: number,
  ...faults: readonly (CallCenterFault | CallCenterTrait)[]
): Promise<FaultyCallCenter> {
  const has = (one: CallCenterFault | CallCenterTrait): boolean => faults.includes(one);
  const sockets = new Set<Socket>();
  const current = new Map<string, string>();
  let calls = Promise.resolve();
  let serving = true;
  let busy = Promise.resolve();

  const write = (text: string): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: statusPort });
      socket.on('error', () => resolve(false));
      socket.on('close', (broken) => resolve(!broken));
      socket.resume();
      socket.end(text);
    });
  const report = async (guid: string, status: string, back: Socket): Promise<void> => {
    const now = Date.now();
    const time = has('time-of-its-own') ? new Date(now).toISOString() : formatStatusTime(now, 'Europe/Kyiv');
    const written = has('guid-in-small-letters') ? guid.toLowerCase() : guid;
    const text = `Message: SayTextStatus\r\nGuid: ${written}\r\nStatus: ${status}\r\nStatusChangedTime: ${time}\r\n\r\n`;
    const bytes = has('bare-lf-written') ? text.replaceAll('\r\n', '\n') : text;
    if (has('statuses-on-connection')) back.write(bytes);
    else if (!(await write(bytes)) && !has('forgets-what-was-reset')) await write(bytes);
  };
  const live = async (guid: string, back: Socket): Promise<void> => {
    const key = guid.toUpperCase();
    const before = current.get(key);
    if (before !== undefined && !has('calls-twice')) return await report(guid, before, back);
    const statuses = ['Queued', 'Active', 'Done', ...(has('active-after-done') ? ['Active'] : [])];
    const told = statuses.filter((status) => !(has('no-queued') && status === 'Queued') && !(has('no-active') && status === 'Active'));
    for (const status of told) {
      current.set(key, status);
      await report(guid, status, back);
    }
  };

  const fieldsOf = (block: string): Map<string, string> => {
    const fields = new Map<string, string>();
    let last = '';
    for (const line of block.split('\n')) {
      const parts = line.split(':');
      if (parts.length < 2) {
        if (last === 'texttosay') fields.set(last, `${fields.get(last) ?? ''} ${line}`);
        continue;
      }
      if (has('reads-no-line-with-two-colons') && parts.length > 2) continue;
      last = (parts[0] ?? '').toLowerCase();
      const value = has('cuts-values-at-every-colon') ? (parts[1] ?? '') : line.slice(line.indexOf(':') + 1);
      if (last !== 'guid' && fields.has(last)) continue;
      fields.set(last, has('keeps-spaces') ? value.replace(/^ /, '') : value.trim());
    }
    return fields;
  };
  const serve = (block: string, socket: Socket): void => {
    const fields = fieldsOf(block);
    const field = (name: string): string => fields.get(name) ?? '';
    const known = NAMES[field('message').toLowerCase()];
    const name = has('knows-only-say-text') && known !== 'SayText' ? undefined : known;
    const number = (of: string): boolean => NUMBER.test(field(of).replace(/[^\d+]/g, '')) && !/[^-+() \d]/.test(field(of));
    switch (name) {
      case 'SayText': {
        if (!GUID.test(field('guid'))) return;
        const text = field('texttosay');
        const good = number('numbertocall') && text !== '' && text.length <= 500;
        // One after another, as with a single line.
        if (good && has('calls-twice')) calls = calls.then(() => live(field('guid'), socket));
        else if (good) void live(field('guid'), socket);
        else if (!has('refuses-in-silence')) void report(field('guid'), 'Canceled', socket);
        return;
      }
      case 'Conference': {
        const error = number('tel1') && number('tel2') ? 'OK' : 'no number';
        if (has('conference-unanswered')) return;
        socket.write(has('conference-in-one-line') ? `ACK ${error}\r\n\r\n` : `Message:ACK\r\nError:${error}\r\n\r\n`);
        return;
      }
      case 'Dial':
        return;
      default:
        if (/^(?:ack|call|saytextstatus)$/i.test(field('message')) && !has('answers-answers')) return;
        if (has('closes-after-a-fault')) socket.end();
        if (has('serves-nobody-after-unknown') && field('message') !== '') serving = false;
        if (has('dies-on-unknown') && (field('message') !== '' || has('dies-on-pieces'))) {
          server.close();
          for (const open of sockets) open.destroy();
          return;
        }
        socket.write('Message: ACK\r\nError: unknown message\r\n\r\n');
    }
  };

  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    let text = '';
    const take = (end: boolean): void => {
      const blocks = text
        .replace(/\r\n?/g, '\n')
        .replace(/\uFEFF/g, '')
        .split(/\n[ \t]*\n/);
      const rest = end || has('one-read-one-message') ? '' : (blocks.pop() ?? '');
      // A CR that has ended a block may have an LF to come, which is then a blank line.
      if (blocks.length > 0) text = rest;
      for (const block of blocks) if (serving && block.trim() !== '') serve(block.replace(/^\s+/, ''), socket);
    };
    const hear = (): void => {
      // Read as latin1, so that a letter may be cut; texts are only counted.
      socket.on('data', (bytes: Buffer) => {
        text = has('one-read-one-message') ? bytes.toString('latin1') : text + bytes.toString('latin1');
        text = text.replace('ï»¿', '');
        if (text.length > CAP && !has('no-caps')) socket.destroy();
        else take(false);
      });
      socket.on('end', () => {
        if (/Guid: *[-0-9a-f]{36}|Tel2: *\d{10}|^\s*$/i.test(text.trimEnd().split(/\r?\n/).at(-1) ?? '')) take(true);
        // A report on the connection comes a little later.
        setImmediate(() => socket.end());
      });
    };
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    if (has('one-client-at-a-time')) busy = busy.then(hear).then(async () => void (await once(socket, 'close').catch(() => undefined)));
    else hear();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      const closed = server.listening ? once(server, 'close') : undefined;
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
