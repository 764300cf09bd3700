// A program of its own, started by createEspeakEngine: `node espeak-worker START`, texts and sounds by the channel to whoever started it.
import { createContext, Script } from 'node:vm';
import { createResampler, type Resampler } from '../resample.ts';
import { TELEPHONE_RATE } from '../wav.ts';
import type { EspeakAnswer, EspeakRequest, EspeakStart } from './espeak-messages.ts';
import { loadEspeak, type EspeakSpeaker } from './espeak-module.ts';

/** No text that is spoken in one call is longer; the engine stops there. */
const MOST_SECONDS = 120;
/** Whoever asked gives up first, and says so. */
const LATER_MS = 500;

const { module, rate, timeoutMs } = JSON.parse(process.argv[2] ?? '') as EspeakStart;

/** What runs here can be stopped from outside, WebAssembly too. */
const stage: { work?: () => unknown } = createContext({});
const call = new Script('work()');

// It ends with whoever started it, and only so: a terminal and a service manager send their signals to both at once.
process.once('disconnect', () => process.exit(0));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

try {
  const speaker = await loadEspeak(module);
  const resampler = createResampler(speaker.get_samplerate(), TELEPHONE_RATE);
  process.on('message', (request: EspeakRequest) => serve(request, speaker, resampler));
} catch (error) {
  const notFound = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
  post({ kind: 'missing', reason: describe(error), installed: !notFound });
}

function serve({ text, voice }: EspeakRequest, speaker: EspeakSpeaker, resampler: Resampler): void {
  try {
    const samples = withinTime(() => forTelephones(speak(speaker, text, voice), resampler));
    post({ kind: 'spoken', samples, sampleRate: TELEPHONE_RATE });
  } catch (error) {
    post({ kind: 'failed', reason: describe(error) });
  }
}

/** While it speaks it does not notice that nobody is left to hear it: a text that hangs would keep a core for ever. */
function withinTime<T>(work: () => T): T {
  stage.work = work;
  try {
    return call.runInContext(stage, { timeout: timeoutMs + LATER_MS }) as T;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') process.exit(1);
    throw error;
  }
}

function post(answer: EspeakAnswer): void {
  process.send?.(answer);
}

function speak(speaker: EspeakSpeaker, text: string, voice: string): Int16Array {
  if (speaker.set_voice(voice, 0, 0, 0, 0) !== 0) throw new Error(`it has no voice ${voice}`);
  // Choosing a voice puts its own rate back.
  speaker.set_rate(rate);
  const most = MOST_SECONDS * speaker.get_samplerate();
  const pieces: Int16Array[] = [];
  let length = 0;
  speaker.synthesize(text, (piece) => {
    if (piece === null) return 0;
    // A piece is a copy: the package makes it of the engine's memory.
    pieces.push(piece);
    length += piece.length;
    return length > most ? 1 : 0;
  });
  const samples = new Int16Array(length);
  let at = 0;
  for (const piece of pieces) {
    samples.set(piece, at);
    at += piece.length;
  }
  return samples;
}

/** Here rather than where it is waited for: a quarter of the samples has to be handed over, and the loop there goes on. */
function forTelephones(samples: Int16Array, resampler: Resampler): Int16Array {
  const output = new Float32Array(resampler.outputLength(samples.length));
  resampler.fill(samples, output, 0, output.length);
  const sound = new Int16Array(output.length);
  for (let index = 0; index < sound.length; index++) sound[index] = Math.max(-32_768, Math.min(32_767, Math.round(output[index] ?? 0)));
  return sound;
}

function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}
