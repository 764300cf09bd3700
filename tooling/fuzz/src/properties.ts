import { Buffer } from 'node:buffer';
import {
  DEFAULT_LIMITS,
  DIAGNOSTIC_CODES,
  DIAGNOSTIC_READINGS,
  encodeMessage,
  FAULT_CODES,
  isFault,
  MessageDecoder,
  ProtocolError,
  type Diagnostic,
  type Fault,
  type Message,
} from '@taxinav/codec';
import { readStrict, strictLines } from './naive-reader.ts';
import type { ReadingOptions } from './reading-options.ts';
import { read, same, type Reading } from './reading.ts';

/** What must hold for every input, in words. */
export const PROPERTIES = {
  'never-throws': 'no bytes make the decoder throw',
  documented: 'only documented results and diagnostics come out',
  cuts: 'results and diagnostics depend on the bytes, not on the cuts',
  fatal: 'nothing comes after a fatal fault, nor after the end',
  caps: 'a line beyond its cap ends the stream, and no other does',
  pending: 'no more is pending than the limit of a message allows',
  steps: 'there are no more results and diagnostics than bytes allow',
  'written-again': 'a message that was read is written and read back as the same',
  'independent-reader': 'what is written is what an independent reader reads',
} as const;

/** A name of {@link PROPERTIES}. */
export type Property = keyof typeof PROPERTIES;

/** A property that does not hold for an input. */
export interface Violation {
  readonly property: Property;
  readonly what: string;
}

/** Spaces, a line end and a byte order mark that may be held beside a message of the greatest length. */
const PENDING_SLACK = 8;
/** A byte order mark is no part of its line. */
const BYTE_ORDER_MARK_BYTES = 3;
/** A block can raise each code once; blank lines and a lone CR after it raise two more. */
const MOST_DIAGNOSTICS_A_RESULT = DIAGNOSTIC_CODES.length;

/** Reads an input whole; the reading, or what is wrong with it. */
export function readWhole(input: Uint8Array, options: ReadingOptions): Reading | Violation {
  try {
    return read(input, options);
  } catch (error) {
    return { property: 'never-throws', what: String(error) };
  }
}

/** Checks what a reading of the whole input shows by itself. */
export function checkReading(input: Uint8Array, options: ReadingOptions, reading: Reading): Violation | undefined {
  const { results, diagnostics, mostPending, wentOn } = reading;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  if (wentOn) return { property: 'fatal', what: 'results after a fatal fault or after the end' };
  if (mostPending > limits.messageBytes + PENDING_SLACK) return { property: 'pending', what: `${mostPending} bytes are pending` };
  const longest = longestLine(input);
  const last = results.at(-1);
  const fatal = last !== undefined && isFault(last) && last.fatal;
  if (longest > limits.lineBytes + BYTE_ORDER_MARK_BYTES && !fatal)
    return { property: 'caps', what: `a line of ${longest} bytes was read` };
  if (fatal && last.fault === 'line-too-long' && longest <= limits.lineBytes)
    return { property: 'caps', what: `a line of ${longest} bytes was refused` };
  // A result takes at least a character and a blank line's end, or the end of the input.
  if (results.length > input.length / 2 + 1) return { property: 'steps', what: `${results.length} results of ${input.length} bytes` };
  if (diagnostics.length > (results.length + 1) * MOST_DIAGNOSTICS_A_RESULT)
    return { property: 'steps', what: `${diagnostics.length} diagnostics for ${results.length} results` };
  for (const diagnostic of diagnostics) {
    const what = undocumentedDiagnostic(diagnostic);
    if (what !== undefined) return { property: 'documented', what };
  }
  for (const result of results) {
    const what = isFault(result) ? undocumentedFault(result) : undocumentedMessage(result);
    if (what !== undefined) return { property: 'documented', what: `${what}: ${JSON.stringify(result)}` };
    if (!isFault(result) && hasReplacement(result) && !includes(input, REPLACEMENT))
      return { property: 'documented', what: `a replacement character that nobody sent: ${JSON.stringify(result)}` };
  }
  return undefined;
}

/** Bytes of the longest run without a line end. */
function longestLine(input: Uint8Array): number {
  let longest = 0;
  let from = 0;
  for (let at = 0; at <= input.length; at++) {
    const byte = input[at];
    if (byte !== 0x0a && byte !== 0x0d && byte !== undefined) continue;
    longest = Math.max(longest, at - from);
    from = at + 1;
  }
  return longest;
}

/** U+FFFD in UTF-8. A byte that an encoding does not define must be a fault; nothing may stand for what could not be read. */
const REPLACEMENT = Buffer.from('\ufffd');

function hasReplacement(message: Message): boolean {
  return JSON.stringify(message).includes('\ufffd');
}

function includes(input: Uint8Array, bytes: Buffer): boolean {
  return Buffer.from(input.buffer, input.byteOffset, input.length).includes(bytes);
}

/** Checks that these cuts change nothing. */
export function checkCuts(input: Uint8Array, options: ReadingOptions, whole: Reading, cuts: readonly number[]): Violation | undefined {
  try {
    const cut = read(input, options, cuts);
    const what = `cut at ${cuts.length > 20 ? `${cuts.length} offsets` : cuts.join(', ')}`;
    if (cut.wentOn) return { property: 'fatal', what };
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    if (cut.mostPending > limits.messageBytes + PENDING_SLACK) return { property: 'pending', what: `${cut.mostPending} bytes, ${what}` };
    if (!same(cut.results, whole.results)) return { property: 'cuts', what: `other results, ${what}` };
    if (!same(cut.diagnostics, whole.diagnostics)) return { property: 'cuts', what: `other diagnostics, ${what}` };
    return undefined;
  } catch (error) {
    return { property: 'never-throws', what: `${String(error)}, cut at ${cuts.join(', ')}` };
  }
}

/** Writes a message that was read, and has it read again by the codec and by a reader that shares nothing with it. */
export function checkWriting(message: Message, options: ReadingOptions, compact: boolean): Violation | undefined {
  const { encoding } = options;
  let bytes: Uint8Array;
  try {
    bytes = encodeMessage(message, { encoding, ackStyle: compact ? 'compact' : 'spaced' });
  } catch (error) {
    if (error instanceof ProtocolError && outgrew(error, message)) return undefined;
    return { property: 'written-again', what: `${String(error)} for ${JSON.stringify(message)}` };
  }
  const expected = message.message === 'SayText' ? { ...message, textToSay: message.textToSay.replaceAll(/[\r\n]+/g, ' ') } : message;
  let tolerated = 0;
  const again = new MessageDecoder({ encoding, onDiagnostic: ({ code }) => void (tolerated += strictDiagnostic(code) ? 0 : 1) }).push(
    bytes,
  );
  if (again.length !== 1 || !same(again[0], expected))
    return { property: 'written-again', what: `${JSON.stringify(message)} came back as ${JSON.stringify(again)}` };
  if (tolerated > 0 && !compact) return { property: 'written-again', what: `a tolerance was needed for ${JSON.stringify(message)}` };
  const lines = readStrict(bytes, encoding, compact && message.message === 'ACK');
  if (!same(lines, strictLines(message)))
    return { property: 'independent-reader', what: `${JSON.stringify(lines)} was read of ${JSON.stringify(message)}` };
  return undefined;
}

/** What a message carries may be noted though it is written strictly: other fields, forms that are kept as received, brackets, foreign numbers. */
function strictDiagnostic(code: Diagnostic['code']): boolean {
  return ['unknown-field', 'guid-form', 'text-in-angle-brackets', 'foreign-number', 'duplicate-field'].includes(code);
}

/** In UTF-8, and with a space after each colon, a message at the caps may become one beyond them. */
function outgrew({ code }: ProtocolError, message: Message): boolean {
  if (code !== 'line-too-long' && code !== 'message-too-long') return false;
  return (
    Buffer.byteLength(JSON.stringify(message)) > (code === 'line-too-long' ? DEFAULT_LIMITS.lineBytes : DEFAULT_LIMITS.messageBytes) - 64
  );
}

function undocumentedDiagnostic({ code, reading }: Diagnostic): string | undefined {
  return DIAGNOSTIC_READINGS[code] === reading ? undefined : `a diagnostic ${code} of reading ${reading}`;
}

function undocumentedFault(fault: Fault): string | undefined {
  if (!FAULT_CODES.includes(fault.fault)) return 'a fault of no known code';
  if (fault.bytes.length > 1024 || fault.bytes.buffer.byteLength !== fault.bytes.length) return 'a fault keeps more than its first KiB';
  const cap = ['line-too-long', 'message-too-long', 'too-many-fields'].includes(fault.fault);
  if (fault.fatal !== cap) return 'a fault that is fatal, or not, against its code';
  if ('message' in fault || fault.reason === '') return 'a fault with a message, or without a reason';
  return undefined;
}

const PHONE = /^\+[1-9][0-9]{6,14}$/;
const GUID = /^(?:\{[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}|[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12})$/i;
const TIME = /^\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d$/;
const CAR_TYPE = /^(?:General|Universal|Business|Minibus|Premium)$/;
const STATUS = /^(?:Done|Busy|Unreachable|Active|Unanswered|Canceled|Queued)$/;
const ONE_LINE = /^[^\p{Cc}]+$/u;
const LINES = /^[^\p{Cc}]+(?:\n[^\p{Cc}]+)*$/u;
const FORMS = {
  Call: { callerId: PHONE, carType: CAR_TYPE },
  ACK: { error: ONE_LINE },
  Dial: { tel: PHONE },
  SayText: { numberToCall: PHONE, textToSay: LINES, guid: GUID },
  SayTextStatus: { guid: GUID, status: STATUS, statusChangedTime: TIME },
  Conference: { tel1: PHONE, tel2: PHONE },
} as const satisfies Record<Exclude<Message['message'], 'Unknown'>, Record<string, RegExp>>;

function undocumentedMessage(message: Message): string | undefined {
  if (message.message === 'Unknown')
    return ONE_LINE.test(message.name) && Object.keys(message).length === 3 ? undocumentedFields(message.fields) : 'an odd unknown message';
  const form: Record<string, RegExp> = FORMS[message.message];
  const { extra } = message;
  const names = Object.keys(message).filter((key) => key !== 'message' && key !== 'extra');
  if (names.length !== Object.keys(form).length) return 'a message with other fields than its own';
  for (const [key, pattern] of Object.entries(form))
    if (!pattern.test(String((message as unknown as Record<string, unknown>)[key]))) return `a ${key} in no documented form`;
  if ('extra' in message && (extra === undefined || extra.length === 0)) return 'an empty extra';
  return extra === undefined ? undefined : undocumentedFields(extra);
}

function undocumentedFields(fields: readonly { readonly name: string; readonly value: string }[]): string | undefined {
  for (const { name, value } of fields)
    if (!/^[A-Za-z][A-Za-z0-9-]{0,31}$/.test(name) || !(value === '' || ONE_LINE.test(value))) return 'a field in no documented form';
  return undefined;
}
