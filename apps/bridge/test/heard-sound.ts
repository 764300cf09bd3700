import { readFile } from 'node:fs/promises';

/** 20 ms at 8 kHz: one frame of a phone. */
const FRAME = 160;

/** A PBX on a busy machine loses a frame now and then. */
const ALIKE = 0.8;
/** Frames that are moved together when some before them were lost: 160 ms. */
const PART = 8;
/** …at either end of a recording, too, which is then shorter than the sound: 200 ms of silence stand for what was lost there. Samples. */
const LOST = 10 * FRAME;
/** How closely a place is looked for, samples. */
const STEP = 40;

/** The samples of a WAV file as this project and Asterisk write them: 8 kHz mono 16-bit, whatever length its header claims. */
export async function samplesOf(path: string): Promise<Int16Array> {
  const bytes = await readFile(path);
  const data = bytes.indexOf('data', 12, 'latin1') + 8;
  const whole = bytes.subarray(data, bytes.length - ((bytes.length - data) % 2));
  return new Int16Array(whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.length));
}

/** Loudness of each 20 ms. */
function envelope(samples: Int16Array): readonly number[] {
  return Array.from({ length: Math.floor(samples.length / FRAME) }, (_, frame) => {
    let energy = 0;
    for (const sample of samples.subarray(frame * FRAME, (frame + 1) * FRAME)) energy += sample * sample;
    return Math.sqrt(energy / FRAME);
  });
}

/** How often a sound is heard in a recording, and how well the best place agrees with it (1: the same). */
export function heardIn(recorded: Int16Array, sound: Int16Array): { readonly best: number; readonly times: number } {
  const wanted = envelope(sound);
  const padded = new Int16Array(recorded.length + 2 * LOST);
  padded.set(recorded, LOST);
  // A second reading begins wherever the first one ended: in the middle of a frame, most of the time.
  const phases = Array.from({ length: FRAME / STEP }, (_, phase) => envelope(padded.subarray(phase * STEP)));
  const agreed = Array.from({ length: Math.max(0, Math.floor(padded.length / FRAME) - wanted.length) }, (_, at) =>
    Math.max(...phases.map((recording) => correlation(inStep(recording, at, wanted), wanted))),
  );
  let times = 0;
  for (let at = 0; at < agreed.length; at += 1) {
    if ((agreed[at] ?? 0) < ALIKE) continue;
    times += 1;
    // The next reading begins after this one, less what it may have lost.
    at += wanted.length - LOST / FRAME;
  }
  return { best: Math.max(0, ...agreed), times };
}

/** What was recorded from a place on, its parts moved to where the sound has them: a frame that was lost brings what follows it forward. */
function inStep(recording: readonly number[], at: number, sound: readonly number[]): readonly number[] {
  let lost = 0;
  return Array.from({ length: Math.ceil(sound.length / PART) }, (_, part) => {
    const wanted = sound.slice(part * PART, (part + 1) * PART);
    const places = [lost, lost + 1, lost + 2].map((missing) => {
      const from = Math.max(0, at + part * PART - missing);
      return { missing, frames: recording.slice(from, from + wanted.length) };
    });
    const nearest = places.reduce((one, other) => (distance(other.frames, wanted) < distance(one.frames, wanted) ? other : one));
    lost = nearest.missing;
    return nearest.frames;
  }).flat();
}

function distance(left: readonly number[], right: readonly number[]): number {
  return right.reduce((sum, value, index) => sum + (value - (left[index] ?? 0)) ** 2, 0);
}

function correlation(left: readonly number[], right: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [leftMean, rightMean] = [mean(left), mean(right)];
  let [product, leftSquares, rightSquares] = [0, 0, 0];
  for (const [index, value] of left.entries()) {
    const [a, b] = [value - leftMean, (right[index] ?? 0) - rightMean];
    product += a * b;
    leftSquares += a * a;
    rightSquares += b * b;
  }
  return leftSquares === 0 || rightSquares === 0 ? 0 : product / Math.sqrt(leftSquares * rightSquares);
}
