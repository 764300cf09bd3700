import { Buffer } from 'node:buffer';
import { encodeMessage, type Message } from '@taxinav/codec';
import { generate } from 'mqtt-packet';

/** How a peer's protocol spells the same fields. */
export type Dialect = 'taxi-navigator' | 'ami' | 'esl' | 'http' | 'mqtt';

/** The bytes of a message in a dialect: as many as in the protocol's own, in HTTP up to two more. */
export function spell(message: Message, dialect: Dialect, encoding: 'utf-8' | 'windows-1251'): Buffer {
  const own = Buffer.from(encodeMessage(message, { encoding }));
  switch (dialect) {
    case 'taxi-navigator':
      return own;
    case 'ami':
      return Buffer.from(own.toString('latin1').replace('Message:', 'Event:  '), 'latin1');
    case 'esl':
      return esl(own);
    case 'http':
      return http(own);
    case 'mqtt':
      return mqtt(message.message, own);
    default:
      dialect satisfies never;
      return own;
  }
}

/** FreeSWITCH ends lines with LF alone; the bytes it saves are spent as spaces. */
function esl(own: Buffer): Buffer {
  const lines = own.toString('latin1').replaceAll('\r\n', '\n');
  return Buffer.from(lines.replace('Message:', `Message:${' '.repeat(own.length - lines.length)}`), 'latin1');
}

/** A request line in the place of `Message:`. */
function http(own: Buffer): Buffer {
  const end = own.indexOf('\r\n');
  const path = '/'.padEnd(Math.max(1, end - 'GET  HTTP/1.1'.length), 'x');
  return Buffer.concat([Buffer.from(`GET ${path} HTTP/1.1`), own.subarray(end)]);
}

/** A publication: the message's name is the topic, everything after it the payload, cut to the same length. */
function mqtt(topic: string, own: Buffer): Buffer {
  const bytes = (payload: Buffer): Buffer => generate({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false });
  const frame = bytes(own).length - own.length;
  return bytes(own.subarray(frame));
}
