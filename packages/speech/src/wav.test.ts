import { assert, nat, oneof, property, tuple, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { mono, tone, wavFile } from '../test/tones.ts';
import { SpeechError } from './errors.ts';
import { readWav, writeWav, type WavSamples } from './wav.ts';

const sound = tone(440, 0.1, 8_000);

test('what is written is read back, sample by sample', () => {
  const { data, ...about } = readWav(writeWav(sound));
  expect(about).toEqual({ bits: 16, channels: 1, sampleRate: 8_000, frames: 800 });
  expect(new Int16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length))).toEqual(sound);
});

test('a header is 44 bytes that any program reads', () => {
  expect(writeWav(new Int16Array([1, -2])).toString('hex')).toBe(
    '52494646280000005741564566 6d742010000000010001 00401f0000803e0000020010006461746104000000 0100feff'.replaceAll(' ', ''),
  );
});

test('chunks before the samples, of odd length too, and behind them are passed over', () => {
  const plain = mono(sound);
  const list = Buffer.from('LIST\x03\0\0\0abc\0', 'latin1');
  const file = Buffer.concat([plain.subarray(0, 12), list, plain.subarray(12), Buffer.from('id3 \x02\0\0\0xx', 'latin1')]);
  expect(readWav(file).frames).toBe(800);
});

test.each([0, 0x7fff_ffff, 0x7fff_f000, 0xffff_ffff])('a length of %i, from a pipe, means to the end', (size) => {
  const file = mono(sound);
  file.writeUInt32LE(size, 40);
  expect(readWav(file).frames).toBe(800);
});

test('8 bits, stereo and the extensible form are read', () => {
  expect(readWav(wavFile(Buffer.alloc(800), { bits: 8 }))).toMatchObject({ bits: 8, frames: 800 });
  expect(readWav(wavFile(Buffer.alloc(800), { channels: 2 }))).toMatchObject({ channels: 2, frames: 200 });
  const format = Buffer.alloc(48);
  format.write('fmt ', 0, 'latin1');
  format.writeUInt32LE(40, 4);
  mono(sound).copy(format, 8, 20, 36);
  format.writeUInt16LE(0xfffe, 8);
  format.writeUInt16LE(1, 32);
  const plain = mono(sound);
  expect(readWav(Buffer.concat([plain.subarray(0, 12), format, plain.subarray(36)])).frames).toBe(800);
});

test.each([
  ['an empty file', Buffer.alloc(0), 'does not begin as a WAV file'],
  ['an MP3', Buffer.from('ID3\x04 and so on, for a while'), 'does not begin as a WAV file'],
  ['only a beginning', mono(sound).subarray(0, 30), 'goes beyond its end'],
  ['a file that was cut off', mono(sound).subarray(0, 1_000), '956 of 1600 bytes of sound are there'],
  ['µ-law', wavFile(Buffer.alloc(100), { kind: 7, bits: 8 }), 'kind 7'],
  ['24 bits', wavFile(Buffer.alloc(99), { bits: 24 }), '24 bits'],
  ['no channel', wavFile(Buffer.alloc(100), { channels: 0 }), '0 channels'],
  ['9 channels', wavFile(Buffer.alloc(100), { channels: 9 }), '9 channels'],
  ['no rate', wavFile(Buffer.alloc(100), { sampleRate: 0 }), '0 samples a second'],
  ['samples before their format', Buffer.concat([mono(sound).subarray(0, 12), mono(sound).subarray(36)]), 'before their format'],
  ['no samples', mono(sound).subarray(0, 36), 'holds no samples'],
])('%s is refused, and the error says how to convert it', (_name, file, why) => {
  expect(() => readWav(file)).toThrow(expect.objectContaining({ code: 'SPEECH_RECORDING_UNREADABLE' }) as Error);
  expect(() => readWav(file)).toThrow(why);
  expect(() => readWav(file)).toThrow('ffmpeg');
});

test('no bytes make reading fail otherwise', () => {
  const damaged = tuple(uint8Array({ maxLength: 80 }), nat(60)).map(([bytes, at]) => {
    const file = mono(sound.subarray(0, 40));
    file.set(bytes.subarray(0, file.length - at), at);
    return file;
  });
  assert(
    property(oneof(damaged, uint8Array()), (bytes) => {
      const outcome = read(Buffer.from(bytes));
      if (outcome instanceof SpeechError) return true;
      const { data, frames, channels, bits } = outcome;
      return data.length === (frames * channels * bits) / 8;
    }),
  );
});

function read(file: Buffer): WavSamples | SpeechError {
  try {
    return readWav(file);
  } catch (error) {
    if (error instanceof SpeechError) return error;
    throw error;
  }
}
