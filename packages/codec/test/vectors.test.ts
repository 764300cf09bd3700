import { describe, expect, test } from 'vitest';
import {
  decodeMessages,
  DIAGNOSTIC_CODES,
  DIAGNOSTIC_READINGS,
  encodeMessage,
  encodeMessageInto,
  FAULT_CODES,
  isFault,
  MessageDecoder,
  type Diagnostic,
  type Fault,
  type Message,
} from '../src/index.ts';
import { readVectors, type Vector } from './vectors.ts';

const VECTORS = readVectors();

/** Vectors as a table of tests. */
function titled(entries: readonly { file: string; vector: Vector }[]): { title: string; vector: Vector }[] {
  return entries.map(({ file, vector }) => ({ title: `${file}: ${vector.name}`, vector }));
}

interface Decoded {
  readonly results: readonly unknown[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Decodes the pieces one by one, overwriting each as soon as `push` has returned. */
function decode(vector: Vector, pieces: readonly Uint8Array[]): Decoded {
  const diagnostics: Diagnostic[] = [];
  const decoder = new MessageDecoder({
    ...(vector.encoding === undefined ? {} : { encoding: vector.encoding }),
    ...(vector.limits === undefined ? {} : { limits: vector.limits }),
    onDiagnostic: (diagnostic) => diagnostics.push(diagnostic),
  });
  const results: (Message | Fault)[] = [];
  for (const piece of pieces) {
    const bytes = Uint8Array.from(piece);
    results.push(...decoder.push(bytes));
    bytes.fill(0xff);
  }
  if (vector.end === true) results.push(...decoder.end());
  return { results, diagnostics };
}

function withoutProse(result: unknown): unknown {
  if (typeof result !== 'object' || result === null || !('fault' in result)) return result;
  const { reason: _reason, bytes: _bytes, ...rest } = result as Fault;
  return rest;
}

/** What a message becomes on its way out: line breaks of a text are spaces. [reading 23] */
function asWritten(message: Message): Message {
  return message.message === 'SayText' ? { ...message, textToSay: message.textToSay.replaceAll('\n', ' ') } : message;
}

function bytesOf(vector: Vector): Uint8Array {
  return Uint8Array.from(Buffer.from(vector.hex, 'hex'));
}

describe.each(titled(VECTORS))('$title', ({ vector }) => {
  test('decodes whole, in any two parts and byte by byte, and keeps nothing of its input', () => {
    const bytes = bytesOf(vector);
    const whole = decode(vector, [bytes]);
    expect(whole.results.map(withoutProse)).toEqual(vector.results);
    expect(whole.diagnostics.map(({ code }) => code)).toEqual(vector.diagnostics);
    const cuts = Array.from({ length: bytes.length + 1 }, (_, cut) => cut);
    const expected = JSON.stringify(whole);
    const differs = (cut: number): boolean => JSON.stringify(decode(vector, [bytes.subarray(0, cut), bytes.subarray(cut)])) !== expected;
    expect(cuts.filter(differs)).toEqual([]);
    expect(
      decode(
        vector,
        Array.from(bytes, (byte) => Uint8Array.of(byte)),
      ),
    ).toEqual(whole);
  });

  test('its messages are written and read back', () => {
    const options = vector.encoding === undefined ? {} : { encoding: vector.encoding };
    const messages = vector.results.filter((result): result is Message => !('fault' in result));
    for (const message of messages) {
      expect(decodeMessages(encodeMessage(message, options), options)).toEqual([asWritten(message)]);
    }
  });
});

test.each(titled(VECTORS.filter(({ vector }) => vector.encode === true)))('$title is what is written for its message', ({ vector }) => {
  const { results, encoding, ackStyle } = vector;
  const options = { ...(encoding === undefined ? {} : { encoding }), ...(ackStyle === undefined ? {} : { ackStyle }) };
  const message = results[0] as Message;
  expect(results).toHaveLength(1);
  expect(Buffer.from(encodeMessage(message, options)).toString('hex')).toBe(vector.hex);
  const length = vector.hex.length / 2;
  for (const room of [length, 20_000]) {
    const target = new Uint8Array(room + 7);
    expect(encodeMessageInto(message, target, 7, options)).toBe(length);
    expect(Buffer.from(target.subarray(7, 7 + length)).toString('hex')).toBe(vector.hex);
    expect(target.subarray(0, 7).every((byte) => byte === 0)).toBe(true);
  }
});

test('the readable text of a vector is its bytes in UTF-8', () => {
  const wrong = VECTORS.filter(
    ({ vector }) => vector.text !== undefined && Buffer.from(vector.text, 'utf8').toString('hex') !== vector.hex,
  );
  expect(wrong).toEqual([]);
});

test('there are at least 120 vectors, and no two of a file have one name', () => {
  expect(VECTORS.length).toBeGreaterThanOrEqual(120);
  const names = VECTORS.map(({ file, vector }) => `${file}: ${vector.name}`);
  expect(new Set(names).size).toBe(names.length);
});

test('every fault, every diagnostic and every message has a vector', () => {
  const faults = VECTORS.flatMap(({ vector }) => vector.results).map((result) => ('fault' in result ? result.fault : result.message));
  expect(FAULT_CODES.filter((code) => !faults.includes(code))).toEqual([]);
  const names = ['Call', 'ACK', 'Dial', 'SayText', 'SayTextStatus', 'Conference', 'Unknown'] as const;
  expect(names.filter((name) => !faults.includes(name))).toEqual([]);
  const diagnostics = new Set(VECTORS.flatMap(({ vector }) => vector.diagnostics));
  expect(DIAGNOSTIC_CODES.filter((code) => !diagnostics.has(code))).toEqual([]);
});

test.each(DIAGNOSTIC_CODES)('%s has a vector that cites its reading', (code) => {
  const cites = VECTORS.some(
    ({ vector }) => vector.diagnostics.includes(code) && vector.clauses.includes(`reading ${DIAGNOSTIC_READINGS[code]}`),
  );
  expect(cites).toBe(true);
});

test('a strict message raises no diagnostic unless its value has several forms [reading 23]', () => {
  const loud = VECTORS.filter(({ vector }) => vector.encode === true).flatMap(({ vector }) => vector.diagnostics);
  const ofValues = ['guid-form', 'foreign-number', 'unknown-field', 'text-in-angle-brackets', 'no-space-after-colon'];
  expect(loud.filter((code) => !ofValues.includes(code))).toEqual([]);
});

const FAULTY = VECTORS.filter(({ vector }) => vector.results.some((result) => 'fault' in result));

test.each(titled(FAULTY))('$title: the fault keeps at most 1,024 bytes of its block in memory of its own', ({ vector }) => {
  const input = bytesOf(vector);
  const options = {
    ...(vector.limits === undefined ? {} : { limits: vector.limits }),
    ...(vector.encoding === undefined ? {} : { encoding: vector.encoding }),
  };
  const faults = decodeMessages(input, options).filter(isFault);
  expect(faults.length).toBeGreaterThan(0);
  for (const fault of faults) {
    expect(fault.bytes.length).toBeLessThanOrEqual(1024);
    expect(Buffer.from(input).includes(Buffer.from(fault.bytes))).toBe(true);
    expect(fault.bytes.buffer).not.toBe(input.buffer);
    expect(fault.bytes.constructor).toBe(Uint8Array);
    expect(fault.reason).toMatch(/^[A-Z].*\.$/);
  }
});
