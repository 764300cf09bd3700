import { execFile } from 'node:child_process';
import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { encodeMessage, type Message } from '@taxinav/codec';
import { expect, test } from 'vitest';
import { LEAST_RIGHT, measureAutoEncoding } from '../src/auto-encoding.ts';
import { fuzz } from '../src/fuzz.ts';
import { checkGeneratedMessages } from '../src/generated-messages.ts';
import { readStrict, strictLines } from '../src/naive-reader.ts';
import { checkCuts, checkReading, checkWriting, readWhole } from '../src/properties.ts';
import { shrink } from '../src/shrink.ts';
import { read, type Reading } from '../src/reading.ts';

const seed = Number(process.env['FAST_CHECK_SEED'] ?? Date.now() % 2 ** 31);
const hint = `seed ${seed}`;
const DIAL = Buffer.from('Message: Dial\r\nTel: 0675040279\r\n\r\n');
const AUTO = { encoding: 'auto' } as const;

test('no mutation of a vector breaks a property [reading 9]', () => {
  const { inputs, failures, messages, faults, behaviours } = fuzz({ inputs: 10_000, seed });
  expect(failures, hint).toEqual([]);
  expect(inputs, hint).toBe(10_000);
  // The mutations are neither all noise nor all the same.
  expect(messages, hint).toBeGreaterThan(1000);
  expect(faults, hint).toBeGreaterThan(1000);
  expect(behaviours, hint).toBeGreaterThan(1000);
});

test('the same seed makes the same inputs', () => {
  const inputs = (): string[] => {
    const seen: string[] = [];
    fuzz({ inputs: 300, seed, before: (input, options) => seen.push(`${options} ${Buffer.from(input).toString('hex')}`) });
    return seen;
  };
  expect(inputs(), hint).toEqual(inputs());
});

test('auto tells the encoding of texts of ten letters or more [reading 22]', () => {
  const { share, wrong } = measureAutoEncoding(5000, seed);
  expect(share, `${hint}\n${wrong.join('\n')}`).toBeGreaterThanOrEqual(LEAST_RIGHT);
});

test('generated messages are read as they were written [reading 23]', () => {
  expect(() => checkGeneratedMessages(300, seed)).not.toThrow();
});

const reading = read(DIAL, AUTO);
const broken: readonly (readonly [string, Reading, string])[] = [
  ['results after a fatal fault', { ...reading, wentOn: true }, 'fatal'],
  ['too many pending bytes', { ...reading, mostPending: 16_393 }, 'pending'],
  ['more results than bytes allow', { ...reading, results: Array.from({ length: 100 }, () => reading.results[0] as Message) }, 'steps'],
  ['a phone number in another form', { ...reading, results: [{ message: 'Dial', tel: '0675040279' } as unknown as Message] }, 'documented'],
  ['a replacement character that nobody sent', { ...reading, results: [{ message: 'ACK', error: 'a\ufffd' }] }, 'documented'],
  ['a field too many', { ...reading, results: [{ ...(reading.results[0] as object), tel2: '' } as unknown as Message] }, 'documented'],
];

test.each(broken)('%s would be found', (_name, doctored, property) => {
  expect(checkReading(DIAL, AUTO, reading)).toBeUndefined();
  expect(checkReading(DIAL, AUTO, doctored)).toMatchObject({ property });
});

test('a line beyond its cap that is read, and a fault without one, would be found', () => {
  const line = Buffer.from(`TextToSay: ${'a'.repeat(5000)}`);
  expect(checkReading(line, AUTO, read(line, AUTO))).toBeUndefined();
  expect(checkReading(line, AUTO, reading)).toMatchObject({ property: 'caps' });
  expect(checkReading(DIAL, AUTO, read(line, AUTO))).toMatchObject({ property: 'caps' });
});

test('results and diagnostics that depend on a cut would be found', () => {
  expect(checkCuts(DIAL, AUTO, reading, [5])).toBeUndefined();
  expect(checkCuts(DIAL, AUTO, { ...reading, results: [] }, [5])).toMatchObject({ property: 'cuts' });
  expect(checkCuts(DIAL, AUTO, { ...reading, diagnostics: [{ code: 'lone-cr', reading: 4 }] }, [5])).toMatchObject({ property: 'cuts' });
});

test('a decoder that throws would be found', () => {
  expect(readWhole(DIAL, { encoding: 'no such encoding' as 'auto' })).toMatchObject({ property: 'never-throws' });
});

test('a message that cannot be written would be found', () => {
  expect(checkWriting({ message: 'ACK', error: 'a\u0000b' }, AUTO, false)).toMatchObject({ property: 'written-again' });
  expect(checkWriting({ message: 'ACK', error: ' OK ' }, AUTO, false)).toMatchObject({ property: 'written-again' });
});

test('a failing input is made as short as it can be', () => {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
  const fails = (bytes: Uint8Array): boolean => text(bytes).includes('XY') && text(bytes).includes('Z');
  expect(text(shrink(Buffer.from(`${'a'.repeat(300)}XY${'b'.repeat(99)}Z${'c'.repeat(7)}`), fails))).toBe('XYZ');
});

test('the independent reader refuses what is not strict', () => {
  const one: Message = { message: 'ACK', error: 'Свободных машин нет ещё' };
  expect(readStrict(encodeMessage(one, { encoding: 'cp866' }), 'windows-1251', false)).not.toEqual(strictLines(one));
  expect(readStrict(encodeMessage(one, { encoding: 'koi8-u' }), 'koi8-u', false)).toEqual(strictLines(one));
  for (const text of ['Message: ACK\r\n\r', 'Message:ACK\r\n\r\n', 'Message: ACK \r\n\r\n', ': x\r\n\r\n', 'Message: A\nB\r\n\r\n'])
    expect(readStrict(Buffer.from(text), 'auto', false), text).toBeTypeOf('string');
});

test('the program prints its seed, and last the line that machines read', async () => {
  const main = new URL('../src/main.ts', import.meta.url).pathname;
  const args = ['--conditions=@taxinav/source', main, '--inputs', '500', '--texts', '100', '--messages', '20', '--seed', '7'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toMatch(/^seed 7\n/);
  expect(stdout).toMatch(/\n13 passed, 0 failed, 0 skipped\n$/);
});
