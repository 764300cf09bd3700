import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { temporaryFolder } from '@taxinav/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SpeechEngine } from '../src/engine.ts';
import { createCommandEngine, type CommandOptions } from '../src/engines/command.ts';
import { mono, tone } from './tones.ts';

/** A program in a folder of its own, which is its working place; `body` is its JavaScript, `wav` the path of a sound. */
async function program(body: string, options: Partial<CommandOptions> = {}, extra: readonly string[] = []) {
  const folder = await temporaryFolder();
  await writeFile(folder.file('sound.wav'), mono(tone(500, 1, 22_050), 22_050));
  await writeFile(
    folder.file('speak.mjs'),
    `import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
     const wav = ${JSON.stringify(folder.file('sound.wav'))}; const place = ${JSON.stringify(folder.path)};
     ${body}`,
  );
  const made = createCommandEngine({ command: [process.execPath, folder.file('speak.mjs'), ...extra], ...options });
  onTestFinished(async () => {
    await made[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });
  return { engine: made, folder };
}

const SPEAKS = 'process.stdout.write(readFileSync(wav));';
const FAILED = { code: 'SPEECH_ENGINE_FAILED' };

async function say(engine: SpeechEngine): Promise<number> {
  return (await engine.speak('Машина подана', 'uk')).samples.length / 8;
}

describe('any command', () => {
  test('is given the text on its standard input and the language in its arguments', async () => {
    const { engine, folder } = await program(
      `writeFileSync(place + '/seen', JSON.stringify([process.argv.slice(2), readFileSync(0, 'utf8')])); ${SPEAKS}`,
      {},
      ['--voice={language}', '$HOME;{language}'],
    );
    const { samples, sampleRate } = await engine.speak('Ґанок\nїжака “x”', 'uk');
    expect([samples.length, sampleRate]).toEqual([8_000, 8_000]);
    expect(JSON.parse(await readFile(folder.file('seen'), 'utf8'))).toEqual([['--voice=uk', '$HOME;uk'], 'Ґанок їжака “x”\n']);
  });

  test.each([
    '--help',
    '-rf /',
    '$(touch {})',
    '`touch {}`',
    '; touch {} ;',
    '| touch {}',
    '\0touch {}',
    '\ud800',
    '😀'.repeat(500),
    'щ'.repeat(500),
  ])('a text like %j is data: it comes to its standard input only', async (pattern) => {
    const { engine, folder } = await program(
      `writeFileSync(place + '/seen', JSON.stringify([process.argv.slice(2), readFileSync(0, 'utf8')])); ${SPEAKS}`,
    );
    const text = pattern.replace('{}', folder.file('touched'));
    await engine.speak(text, 'ru');
    const [given, read] = JSON.parse(await readFile(folder.file('seen'), 'utf8')) as [string[], string];
    expect(given).toEqual([]);
    expect(read).toBe(`${text.toWellFormed().replaceAll('\0', ' ')}\n`);
    await expect(stat(folder.file('touched'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a sound whose length it did not know yet is read', async () => {
    const { engine } = await program(`const sound = readFileSync(wav); sound.writeUInt32LE(0xffffffff, 40); process.stdout.write(sound);`);
    expect(await say(engine)).toBe(1_000);
  });

  test('a program that does not read its input is no failure', async () => {
    const { engine } = await program(`process.stdin.destroy(); ${SPEAKS}`);
    expect((await engine.speak('щ'.repeat(1_000_000), 'uk')).samples).toHaveLength(8_000);
  });

  test('a code other than 0 is a failure, which quotes what it said, but not the text', async () => {
    const { engine } = await program(`console.error('no voice for', readFileSync(0, 'utf8'), '\\u001b[31m'); process.exit(4);`);
    await expect(engine.speak('Таємниця 0671234567', 'uk')).rejects.toMatchObject({
      ...FAILED,
      message: expect.stringMatching(/ended with code 4, saying: no voice for … … \[31m/) as string,
    });
  });

  test.each([
    ['nothing', ''],
    ['words', `process.stdout.write('hello');`],
    ['a sound that is cut off', 'process.stdout.write(readFileSync(wav).subarray(0, 9_000));'],
    ['noise', `process.stdout.write(Buffer.alloc(100_000, 0xff));`],
  ])('%s in place of a sound is a failure', async (_name, body) => {
    await expect(say((await program(body)).engine)).rejects.toMatchObject(FAILED);
  });

  test('one that is killed is a failure', async () => {
    const { engine } = await program(`process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000);`);
    await expect(say(engine)).rejects.toMatchObject({ ...FAILED, message: expect.stringContaining('was ended by SIGSEGV') as string });
  });

  test('one that hangs is killed, with all that it has started', async () => {
    const { engine, folder } = await program(
      `const { spawn } = await import('node:child_process');
       const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
       writeFileSync(place + '/child', String(child.pid)); setInterval(() => {}, 1000);`,
      { timeoutMs: 10_000 },
    );
    await expect(say(engine)).rejects.toMatchObject({ ...FAILED, message: expect.stringContaining('10000 ms (timeoutMs)') as string });
    const child = Number(await readFile(folder.file('child'), 'utf8'));
    const state = (): Promise<string> =>
      readFile(`/proc/${child}/stat`, 'utf8').then(
        (line) => line.split(' ')[2] ?? '',
        () => 'gone',
      );
    await expect.poll(state).toMatch(/gone|Z/);
  });

  test('one that writes without end is killed', async () => {
    const { engine } = await program(`const write = () => process.stdout.write(Buffer.alloc(65_536), write); write();`, {
      maximumBytes: 300_000,
    });
    await expect(say(engine)).rejects.toMatchObject({
      ...FAILED,
      message: expect.stringContaining('300000 bytes (maximumBytes)') as string,
    });
  });

  test('one that complains without end is not remembered without end', async () => {
    const { engine } = await program(`for (let n = 0; n < 300; n++) console.error('x'.repeat(10_000)); process.exitCode = 1;`);
    const error: unknown = await say(engine).catch((reason: unknown) => reason);
    expect(String(error).length).toBeLessThan(600);
  });

  test('one that is not there, or may not be run, is missing', async () => {
    await using folder = await temporaryFolder();
    await writeFile(folder.file('plain'), 'x');
    await chmod(folder.file('plain'), 0o644);
    for (const command of [[folder.file('absent')], [folder.file('plain')]]) {
      await using engine = createCommandEngine({ command });
      await expect(say(engine)).rejects.toMatchObject({
        code: 'SPEECH_ENGINE_MISSING',
        message: expect.stringContaining(String(command[0])) as string,
      });
    }
  });

  test('at most two run at once, and beyond the queue a text is refused', async () => {
    const { engine, folder } = await program(
      // The first waits for the second, and both for a third that must not come.
      `const pause = (ms) => new Promise((done) => setTimeout(done, ms));
       appendFileSync(place + '/log', '+');
       while (!/[+].*[+]/.test(readFileSync(place + '/log', 'utf8'))) await pause(20);
       await pause(200); appendFileSync(place + '/log', '-'); ${SPEAKS}`,
      { queue: 2 },
    );
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => say(engine)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    const log = await readFile(folder.file('log'), 'utf8');
    let [running, most] = [0, 0];
    for (const sign of log) most = Math.max(most, (running += sign === '+' ? 1 : -1));
    expect(most).toBe(2);
  });

  test('who leaves stops it; disposing stops all', async () => {
    const { engine } = await program(`setInterval(() => {}, 1000);`);
    const over = new AbortController();
    const left = engine.speak('a', 'uk', over.signal);
    const others = Promise.allSettled([engine.speak('b', 'uk'), engine.speak('c', 'uk')]);
    over.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await engine[Symbol.asyncDispose]();
    for (const each of await others) expect(each).toMatchObject({ status: 'rejected', reason: FAILED });
    await expect(engine.speak('d', 'uk')).rejects.toMatchObject(FAILED);
  });

  test.each([{ command: [] }, { command: [''] }, { command: ['a\0b'] }, { command: ['a'], atOnce: 0 }, { command: ['a'], timeoutMs: -1 }])(
    '%o is out of bounds',
    (options) => {
      expect(() => createCommandEngine(options)).toThrow(RangeError);
    },
  );
});
