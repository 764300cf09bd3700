// What stands in a recording of the PBX: how long, how much of it is sound, how loud, and a picture of it.
import { readFile } from 'node:fs/promises';

const RATE = 8_000;
/** 20 ms: a frame of a phone. */
const FRAME = 160;
/** Below this a frame is silence: −50 dB of full scale. */
const SILENCE = 104;
const BARS = ' ▁▂▃▄▅▆▇█';
const COLUMNS = 72;

/** Of a WAV file with 8 kHz, mono, 16 bit, whatever length its header claims. */
export async function heard(file) {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0));
  const header = bytes.indexOf('data', 12, 'latin1');
  const frames = [];
  for (let frame = header < 0 ? bytes.length : header + 8; frame + 2 * FRAME <= bytes.length; frame += 2 * FRAME) {
    let energy = 0;
    for (let sample = 0; sample < FRAME; sample += 1) energy += bytes.readInt16LE(frame + 2 * sample) ** 2;
    frames.push(Math.sqrt(energy / FRAME));
  }
  const loudest = Math.max(1, ...frames);
  const perColumn = Math.max(1, Math.ceil(frames.length / COLUMNS));
  const picture = Array.from({ length: Math.ceil(frames.length / perColumn) }, (_, column) => {
    const level = Math.max(...frames.slice(column * perColumn, (column + 1) * perColumn));
    return BARS[level < SILENCE ? 0 : Math.max(1, Math.round((level / loudest) * (BARS.length - 1)))];
  });
  return {
    seconds: (frames.length * FRAME) / RATE,
    soundSeconds: (frames.filter((level) => level >= SILENCE).length * FRAME) / RATE,
    loudestDecibel: 20 * Math.log10(loudest / 32_768),
    picture: picture.join(''),
  };
}
