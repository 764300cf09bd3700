import {
  encodeMessage,
  MessageDecoder,
  parseGuid,
  parsePhoneNumber,
  type Diagnostic,
  type Message,
  type TextEncoding,
} from '@taxinav/codec';
import { expect, test } from 'vitest';

const ENCODINGS = ['auto', 'windows-1251'] as const satisfies readonly TextEncoding[];

function sayText(serial: number, text: string): Message {
  const guid = parseGuid(`6F9619FF-8B86-D011-B42D-${String(serial).padStart(12, '0')}`);
  const numberToCall = parsePhoneNumber(`050${String(1_000_000 + serial)}`);
  if (guid === undefined || numberToCall === undefined) throw new Error('no GUID or phone number');
  return { message: 'SayText', numberToCall, textToSay: text, guid };
}

test('decoders that take turns in mid-message read each its own stream, at every cut [reading 9]', () => {
  const streams = Array.from({ length: 6 }, (_, place) => {
    const encoding = ENCODINGS[place % 2] ?? 'auto';
    const messages = [sayText(place, `Машина №${place} подана`), sayText(100 + place, 'Водитель ждёт'.repeat(place + 1))];
    const bytes = messages.map((message) => encodeMessage(message, { encoding: place % 2 === 0 ? 'utf-8' : encoding }));
    return { encoding, messages, bytes: Buffer.concat(bytes) };
  });
  const longest = Math.max(...streams.map(({ bytes }) => bytes.length));
  for (let step = 32; step < 200; step += 7) {
    const readers = streams.map((stream) => ({
      ...stream,
      decoder: new MessageDecoder({ encoding: stream.encoding }),
      read: [] as unknown[],
    }));
    for (let at = 0; at < longest; at += step) {
      for (const { decoder, bytes, read } of readers) {
        const results = decoder.push(bytes.subarray(at, at + step));
        read.push(...results);
      }
    }
    for (const { messages, read } of readers) expect(read, `cut every ${step} bytes`).toEqual(messages);
  }
});

test('who hears a diagnostic may read with another decoder meanwhile [reading 22]', () => {
  const other = encodeMessage(sayText(9, 'Другая машина, и её текст длиннее'));
  const seen: Message[] = [];
  const onDiagnostic = ({ code }: Diagnostic): void => {
    expect(code).toBe('assumed-windows-1251');
    const another = new MessageDecoder();
    // Cut, so that its beginning is held in between.
    another.push(other.subarray(0, 90));
    for (const result of another.push(other.subarray(90))) if ('message' in result) seen.push(result);
  };
  const messages = [sayText(1, 'Машина подана'), sayText(2, 'Такси')];
  const bytes = Buffer.concat(messages.map((message) => encodeMessage(message, { encoding: 'windows-1251' })));
  for (const cut of [0, 40, 100, 150, bytes.length]) {
    const decoder = new MessageDecoder({ onDiagnostic });
    expect([...decoder.push(bytes.subarray(0, cut)), ...decoder.push(bytes.subarray(cut))], `cut at ${cut}`).toEqual(messages);
  }
  expect(seen).toHaveLength(10);
});
