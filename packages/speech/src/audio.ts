import type { Sound } from './engine.ts';
import { SpeechError } from './errors.ts';
import { level } from './loudness.ts';
import { createResampler } from './resample.ts';
import { soundingPart } from './trim.ts';
import { TELEPHONE_RATE, type WavSamples } from './wav.ts';

/** Sound that is longer is not even looked at, s: it is nothing to be said on the phone, and would take much memory. */
const MOST_SECONDS = 300;
/** Work between two turns of the event loop, ms, and how often it is looked at: samples in, samples out. */
const TURN_MS = 2;
const READ_SLICE = 8_000;
const WEIGHTED_SLICE = 400;

/**
 * Makes any sound one for telephones: mono, 8,000 samples a second, without silence at its ends, as loud as all others. Works in
 * slices of about 2 ms, so that the event loop goes on. Empty when all is silence.
 *
 * @throws SpeechError with `SPEECH_TOO_LONG` beyond five minutes
 */
export async function telephoneSound(sound: Sound | WavSamples, signal?: AbortSignal): Promise<Int16Array> {
  const seconds = ('frames' in sound ? sound.frames : sound.samples.length) / sound.sampleRate;
  if (seconds > MOST_SECONDS) {
    throw new SpeechError('SPEECH_TOO_LONG', `The sound takes ${Math.round(seconds)} s, more than ${MOST_SECONDS} s. Use a shorter one.`);
  }
  const turns = new Turns(signal);
  const samples = 'frames' in sound ? await mixed(sound, turns) : await scaled(sound.samples, turns);
  const resampled = await atTelephoneRate(samples, sound.sampleRate, turns);
  removeOffset(resampled);
  await turns.next();
  const part = soundingPart(resampled, TELEPHONE_RATE);
  if (part === undefined) return new Int16Array(0);
  const sounding = resampled.subarray(part.from, part.to);
  await turns.next();
  level(sounding, TELEPHONE_RATE);
  await turns.next();
  return toInt16(sounding);
}

/** Joins sounds of one rate with a pause between them. */
export function joined(sounds: readonly Int16Array[], pauseMs: number): Int16Array {
  const pause = Math.round((TELEPHONE_RATE * pauseMs) / 1_000);
  const length = sounds.reduce((sum, sound) => sum + sound.length, 0) + pause * Math.max(0, sounds.length - 1);
  const whole = new Int16Array(length);
  let at = 0;
  for (const sound of sounds) {
    whole.set(sound, at);
    at += sound.length + pause;
  }
  return whole;
}

/** Milliseconds of so many samples at the telephone's rate. */
export function durationMs(samples: number): number {
  return (samples * 1_000) / TELEPHONE_RATE;
}

async function mixed({ data, bits, channels, frames }: WavSamples, turns: Turns): Promise<Float32Array> {
  const samples = new Float32Array(frames);
  await turns.inSlices(frames, Math.ceil(READ_SLICE / channels), (from, to) => {
    for (let frame = from; frame < to; frame++) {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) {
        const index = frame * channels + channel;
        // 8-bit samples are unsigned, by the format.
        sum += bits === 8 ? ((data[index] ?? 128) - 128) / 128 : data.readInt16LE(index * 2) / 32_768;
      }
      samples[frame] = sum / channels;
    }
  });
  return samples;
}

async function scaled(sound: Int16Array, turns: Turns): Promise<Float32Array> {
  const samples = new Float32Array(sound.length);
  await turns.inSlices(sound.length, READ_SLICE, (from, to) => {
    for (let index = from; index < to; index++) samples[index] = (sound[index] ?? 0) / 32_768;
  });
  return samples;
}

/** A constant in the samples is no sound, but would count as one. */
function removeOffset(samples: Float32Array): void {
  if (samples.length === 0) return;
  let sum = 0;
  for (let index = 0; index < samples.length; index++) sum += samples[index] ?? 0;
  const mean = sum / samples.length;
  for (let index = 0; index < samples.length; index++) samples[index] = (samples[index] ?? 0) - mean;
}

async function atTelephoneRate(samples: Float32Array, sampleRate: number, turns: Turns): Promise<Float32Array> {
  if (sampleRate === TELEPHONE_RATE) return samples;
  const resampler = createResampler(sampleRate, TELEPHONE_RATE);
  const output = new Float32Array(resampler.outputLength(samples.length));
  await turns.inSlices(output.length, WEIGHTED_SLICE, (from, to) => resampler.fill(samples, output, from, to));
  return output;
}

function toInt16(samples: Float32Array): Int16Array {
  const sound = new Int16Array(samples.length);
  for (let index = 0; index < samples.length; index++) {
    sound[index] = Math.max(-32_768, Math.min(32_767, Math.round((samples[index] ?? 0) * 32_767)));
  }
  return sound;
}

/** Gives the event loop its turns while long work goes on. */
class Turns {
  readonly #signal: AbortSignal | undefined;
  #since = performance.now();

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** Does the work of `total` samples slice by slice, with turns in between where it takes long. */
  async inSlices(total: number, slice: number, work: (from: number, to: number) => void): Promise<void> {
    for (let from = 0; from < total; from += slice) {
      work(from, Math.min(from + slice, total));
      if (performance.now() - this.#since >= TURN_MS) await this.next();
    }
  }

  /** Lets everybody else go on, and stops here when nobody waits for the work. */
  async next(): Promise<void> {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    this.#signal?.throwIfAborted();
    this.#since = performance.now();
  }
}
