import { readFile, writeFile } from 'node:fs/promises';
import { readWav, writeWav } from '@taxinav/speech';
import { temporaryFolder } from '@taxinav/testkit';
import { describe, expect, test } from 'vitest';
import { jsonLines } from './run-cli.ts';
import { runHere } from './run-here.ts';

/** A program that speaks: half a second of tone for every letter it is given. */
const SPEAKER = `
let text = '';
process.stdin.on('data', (bytes) => (text += bytes)).on('end', () => {
  const samples = Math.min(400, [...text.trim()].length) * 800;
  const data = Buffer.alloc(44 + samples * 2);
  data.write('RIFF', 0); data.writeUInt32LE(36 + samples * 2, 4); data.write('WAVEfmt ', 8);
  data.writeUInt32LE(16, 16); data.writeUInt16LE(1, 20); data.writeUInt16LE(1, 22); data.writeUInt32LE(8000, 24);
  data.writeUInt32LE(16000, 28); data.writeUInt16LE(2, 32); data.writeUInt16LE(16, 34); data.write('data', 36); data.writeUInt32LE(samples * 2, 40);
  for (let at = 0; at < samples; at++) data.writeInt16LE(Math.round(8000 * Math.sin(at / 3)), 44 + at * 2);
  process.stdout.write(data);
});`;

describe.concurrent('say', () => {
  test('espeak says a text as people say it, into a file that Asterisk can play', { timeout: 120_000 }, async () => {
    await using folder = await temporaryFolder();
    const out = folder.file('said.wav');
    const { stdout, code } = await runHere(['say', 'Машина буде о 15:30, 120 грн', '--out', out]);
    expect(stdout).toMatch(
      /^spoken {4}.*п'ятнадцятій тридцять, сто двадцять гривень\nlanguage {2}uk\nsource {4}the engine\nlength {4}\d+\.\d s; twice it fits into 45 s\nfile {6}\S+said\.wav\n$/,
    );
    expect(code).toBe(0);
    const { data, frames, sampleRate, bits, channels } = readWav(await readFile(out));
    expect({ sampleRate, bits, channels }).toEqual({ sampleRate: 8_000, bits: 16, channels: 1 });
    let energy = 0;
    for (let at = 0; at < frames; at++) energy += data.readInt16LE(at * 2) ** 2;
    const power = Math.sqrt(energy / frames);
    expect(power).toBeGreaterThan(500);
  });

  test('a program of one’s own speaks with --command, and gets the spoken form', async () => {
    await using folder = await temporaryFolder();
    await writeFile(folder.file('speaker.mjs'), SPEAKER);
    const args = [
      '--out',
      folder.file('said.wav'),
      '--json',
      '--language',
      'ru',
      '--command',
      process.execPath,
      folder.file('speaker.mjs'),
    ];
    const { stdout, code } = await runHere(['say', '25 грн', ...args]);
    expect(jsonLines(stdout)[0]).toMatchObject({
      text: '25 грн',
      language: 'ru',
      source: 'synthesized',
      fitsTwice: true,
      file: folder.file('said.wav'),
    });
    expect(code).toBe(0);
  });

  test('the configuration’s recording is used, and said so', async () => {
    await using folder = await temporaryFolder();
    await writeFile(
      folder.file('here.wav'),
      writeWav(Int16Array.from({ length: 8_000 * 30 }, (_, at) => Math.round(8_000 * Math.sin(at / 3)))),
    );
    await writeFile(
      folder.file('taxinav.yaml'),
      `columns: [{ id: north, listen: "127.0.0.1:0", navigator: "127.0.0.1:1", status: "127.0.0.1:1" }]
speech: { engine: none, phrases: { "Машина подана": { recording: here.wav, attempts: 1 } } }
`,
    );
    const where = ['--config', folder.file('taxinav.yaml'), '--out', folder.file('said.wav')];
    const { stdout, code } = await runHere(['say', 'машина  подана!', ...where]);
    expect(stdout).toMatch(/source {4}a recording of this phrase\nlength {4}(?:29|30)\.\d s; said once: twice it would not fit/);
    expect(stdout).not.toContain('spoken');
    expect(code).toBe(0);
    const unknown = await runHere(['say', 'Щось інше', ...where]);
    expect(unknown.stderr).toContain('the bridge would refuse this text');
    expect(unknown.code).toBe(3);
  });

  test('nothing to say, a program that is not there, a file that cannot be written: said, with the exit code', async () => {
    await using folder = await temporaryFolder();
    await writeFile(folder.file('speaker.mjs'), SPEAKER);
    const out = ['--out', folder.file('said.wav')];
    expect((await runHere(['say', '!!!', ...out])).code).toBe(3);
    const none = await runHere(['say', 'Так', ...out, '--command', folder.file('no-such-program')]);
    expect(none.stderr).toMatch(/no-such-program/);
    expect(none.code).toBe(1);
    const away = await runHere([
      'say',
      'Так',
      '--out',
      folder.file('away/said.wav'),
      '--command',
      process.execPath,
      folder.file('speaker.mjs'),
    ]);
    expect(away.stderr).toContain('cannot be written');
    expect(away.code).toBe(1);
    expect((await runHere(['say', 'Так', ...out, '--engine', 'command'])).code).toBe(2);
  });
});
