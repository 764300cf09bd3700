/** A WAV file of a tone, as a phone hears it: 8 kHz, 16 bit, mono. */
export function toneFile(seconds: number): Buffer {
  const samples = Int16Array.from({ length: 8_000 * seconds }, (_, at) => Math.round(9_000 * Math.sin((2 * Math.PI * 440 * at) / 8_000)));
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8_000, 24);
  header.writeUInt32LE(16_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
}
