import { isBlank } from './blanks.ts';
import type { Block } from './block-framer.ts';
import type { Tolerances } from './diagnostics.ts';
import type { FaultCode } from './faults.ts';
import { wireName } from './message-shapes.ts';
import { decodeText, type SettledEncoding } from './text-encoding.ts';

/** One `Name: value` line as it was read. */
export interface ReadField {
  /** The name as received. */
  readonly name: string;
  /** The name, which is ASCII, in lower case: fields are told apart by it. [reading 6] */
  readonly key: string;
  /** Trimmed of spaces and tabs; lines of a text of several lines are joined by `\n`. */
  value: string;
  /** The number of the line in its block, from 0. */
  readonly line: number;
  /** The number of the last line that belongs to it. */
  lastLine: number;
}

/** What is wrong with a block, and where. */
export interface BlockFault {
  readonly fault: FaultCode;
  readonly reason: string;
  readonly field?: string;
  /** The number of the line at fault; absent where no line is, but one is missing. */
  readonly line?: number;
}

/** All that the lines of a block say, before anybody asks what message it is. */
export interface ReadBlock {
  readonly fields: readonly ReadField[];
  /** The first line that could not be read. */
  readonly fault: BlockFault | undefined;
  /** There are more field lines than the limit allows; those beyond it were not read. */
  readonly tooManyFields: boolean;
}

/** Most letters of a field name; a longer one is no field line. */
const MAX_NAME = 32;
const COLON = 0x3a;
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/;

/** Whether a text has a control character: C0, DEL or C1. */
export function hasControlCharacter(text: string): boolean {
  return CONTROL_CHARACTER.test(text);
}

/** Reads the lines of a block: name and value at the first colon, continued texts joined. Source: [reading 1], [reading 3], [reading 10], [reading 12]. */
export function readFields(block: Block, encoding: SettledEncoding, mostFields: number, tolerances: Tolerances): ReadBlock {
  const { bytes } = block;
  const fields: ReadField[] = [];
  let fault: BlockFault | undefined;
  let tooManyFields = false;

  for (let line = 0; 2 * line < block.lines.length; line++) {
    const start = block.lines[2 * line] ?? 0;
    const lineEnd = block.lines[2 * line + 1] ?? start;
    const end = trimmedEnd(bytes, start, lineEnd);
    if (end < lineEnd) tolerances.note('trailing-space');
    const colon = fieldColon(bytes, start, end);
    const last = fields.at(-1);
    if (colon < 0) {
      const from = trimmedStart(bytes, start, end);
      const text = decodeText(bytes, from, end, encoding);
      const found = last?.key === 'texttosay' ? continueText(last, text, line) : notAField(text, line);
      fault ??= found;
      continue;
    }
    if (fields.length === mostFields) {
      tooManyFields = true;
      break;
    }
    const name = bytes.toString('latin1', start, colon);
    const from = trimmedStart(bytes, colon + 1, end);
    if (from < end && from === colon + 1) tolerances.note('no-space-after-colon', wireName(name));
    if (from < end && from > colon + 1 && (from > colon + 2 || bytes[colon + 1] !== 0x20))
      tolerances.note('extra-space-after-colon', wireName(name));
    const value = decodeText(bytes, from, end, encoding);
    fault ??= checkValue(value, name, line);
    fields.push({ name, key: name.toLowerCase(), value: value ?? '', line, lastLine: line });
  }
  return { fields, fault, tooManyFields };
}

/** The offset of the colon of a line that begins with a field name, else -1. */
function fieldColon(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === COLON) return at > start ? at : -1;
    const letter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
    const digitOrHyphen = (byte >= 0x30 && byte <= 0x39) || byte === 0x2d;
    if (at - start >= MAX_NAME || !(letter || (digitOrHyphen && at > start))) return -1;
  }
  return -1;
}

function checkValue(value: string | undefined, field: string, line: number): BlockFault | undefined {
  if (value === undefined) return notInEncoding(field, line);
  if (!hasControlCharacter(value)) return undefined;
  return { fault: 'control-character', reason: `The value of ${field} has a control character; expected none.`, field, line };
}

function notInEncoding(field: string, line: number): BlockFault {
  return { fault: 'invalid-field', reason: `The value of ${field} has bytes that its encoding does not define.`, field, line };
}

function continueText(text: ReadField, more: string | undefined, line: number): BlockFault | undefined {
  text.lastLine = line;
  if (more === undefined) return notInEncoding(text.name, line);
  text.value = text.value === '' ? more : `${text.value}\n${more}`;
  return checkValue(more, text.name, line);
}

function notAField(text: string | undefined, line: number): BlockFault {
  if (text !== undefined && hasControlCharacter(text)) {
    return { fault: 'control-character', reason: `Line ${line + 1} has a control character and is no "Name: value".`, line };
  }
  return { fault: 'malformed-line', reason: `Line ${line + 1} is no "Name: value" and continues no text.`, line };
}

function trimmedStart(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(bytes[at])) at++;
  return at;
}

function trimmedEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && isBlank(bytes[at - 1])) at--;
  return at;
}
