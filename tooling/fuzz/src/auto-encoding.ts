import { Buffer } from 'node:buffer';
import { decodeMessages, isFault } from '@taxinav/codec';
import iconv from 'iconv-lite';
import { Random } from './random.ts';
import { generateText } from './texts.ts';

/** The share of texts that `auto` must read right. */
export const LEAST_RIGHT = 0.999;

/** How often `auto` told the encoding. */
export interface AutoEncodingReport {
  /** Texts, each of them read in both encodings. */
  readonly texts: number;
  readonly right: { readonly 'utf-8': number; readonly 'windows-1251': number };
  /** Some of the texts that were read wrong. */
  readonly wrong: readonly string[];
  /** The least share of the two. */
  readonly share: number;
}

/** Has `auto` read generated Russian and Ukrainian texts of ten letters or more in UTF-8 and in windows-1251. [reading 22] */
export function measureAutoEncoding(texts: number, seed: number): AutoEncodingReport {
  const random = new Random(seed);
  const right = { 'utf-8': 0, 'windows-1251': 0 };
  const wrong: string[] = [];
  for (let count = 0; count < texts; count++) {
    const text = generateText(random);
    for (const encoding of ['utf-8', 'windows-1251'] as const) {
      if (isReadRight(text, encoding)) right[encoding] += 1;
      else if (wrong.length < 20) wrong.push(`${encoding}: ${text}`);
    }
  }
  return { texts, right, wrong, share: Math.min(right['utf-8'], right['windows-1251']) / texts };
}

/** The bytes are made by another program than the codec, so that a fault in its tables cannot hide itself. */
function isReadRight(text: string, encoding: 'utf-8' | 'windows-1251'): boolean {
  const frame = `Message: SayText\r\nNumberToCall: 0930100128\r\nTextToSay: ${text}\r\nGuid: 6F9619FF-8B86-D011-B42D-00CF4FC964FF\r\n\r\n`;
  const bytes = encoding === 'utf-8' ? Buffer.from(frame) : iconv.encode(frame, encoding);
  const [result, ...more] = decodeMessages(bytes);
  return more.length === 0 && result !== undefined && !isFault(result) && result.message === 'SayText' && result.textToSay === text;
}
