import { expect, test } from 'vitest';
import { DecodedStream, RAW_BYTES, type Found } from './decoded-stream.ts';

const TWO = 'Message: Dial\r\nTel: 0675040279\r\n\r\n\r\nMessage:Dial \r\nTel: 0930100128\r\n\r\n';

function decoded(bytes: Uint8Array, size: number): Found[] {
  const found: Found[] = [];
  const stream = new DecodedStream('auto', (one) => found.push(one));
  for (let at = 0; at < bytes.length; at += size) stream.push(bytes.subarray(at, at + size));
  stream.end();
  return found;
}

test('each message comes with its own bytes and its own tolerances', () => {
  const found = decoded(Buffer.from(TWO), 1_000);
  expect(
    found.map(({ result, diagnostics, raw }) => [
      result && 'message' in result && result.message,
      diagnostics.map(({ code }) => code),
      Buffer.from(raw).toString(),
    ]),
  ).toEqual([
    ['Dial', [], 'Message: Dial\r\nTel: 0675040279\r\n\r\n'],
    [undefined, ['extra-blank-line'], ''],
    ['Dial', ['trailing-space', 'no-space-after-colon'], 'Message:Dial \r\nTel: 0930100128\r\n\r\n'],
  ]);
});

test('the cuts change no message and no tolerance [reading 9]', () => {
  const summary = (found: readonly Found[]) => [
    found.flatMap(({ result }) => result ?? []),
    found.flatMap(({ diagnostics }) => diagnostics),
  ];
  const whole = summary(decoded(Buffer.from(TWO), 1_000));
  for (let size = 1; size < 40; size++) expect(summary(decoded(Buffer.from(TWO), size))).toEqual(whole);
});

test('the end stands for the empty line, once [reading 11]', () => {
  const found: Found[] = [];
  const stream = new DecodedStream('auto', (one) => found.push(one));
  stream.push(Buffer.from('Message: Dial\r\nTel: 0675040279'));
  stream.end();
  stream.end();
  expect(found).toHaveLength(1);
  expect(Buffer.from(found[0]?.raw ?? []).toString()).toBe('Message: Dial\r\nTel: 0675040279');
});

test('no more than its share is kept of an endless message', () => {
  const found = decoded(Buffer.from(`Message: Dial\n${'Extra: 123456789\n'.repeat(10_000)}`), 4_096);
  expect(found.some(({ result }) => result !== undefined && 'fault' in result && result.fatal)).toBe(true);
  for (const { raw } of found) expect(raw.length).toBeLessThanOrEqual(RAW_BYTES);
});
