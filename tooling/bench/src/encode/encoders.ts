import { Buffer } from 'node:buffer';
import { createRequire } from 'node:module';
import { encodeMessage, encodeMessageInto, nationalNumber, NOTIFICATION_STATUSES, type Message } from '@taxinav/codec';
import { encode as iconvEncode } from 'iconv-lite';
import { generate } from 'mqtt-packet';
import { restoreIsArray } from '../decode/peer-parsers.ts';

/** The messages that are written. */
export const KINDS = ['SayTextStatus', 'ACK', 'SayText, UTF-8', 'SayText, windows-1251'] as const;

/** One of {@link KINDS}. */
export type Kind = (typeof KINDS)[number];

/** What a kind's texts are written in. */
export function encodingOf(kind: Kind): 'utf-8' | 'windows-1251' {
  return kind === 'SayText, windows-1251' ? 'windows-1251' : 'utf-8';
}

/** One way to write messages. */
export interface Encoder {
  readonly name: string;
  readonly kinds: readonly Kind[];
  /** Gives a function that writes one message and returns how many bytes it took. What is prepared here is not measured. */
  prepare(kind: Kind): (message: Message, at: number) => number;
}

const UTF8_KINDS = KINDS.filter((kind) => encodingOf(kind) === 'utf-8');
const shared = new Uint8Array(65_536);

const into: Encoder = {
  name: 'taxinav encodeMessageInto',
  kinds: KINDS,
  prepare(kind) {
    const options = { encoding: encodingOf(kind) };
    return (message, at) => encodeMessageInto(message, shared, (at & 127) * 256, options);
  },
};

const fresh: Encoder = {
  name: 'taxinav encodeMessage',
  kinds: KINDS,
  prepare(kind) {
    const options = { encoding: encodingOf(kind) };
    return (message) => encodeMessage(message, options).length;
  },
};

/** The bytes are there already: only copied. Messages are told apart by their place. */
function copies(kind: Kind, messages: readonly Message[]): (message: Message, at: number) => number {
  const finished = messages.map((message) => encodeMessage(message, { encoding: encodingOf(kind) }));
  const mask = finished.length - 1;
  return (_message, at) => {
    const bytes = finished[at & mask];
    if (bytes === undefined) return 0;
    shared.set(bytes, (at & 127) * 256);
    return bytes.length;
  };
}

/** Buffer's own writers of strings, called as directly as Node lets them. */
interface NativeBytes extends Buffer {
  latin1Write(text: string, at: number): number;
  utf8Write(text: string, at: number): number;
}

/**
 * The least that anybody can do who is given values and a shared buffer: the constant parts copied, the values written natively, nothing
 * checked. What an encoder of ours takes beyond it is for its checks.
 */
const least: Encoder = {
  name: 'limit: native copies, no checks',
  kinds: UTF8_KINDS,
  prepare() {
    const target = Buffer.from(shared.buffer) as NativeBytes;
    const [ack, head, end] = ['Message: ACK\r\nError: OK\r\n\r\n', 'Message: SayText\r\nNumberToCall: ', '\r\n\r\n'].map((text) =>
      Buffer.from(text),
    );
    const [text, guid] = ['\r\nTextToSay: ', '\r\nGuid: '].map((name) => Buffer.from(name));
    const statuses = new Map(
      NOTIFICATION_STATUSES.map((status) => [
        status as string,
        Buffer.from(
          `Message: SayTextStatus\r\nGuid: ${'0'.repeat(36)}\r\nStatus: ${status}\r\nStatusChangedTime: ${'0'.repeat(19)}\r\n\r\n`,
        ),
      ]),
    );
    if (ack === undefined || head === undefined || text === undefined || guid === undefined || end === undefined)
      throw new Error('no parts');
    const put = (part: Uint8Array, at: number): number => {
      target.set(part, at);
      return at + part.length;
    };
    return (message, place) => {
      const from = (place & 127) * 256;
      switch (message.message) {
        case 'ACK':
          return put(ack, from) - from;
        case 'SayTextStatus': {
          const to = put(statuses.get(message.status) ?? ack, from);
          target.latin1Write(message.guid, from + 30);
          target.latin1Write(message.statusChangedTime, to - 23);
          return to - from;
        }
        case 'SayText': {
          let at = put(head, from);
          at += target.latin1Write(message.numberToCall, at);
          at = put(text, at);
          at += target.utf8Write(message.textToSay, at);
          at = put(guid, at);
          at += target.latin1Write(message.guid, at);
          return put(end, at) - from;
        }
        default:
          throw new Error(`no parts for ${message.message}`);
      }
    };
  },
};

/** What one writes without a codec; nothing is checked. */
function template(message: Message): string {
  switch (message.message) {
    case 'SayTextStatus':
      return `Message: SayTextStatus\r\nGuid: ${message.guid}\r\nStatus: ${message.status}\r\nStatusChangedTime: ${message.statusChangedTime}\r\n\r\n`;
    case 'ACK':
      return `Message: ACK\r\nError: ${message.error}\r\n\r\n`;
    case 'SayText':
      return `Message: SayText\r\nNumberToCall: ${nationalNumber(message.numberToCall)}\r\nTextToSay: ${message.textToSay}\r\nGuid: ${message.guid}\r\n\r\n`;
    default:
      throw new Error(`no template for ${message.message}`);
  }
}

const templates: Encoder = {
  name: 'template + Buffer.from',
  kinds: UTF8_KINDS,
  prepare: () => (message) => Buffer.from(template(message)).length,
};

const iconv: Encoder = {
  name: 'template + iconv-lite',
  kinds: ['SayText, UTF-8', 'SayText, windows-1251'],
  prepare(kind) {
    const encoding = encodingOf(kind);
    return (message) => iconvEncode(template(message), encoding).length;
  },
};

const yana: Encoder = {
  name: 'yana _send',
  kinds: UTF8_KINDS,
  prepare() {
    restoreIsArray();
    const Ami = createRequire(import.meta.url)('yana') as new (options: object) => {
      socket: { write(text: string): void };
      _send(fields: object): unknown;
    };
    const ami = new Ami({});
    let length = 0;
    ami.socket = { write: (text) => (length = Buffer.from(text).length) };
    return (message) => {
      ami._send(actionOf(message));
      return length;
    };
  },
};

/** The fields as an AMI action; the id is given, for yana would draw one. */
function actionOf(message: Message): object {
  switch (message.message) {
    case 'SayTextStatus':
      return { ActionID: message.guid, Status: message.status, StatusChangedTime: message.statusChangedTime, Action: 'SayTextStatus' };
    case 'ACK':
      return { ActionID: 'ACK', Error: message.error };
    case 'SayText':
      return {
        Action: 'SayText',
        NumberToCall: nationalNumber(message.numberToCall),
        TextToSay: message.textToSay,
        ActionID: message.guid,
      };
    default:
      throw new Error(`no action for ${message.message}`);
  }
}

const mqtt: Encoder = {
  name: 'mqtt-packet generate',
  kinds: UTF8_KINDS,
  prepare: () => (message) => {
    const fields = template(message);
    return generate({ cmd: 'publish', topic: message.message, payload: fields, qos: 0, dup: false, retain: false }).length;
  },
};

/** Every way that is measured; `messages` is what will be written, a power of two of them. */
export function encoders(messagesOf: (kind: Kind) => readonly Message[]): readonly Encoder[] {
  const memcpy: Encoder = { name: 'memcpy of the finished bytes', kinds: KINDS, prepare: (kind) => copies(kind, messagesOf(kind)) };
  return [into, fresh, templates, iconv, yana, mqtt, least, memcpy];
}
