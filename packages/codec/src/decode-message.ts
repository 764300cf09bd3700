import { trimBlanks } from './blanks.ts';
import type { Block } from './block-framer.ts';
import { CAR_TYPES, parseCarType, type CarType } from './car-type.ts';
import type { Tolerances } from './diagnostics.ts';
import type { Fault } from './faults.ts';
import { readFields, type BlockFault, type ReadBlock, type ReadField } from './fields.ts';
import { canonicalGuid, parseGuid, type Guid } from './guid.ts';
import { hasMoreCharacters, type DecoderLimits } from './limits.ts';
import { documentedName, MESSAGE_SHAPES, wireName, type DocumentedField, type DocumentedName } from './message-shapes.ts';
import type { Field, Message, Unknown } from './message.ts';
import { NOTIFICATION_STATUSES, parseNotificationStatus, type NotificationStatus } from './notification-status.ts';
import { nationalNumber, parsePhoneNumber, type PhoneNumber } from './phone-number.ts';
import { parseStatusTime, type StatusTime } from './status-time.ts';
import { settleEncoding, type SettledEncoding, type TextEncoding } from './text-encoding.ts';
import { isInAngleBrackets } from './text-brackets.ts';

/** How many bytes of a block a fault keeps. */
const FAULT_BYTES = 1024;

/** Reads one block as a message, or says as a fault why it is none. Never throws for bytes. */
export function decodeMessage(block: Block, encoding: TextEncoding, limits: DecoderLimits, tolerances: Tolerances): Message | Fault {
  const settled = settleBlock(block, encoding, tolerances);
  const read = readFields(block, settled, limits.fields, tolerances);
  const reading = new MessageReading(read, limits, tolerances);
  if (read.tooManyFields) {
    const reason = `The message has more than ${limits.fields} fields; nothing after it is read.`;
    return reading.asFault({ fault: 'too-many-fields', reason }, block, true);
  }
  const message = reading.message();
  if (reading.fault === undefined && message !== undefined && !(block.ended === 'cut-line' && reading.mayBeCut())) return message;
  return reading.asFault(asIncomplete(reading.fault, block) ?? INCOMPLETE, block, false);
}

/** What can be said of a block that ran into a cap: which message and GUID its whole lines name. [reading 27] */
export function decodeCapExceeded(
  fault: 'line-too-long' | 'message-too-long',
  block: Block,
  encoding: TextEncoding,
  limits: DecoderLimits,
  unheard: Tolerances,
): Fault {
  const settled = settleBlock(block, encoding, unheard);
  const reading = new MessageReading(readFields(block, settled, limits.fields, unheard), limits, unheard);
  const reason =
    fault === 'line-too-long'
      ? `A line has more than ${limits.lineBytes} bytes; nothing after it is read.`
      : `The message has more than ${limits.messageBytes} bytes; nothing after it is read.`;
  return reading.asFault({ fault, reason }, block, true);
}

function settleBlock(block: Block, encoding: TextEncoding, tolerances: Tolerances): SettledEncoding {
  const settled = settleEncoding(encoding, block.bytes.subarray(block.from, block.to));
  if (encoding === 'auto' && settled === 'windows-1251') tolerances.note('assumed-windows-1251');
  return settled;
}

const INCOMPLETE: BlockFault = {
  fault: 'incomplete-message',
  reason: 'The connection ended within the message; expected all of its fields and a blank line.',
};

/** When the connection ended, what is missing or cut short was on its way: one fault for both. [reading 11] */
function asIncomplete(fault: BlockFault | undefined, block: Block): BlockFault | undefined {
  if (fault === undefined || block.ended === 'blank-line') return fault;
  const missing = fault.line === undefined;
  const lastLine = block.lines.length / 2 - 1;
  if (!missing && !(block.ended === 'cut-line' && fault.line === lastLine)) return fault;
  return fault.field === undefined ? INCOMPLETE : { ...INCOMPLETE, field: fault.field };
}

/** One block being understood: which message it is, what its fields say, and the first thing that is wrong. */
class MessageReading {
  readonly #limits: DecoderLimits;
  readonly #tolerances: Tolerances;
  readonly #fields: readonly ReadField[];
  readonly #name: DocumentedName | undefined;
  readonly #guid: Guid | undefined;
  /** The fields that the message is made of; all others are extra. */
  readonly #used = new Set<ReadField>();
  #fault: BlockFault | undefined;

  constructor(read: ReadBlock, limits: DecoderLimits, tolerances: Tolerances) {
    this.#limits = limits;
    this.#tolerances = tolerances;
    this.#fields = read.fields;
    this.#fault = read.fault;
    this.#name = documentedName(this.#find('Message')?.value ?? '');
    this.#guid = parseGuid(this.#find('Guid')?.value ?? '');
  }

  /** The first thing that is wrong, in the order of lines and then of the document's fields. */
  get fault(): BlockFault | undefined {
    return this.#fault;
  }

  /** The message, or `undefined` where {@link fault} says why not. */
  message(): Message | undefined {
    const name = this.#take('Message');
    if (name === undefined || name.value === '') {
      this.#fail({ fault: 'missing-message', reason: 'The block has no field Message with a value.', field: 'Message' });
      return undefined;
    }
    if (this.#name !== undefined && name.value !== this.#name) this.#tolerances.note('name-case', 'Message');
    const message = this.#name === undefined ? this.#unknown(name.value) : this.#documented(this.#name);
    this.#checkOrder();
    this.#checkContinuedTexts();
    return this.#fault === undefined ? message : undefined;
  }

  /** Whether the last line, which has no line end, might have gone on: the value of its field is no proof of its own end. [reading 11] */
  mayBeCut(): boolean {
    const last = this.#fields.at(-1);
    if (last === undefined || !this.#used.has(last)) return true;
    switch (wireName(last.name) as DocumentedField) {
      case 'Guid':
      case 'CarType':
      case 'Status':
      case 'StatusChangedTime':
        return false;
      case 'CallerID':
      case 'Tel':
      case 'Tel1':
      case 'Tel2':
      case 'NumberToCall':
        return !/^0[0-9]{9}$/.test(last.value);
      case 'Error':
        return last.value.toUpperCase() !== 'OK';
      case 'Message':
      case 'TextToSay':
        return true;
      default:
        return true;
    }
  }

  /** The fault as it is handed out, with whatever the block says of the message and the GUID it concerned. */
  asFault({ fault, reason, field }: BlockFault, block: Block, fatal: boolean): Fault {
    return {
      fault,
      reason,
      ...(this.#name === undefined ? {} : { concerns: this.#name }),
      ...(this.#guid === undefined ? {} : { guid: this.#guid }),
      ...(field === undefined ? {} : { field: wireName(field) }),
      // Not `slice`: a Buffer's shares the memory of its chunk.
      bytes: new Uint8Array(block.bytes.subarray(block.from, Math.min(block.to, block.from + FAULT_BYTES))),
      fatal,
    };
  }

  #documented(name: DocumentedName): Message {
    const message = this.#fieldsOf(name);
    const extra = this.#extra();
    return extra.length === 0 ? message : { ...message, extra };
  }

  #fieldsOf(message: DocumentedName): Exclude<Message, Unknown> {
    switch (message) {
      case 'Call':
        return { message, callerId: this.#phone('CallerID'), carType: this.#carType() };
      case 'ACK':
        return { message, error: this.#error() };
      case 'Dial':
        return { message, tel: this.#phone('Tel') };
      case 'SayText':
        return { message, numberToCall: this.#phone('NumberToCall'), textToSay: this.#textToSay(), guid: this.#guidField() };
      case 'SayTextStatus':
        return { message, guid: this.#guidField(), status: this.#status(), statusChangedTime: this.#statusChangedTime() };
      case 'Conference':
        return { message, tel1: this.#phone('Tel1'), tel2: this.#phone('Tel2') };
      default:
        return message satisfies never;
    }
  }

  /** Source: [reading 28]. All fields are kept, repeated ones too: the document has no rule for them. */
  #unknown(name: string): Message {
    const fields = this.#fields.filter((field) => !this.#used.has(field) && field.key !== 'message').map(asField);
    return { message: 'Unknown', name, fields };
  }

  /** Source: [TN-5], [TN-9], [TN-11], [TN-19], [TN-21], [reading 20], [reading 21]. */
  #phone(name: DocumentedField): PhoneNumber {
    return this.#value(name, parsePhoneNumber, 'a phone number, ten digits such as 0501234567', (phone, written) => {
      if (!phone.startsWith('+380')) this.#tolerances.note('foreign-number', name);
      else if (nationalNumber(phone) !== written) this.#tolerances.note('phone-form', name);
    });
  }

  /** Source: [TN-7], [reading 16]. */
  #carType(): CarType {
    return this.#value('CarType', parseCarType, `one of ${CAR_TYPES.join(', ')}`, (carType, written) => {
      if (carType !== written) this.#tolerances.note('car-type-form', 'CarType');
    });
  }

  /** Source: [TN-8], [TN-22], [reading 6]. */
  #error(): string {
    return this.#value(
      'Error',
      (text) => (text.toUpperCase() === 'OK' ? 'OK' : text || undefined),
      'OK or what went wrong',
      (error, written) => {
        if (error !== written) this.#tolerances.note('name-case', 'Error');
      },
    );
  }

  /** Source: [TN-11], [TN-12], [TN-15], [reading 15], [reading 18]. */
  #guidField(): Guid {
    return this.#value('Guid', parseGuid, 'a GUID such as 6F9619FF-8B86-D011-B42D-00CF4FC964FF', (guid) => {
      if (canonicalGuid(guid) !== guid) this.#tolerances.note('guid-form', 'Guid');
    });
  }

  /** Source: [TN-16], [reading 17]. */
  #status(): NotificationStatus {
    return this.#value('Status', parseNotificationStatus, `one of ${NOTIFICATION_STATUSES.join(', ')}`, (status, written) => {
      if (status !== written) this.#tolerances.note('status-form', 'Status');
    });
  }

  /** Source: [TN-14], [reading 19]. */
  #statusChangedTime(): StatusTime {
    return this.#value('StatusChangedTime', parseStatusTime, 'a time such as 03.11.2010 15:21:30', (time, written) => {
      if (time !== written) this.#tolerances.note('time-form', 'StatusChangedTime');
    });
  }

  /** Source: [TN-11], [reading 12], [reading 13]. */
  #textToSay(): string {
    const most = this.#limits.textCharacters;
    const text = this.#value('TextToSay', textOf, `a text of 1 to ${most} characters`, (_text, written) => {
      if (this.#isContinued('TextToSay')) this.#tolerances.note('text-of-several-lines', 'TextToSay');
      if (isInAngleBrackets(written)) this.#tolerances.note('text-in-angle-brackets', 'TextToSay');
    });
    if (hasMoreCharacters(text, most)) {
      const line = this.#find('TextToSay')?.lastLine;
      this.#fail({
        fault: 'text-too-long',
        reason: `TextToSay has more than ${most} characters.`,
        field: 'TextToSay',
        ...(line === undefined ? {} : { line }),
      });
    }
    return text;
  }

  /** A field that must be there, read by `parse`. Where it fails, the fault is kept and the result is never handed out. */
  #value<Value extends string>(
    name: DocumentedField,
    parse: (text: string) => Value | undefined,
    expected: string,
    note: (value: Value, written: string) => void,
  ): Value {
    const field = this.#take(name);
    if (field === undefined) {
      this.#fail({ fault: 'missing-field', reason: `${this.#name} has no ${name}; expected ${expected}.`, field: name });
      return '' as Value;
    }
    const value = parse(field.value);
    if (value === undefined) {
      this.#fail({
        fault: 'invalid-field',
        reason: `${name} of ${this.#name} cannot be read; expected ${expected}.`,
        field: name,
        line: field.line,
      });
      return '' as Value;
    }
    note(value, field.value);
    return value;
  }

  #isContinued(name: DocumentedField): boolean {
    const field = this.#find(name);
    return field !== undefined && field.lastLine > field.line;
  }

  #fail(fault: BlockFault): void {
    this.#fault ??= fault;
  }

  /** The field of this name that counts: the first, but a Guid after the text wins over one before it. [reading 18] */
  #find(name: DocumentedField): ReadField | undefined {
    const key = name.toLowerCase();
    const first = this.#fields.findIndex((field) => field.key === key);
    if (name !== 'Guid') return this.#fields[first];
    const text = this.#fields.findIndex((field) => field.key === 'texttosay');
    return (text < 0 ? undefined : this.#fields.find((field, index) => index > text && field.key === key)) ?? this.#fields[first];
  }

  /** {@link #find}, and notes how the field was written. */
  #take(name: DocumentedField): ReadField | undefined {
    const taken = this.#find(name);
    if (taken === undefined) return undefined;
    this.#used.add(taken);
    if (taken.name !== name) this.#tolerances.note('name-case', name);
    if (this.#fields.some((field) => field !== taken && field.key === taken.key)) this.#tolerances.note('duplicate-field', name);
    return taken;
  }

  /** Fields that are none of this message's, as they came. [reading 8] */
  #extra(): Field[] {
    if (this.#fields.length === this.#used.size) return [];
    const own = new Set([...this.#used].map((field) => field.key));
    const extra = this.#fields.filter((field) => !own.has(field.key));
    const [first] = extra;
    if (first !== undefined) this.#tolerances.note('unknown-field', wireName(first.name));
    return extra.map(asField);
  }

  /** `Message` comes first, then the document's fields in the document's order; extra ones stand anywhere after it. [reading 7] */
  #checkOrder(): void {
    if (this.#fields[0] !== this.#find('Message')) this.#tolerances.note('field-order', 'Message');
    const names = this.#name === undefined ? [] : MESSAGE_SHAPES[this.#name];
    let last = -1;
    for (const name of names) {
      const taken = this.#find(name);
      if (taken === undefined) continue;
      if (taken.line < last) this.#tolerances.note('field-order', name);
      last = Math.max(last, taken.line);
    }
  }

  /** Only a SayText has a text that may go on in the next line. [reading 12] */
  #checkContinuedTexts(): void {
    if (this.#name === 'SayText') return;
    const continued = this.#fields.find((field) => field.lastLine > field.line);
    if (continued === undefined) return;
    const line = continued.line + 1;
    this.#fail({
      fault: 'malformed-line',
      reason: `Line ${line + 1} is no "Name: value"; only the text of a SayText may have several lines.`,
      line,
    });
  }
}

/** Without its brackets, a text may be left with blanks at the ends of its lines, and with empty first and last lines. */
function textOf(written: string): string | undefined {
  const text = isInAngleBrackets(written) ? written.slice(1, -1).split('\n').map(trimBlanks).filter(Boolean).join('\n') : written;
  return text === '' ? undefined : text;
}

function asField({ name, value }: ReadField): Field {
  return { name, value };
}
