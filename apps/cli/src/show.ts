import { isUtf8 } from 'node:buffer';
import { isFault, type Diagnostic, type Fault, type Message } from '@taxinav/codec';
import { faultJson, messageJson, wireFields, wireName, type Showing } from './message-fields.ts';
import type { Output } from './output.ts';
import { visible, visibleBytes } from './visible.ts';

/** A message or fault on one line: its name, then its fields. */
export function resultLine(result: Message | Fault, showing: Showing, output: Output): string {
  return isFault(result) ? faultLine(result, output) : messageLine(result, showing, output);
}

/** A message or fault as JSON: told apart by `message` and `fault`. */
export function resultJson(result: Message | Fault, showing: Showing): Record<string, unknown> {
  return isFault(result) ? faultJson(result, showing) : messageJson(result, showing);
}

function messageLine(message: Message, showing: Showing, output: Output): string {
  const fields = wireFields(message, showing).map(({ name, value }) => `${output.style('dim', `${visible(name)}:`)} ${visible(value)}`);
  return [output.style('bold', visible(wireName(message)).padEnd(13)), ...fields].join('  ').trimEnd();
}

function faultLine(fault: Fault, output: Output): string {
  const whose = [fault.concerns, fault.field].filter((part) => part !== undefined).join(' ');
  const about = whose === '' ? '' : ` (${whose})`;
  return `${output.style('red', 'fault'.padEnd(13))}  ${fault.fault}${visible(about)}: ${visible(fault.reason)}${fault.fatal ? ' Nothing after it is read.' : ''}`;
}

/** What was put up with: the code, its reading in PROTOCOL.md, the field. */
export function diagnosticLine(diagnostic: Diagnostic, output: Output): string {
  const where = diagnostic.field === undefined ? '' : ` in ${visible(diagnostic.field)}`;
  return `${output.style('yellow', 'tolerated')}  ${diagnostic.code}${where} (reading ${diagnostic.reading})`;
}

/** Bytes as they crossed the socket, or that they are hidden. */
export function rawText(bytes: Uint8Array, { mask }: Showing): string {
  return mask ? '(not shown with --mask)' : visibleBytes(bytes);
}

/** Bytes as they crossed the socket, for JSON: their text where they are UTF-8, else one character a byte; nothing where they are hidden. */
export function rawJson(bytes: Uint8Array, { mask }: Showing): string | undefined {
  return mask ? undefined : Buffer.from(bytes).toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}

/** `HH:MM:SS.mmm` on this machine's clock. */
export function clockTime(at: number): string {
  const time = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}
