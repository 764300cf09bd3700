import { parentPort, workerData } from 'node:worker_threads';
import { resampled } from '../resample.ts';
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
  port.on('message', (request: EspeakRequest) => serve(request, speaker));
} catch (error) {
  const notFound = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
  post({ kind: 'missing', reason: describe(error), installed: !notFound });
}

function serve({ text, voice }: EspeakRequest, speaker: EspeakSpeaker): void {
  try {
    const samples = speak(speaker, text, voice);
    post({ kind: 'spoken', samples, sampleRate: TELEPHONE_RATE }, [samples.buffer]);
  } catch (error) {
    post({ kind: 'failed', reason: describe(error) });
  }
}

function speak(speaker: EspeakSpeaker, text: string, voice: string): Int16Array<ArrayBuffer> {
  if (speaker.set_voice(voice, 0, 0, 0, 0) !== 0) throw new Error(`it has no voice ${voice}`);
  // Choosing a voice puts its own rate back.
  speaker.set_rate(rate);
  const sampleRate = speaker.get_samplerate();
  const pieces: Int16Array[] = [];
  let length = 0;
  speaker.synthesize(text, (piece) => {
    if (piece === null) return 0;
    // The engine's memory is used again for the next piece.
    pieces.push(piece.slice());
    length += piece.length;
    return length > MOST_SECONDS * sampleRate ? 1 : 0;
  });
  const samples = new Int16Array(length);
  let at = 0;
  for (const piece of pieces) {
    samples.set(piece, at);
    at += piece.length;
  }
  return resampled(samples, sampleRate, TELEPHONE_RATE);
}

function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}
