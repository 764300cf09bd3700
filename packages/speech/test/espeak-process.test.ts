import { createEspeakEngine, type EspeakOptions } from '../src/engines/espeak.ts';
import type { SpeechEngine } from '../src/engine.ts';
import { expect, describe, onTestFinished, test } from 'vitest';
import { standInModule } from './stand-in-module.ts';

const BEEP = 'audio(new Int16Array(800).fill(5000));';
/** The number of its process, in two samples. */
const PID = 'audio(Int16Array.of(process.pid & 0x7fff, process.pid >> 15));';

function engine(options: EspeakOptions = {}): SpeechEngine {
  const made = createEspeakEngine(options);
  onTestFinished(() => made[Symbol.asyncDispose]());
  return made;
}

async function standIn(speak: string, options: EspeakOptions = {}): Promise<SpeechEngine> {
  return engine({ ...options, module: await standInModule(speak) });
}

async function pidOf(made: SpeechEngine): Promise<number> {
  const [low = 0, high = 0] = (await made.speak('x', 'uk')).samples;
  return low + high * 2 ** 15;
}

describe('its process', () => {
  test('a missing package is told with the command that installs it', async () => {
    const speaking = engine({ module: '@taxinav/no-such-package' }).speak('Так', 'uk');
    await expect(speaking).rejects.toMatchObject({
      code: 'SPEECH_ENGINE_MISSING',
      message: expect.stringContaining('npm install @echogarden/espeak-ng-emscripten@0.3.5') as string,
    });
  });

  test('a package that cannot be loaded is told with the reason', async () => {
    await expect(engine({ module: 'node:fs' }).speak('Так', 'uk')).rejects.toMatchObject({ code: 'SPEECH_ENGINE_MISSING' });
  });

  test('a text that hangs is given up, and the next is spoken by a new process', async () => {
    const made = await standIn(`if (text === 'hang') for (;;); ${BEEP}`, { timeoutMs: 10_000 });
    await expect(made.speak('hang', 'uk')).rejects.toMatchObject({
      code: 'SPEECH_ENGINE_FAILED',
      message: expect.stringContaining('10000 ms (timeoutMs)') as string,
    });
    expect((await made.speak('x', 'uk')).samples).toHaveLength(800);
  });

  test('a crash and an error fail one text; those behind it are spoken', async () => {
    const made = await standIn(`if (text === 'crash') process.exit(3); if (text === 'error') throw new Error('no'); ${BEEP}`);
    const [crash, error, fine] = await Promise.allSettled(['crash', 'error', 'x'].map((text) => made.speak(text, 'uk')));
    expect(crash).toMatchObject({ status: 'rejected', reason: { code: 'SPEECH_ENGINE_FAILED' } });
    expect(error).toMatchObject({ status: 'rejected', reason: { code: 'SPEECH_ENGINE_FAILED' } });
    expect(fine).toMatchObject({ status: 'fulfilled' });
  });

  test('texts are spoken in their order, one at a time; beyond the queue they are refused', async () => {
    const made = await standIn(BEEP, { queue: 2 });
    const asked = ['a', 'b', 'c', 'd'].map((text) => made.speak(text, 'uk'));
    await expect(asked[3]).rejects.toMatchObject({ code: 'SPEECH_ENGINE_FAILED', message: expect.stringContaining('queue') as string });
    await expect(Promise.all(asked.slice(0, 3))).resolves.toHaveLength(3);
  });

  test('who leaves is told at once, whether he waits or is being spoken for', async () => {
    const made = await standIn(BEEP);
    const over = new AbortController();
    const asked = ['a', 'b'].map((text) => made.speak(text, 'uk', over.signal));
    over.abort(new Error('gone'));
    for (const each of asked) await expect(each).rejects.toThrow('gone');
    expect((await made.speak('c', 'uk')).samples).toHaveLength(800);
  });

  test('it rests when nobody asks, and starts again when somebody does', async () => {
    const made = await standIn('globalThis.said = (globalThis.said ?? 0) + 1; audio(new Int16Array(globalThis.said));', { idleMs: 50 });
    expect((await made.speak('a', 'uk')).samples).toHaveLength(1);
    // A process that is still the same would count on.
    await expect.poll(async () => (await made.speak('b', 'uk')).samples.length, { interval: 200 }).toBe(1);
  });

  test('disposing rejects what waits, and nothing more is taken', async () => {
    const made = await standIn('for (;;);');
    const asked = ['a', 'b'].map((text) => made.speak(text, 'uk'));
    const outcome = Promise.allSettled(asked);
    await made[Symbol.asyncDispose]();
    for (const each of await outcome) expect(each).toMatchObject({ status: 'rejected', reason: { code: 'SPEECH_ENGINE_FAILED' } });
    await expect(made.speak('c', 'uk')).rejects.toMatchObject({ code: 'SPEECH_ENGINE_FAILED' });
  });

  test.each([{ rate: 10 }, { rate: 500 }, { timeoutMs: 0 }, { queue: -1 }, { idleMs: 0.5 }])('%o is out of bounds', (options) => {
    expect(() => createEspeakEngine(options)).toThrow(RangeError);
  });

  test('killed while it rests, it is started anew; killed while it speaks, that text fails and says so', async () => {
    const made = await standIn(`if (text === 'hang') for (;;); ${PID}`);
    const first = await pidOf(made);
    process.kill(first, 'SIGKILL');
    await expect.poll(() => pidOf(made).catch(() => first)).not.toBe(first);
    const second = await pidOf(made);
    const speaking = made.speak('hang', 'uk');
    process.kill(second, 'SIGKILL');
    await expect(speaking).rejects.toMatchObject({
      code: 'SPEECH_ENGINE_FAILED',
      message: expect.stringContaining('SIGKILL') as string,
    });
    expect(await pidOf(made)).not.toBe(second);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s, which a terminal or a service manager sends to all, leaves it speaking',
    async (signal) => {
      const made = await standIn(PID);
      const pid = await pidOf(made);
      process.kill(pid, signal);
      expect(await pidOf(made)).toBe(pid);
      expect(await pidOf(made)).toBe(pid);
    },
  );

  test('it knows nothing of the environment of whoever asks, and none of his flags', async () => {
    process.env['TAXINAV_SPEECH_TEST_SECRET'] = 'secret';
    onTestFinished(() => void delete process.env['TAXINAV_SPEECH_TEST_SECRET']);
    const made = await standIn(
      `const known = Object.keys(process.env).filter((name) => !name.startsWith('NODE_CHANNEL_'));
       if (known.join() !== 'MALLOC_ARENA_MAX' || process.execArgv.join().includes('conditions')) throw new Error(known.join()); ${BEEP}`,
    );
    expect((await made.speak('x', 'uk')).samples).toHaveLength(800);
  });

  test('two minutes of sound come whole', async () => {
    const made = await standIn('for (let second = 0; second < 120; second++) audio(new Int16Array(8_000).fill(second));');
    const { samples } = await made.speak('x', 'uk');
    expect(samples).toHaveLength(960_000);
    expect([samples[0], samples[8_000], samples[959_999]]).toEqual([0, 1, 119]);
    // They hold no memory but their own.
    expect(samples.buffer.byteLength).toBe(samples.byteLength);
  });
});
