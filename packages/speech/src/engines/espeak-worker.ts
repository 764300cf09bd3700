import { parentPort, workerData } from 'node:worker_threads';
import { createResampler, type Resampler } from '../resample.ts';
import { TELEPHONE_RATE } from '../wav.ts';
import type { EspeakAnswer, EspeakRequest, EspeakStart } from './espeak-messages.ts';
import { loadEspeak, type EspeakSpeaker } from './espeak-module.ts';

/** No text that is spoken in one call is longer; the engine stops there. */
const MOST_SECONDS = 120;

const port = parentPort;
if (port === null) throw new Error('engines/espeak-worker is started by createEspeakEngine, not imported.');
const { module, rate } = workerData as EspeakStart;
const post = (answer: EspeakAnswer, transfer: ArrayBuffer[] = []): void => port.postMessage(answer, transfer);

try {
  const speaker = await loadEspeak(module);
  const resampler = createResampler(speaker.get_samplerate(), TELEPHONE_RATE);
  port.on('message', (request: EspeakRequest) => serve(request, speaker, resampler));
} catch (error) {
  const notFound = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
  post({ kind: 'missing', reason: describe(error), installed: !notFound });
}

function serve({ text, voice }: EspeakRequest, speaker: EspeakSpeaker, resampler: Resampler): void {
  try {
    const samples = forTelephones(speak(speaker, text, voice), resampler);
    post({ kind: 'spoken', samples, sampleRate: TELEPHONE_RATE }, [samples.buffer]);
  } catch (error) {
    post({ kind: 'failed', reason: describe(error) });
  }
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

/** Here rather than in the thread that waits: a quarter of the samples has to be handed over, and its loop goes on. */
function forTelephones(samples: Int16Array, resampler: Resampler): Int16Array<ArrayBuffer> {
  const output = new Float32Array(resampler.outputLength(samples.length));
  resampler.fill(samples, output, 0, output.length);
  const sound = new Int16Array(output.length);
  for (let index = 0; index < sound.length; index++) sound[index] = Math.max(-32_768, Math.min(32_767, Math.round(output[index] ?? 0)));
  return sound;
}

function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}
