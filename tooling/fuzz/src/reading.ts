import { DIAGNOSTIC_CODES, FAULT_CODES, isFault, MessageDecoder, type Diagnostic, type Fault, type Message } from '@taxinav/codec';
import type { ReadingOptions } from './reading-options.ts';

/** All that a decoder said of one input. */
export interface Reading {
  readonly results: readonly (Message | Fault)[];
  readonly diagnostics: readonly Diagnostic[];
  /** Most bytes that were pending after any push. */
  readonly mostPending: number;
  /** Whether anything came after a fatal fault, of bytes pushed later too. */
  readonly wentOn: boolean;
}

/** One piece is read from a buffer that the next piece overwrites: nothing that was returned may depend on it. */
const scratch = new Uint8Array(65_536);

/** Reads an input, cut before each of these offsets, and its end. */
export function read(input: Uint8Array, { encoding, limits }: ReadingOptions, cuts: readonly number[] = []): Reading {
  const diagnostics: Diagnostic[] = [];
  const decoder = new MessageDecoder({
    encoding,
    ...(limits !== undefined && { limits }),
    onDiagnostic: (diagnostic) => diagnostics.push(diagnostic),
  });
  let mostPending = 0;
  let results: (Message | Fault)[] = [];
  let wentOn = false;
  let from = 0;
  for (let index = 0; index <= cuts.length; index++) {
    const to = cuts[index] ?? input.length;
    const piece = scratch.subarray(0, to - from);
    piece.set(input.subarray(from, to));
    const more = decoder.push(piece);
    if (more.length > 0) {
      if (isFatal(results.at(-1))) wentOn = true;
      results = results.length === 0 ? more : [...results, ...more];
    }
    mostPending = Math.max(mostPending, decoder.pendingBytes);
    from = to;
  }
  if (isFatal(results.at(-1))) {
    wentOn ||= decoder.push(ANOTHER_MESSAGE).length > 0 || decoder.pendingBytes > 0;
    wentOn ||= decoder.end().length > 0;
  } else {
    results = [...results, ...decoder.end()];
    wentOn ||= decoder.push(ANOTHER_MESSAGE).length > 0 || decoder.end().length > 0;
  }
  wentOn ||= results.slice(0, -1).some(isFatal);
  scratch.fill(0xff, 0, Math.min(input.length, scratch.length));
  return { results, diagnostics, mostPending, wentOn };
}

const ANOTHER_MESSAGE = new TextEncoder().encode('Message: Dial\r\nTel: 0675040279\r\n\r\n');

function isFatal(result: Message | Fault | undefined): boolean {
  return result !== undefined && isFault(result) && result.fatal;
}

/** Whether two values of plain data are the same, byte arrays included. */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || one instanceof Uint8Array) {
    const [left, right] = [one as ArrayLike<unknown>, other as ArrayLike<unknown>];
    if (left.length !== right.length || one.constructor !== other.constructor) return false;
    for (let at = 0; at < left.length; at++) if (!same(left[at], right[at])) return false;
    return true;
  }
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(other, key) || !same((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key])) return false;
  }
  return true;
}

const KINDS = ['Call', 'ACK', 'Dial', 'SayText', 'SayTextStatus', 'Conference', 'Unknown'] as const;
const FIELDS = [
  'Message',
  'CallerID',
  'CarType',
  'Error',
  'Tel',
  'NumberToCall',
  'TextToSay',
  'Guid',
  'Status',
  'StatusChangedTime',
  'Tel1',
  'Tel2',
];

/** A hash of the combination of result kinds, fault codes, diagnostic codes and field names: what counts as a new behaviour. */
export function behaviourOf({ results, diagnostics }: Reading): number {
  let seen = 0;
  let tolerated = 0;
  let fields = 0;
  for (const result of results) {
    if (isFault(result)) {
      seen |= 1 << (KINDS.length + FAULT_CODES.indexOf(result.fault));
      fields |= fieldBit(result.field);
    } else {
      seen |= 1 << KINDS.indexOf(result.message);
      if (result.message !== 'Unknown' && result.extra !== undefined) seen |= 1 << 20;
    }
  }
  for (const { code, field } of diagnostics) {
    tolerated |= 1 << DIAGNOSTIC_CODES.indexOf(code);
    fields |= fieldBit(field);
  }
  let hash = Math.imul(seen ^ 0x5bd1e995, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ tolerated, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 13) ^ fields, 0xc2b2ae3d);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A name that the document does not have counts as one and the same. */
function fieldBit(name: string | undefined): number {
  return name === undefined ? 0 : 1 << (FIELDS.indexOf(name) + 1);
}
