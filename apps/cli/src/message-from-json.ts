import {
  CAR_TYPES,
  NOTIFICATION_STATUSES,
  parseCarType,
  parseGuid,
  parseNotificationStatus,
  parsePhoneNumber,
  parseStatusTime,
  type Field,
  type Message,
} from '@taxinav/codec';

/** What is wrong with an object that should be a message; `field` is its key. */
export class MessageFormError extends Error {
  override readonly name = 'MessageFormError';
  readonly code = 'MESSAGE_FORM';
  readonly field: string;

  constructor(field: string, expected: string, got: unknown) {
    super(`${field}: expected ${expected}, got ${got === undefined ? 'nothing' : JSON.stringify(got).slice(0, 80)}`);
    this.field = field;
  }
}

type Source = Readonly<Record<string, unknown>>;

/** What `decode --json` and `listen --json` put beside a message: read over. */
const ENVELOPE = ['time', 'direction', 'peer', 'connection', 'raw', 'column', 'event'];

const KEYS: Readonly<Record<Message['message'], readonly string[]>> = {
  Call: ['callerId', 'carType', 'extra'],
  ACK: ['error', 'extra'],
  Dial: ['tel', 'extra'],
  SayText: ['numberToCall', 'textToSay', 'guid', 'extra'],
  SayTextStatus: ['guid', 'status', 'statusChangedTime', 'extra'],
  Conference: ['tel1', 'tel2', 'extra'],
  Unknown: ['name', 'fields'],
};

/**
 * A message from its JSON form (the codec's shape; phone numbers, car types and statuses in any form that can be read).
 *
 * @throws MessageFormError naming the field
 */
export function messageFromJson(value: unknown): Message {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new MessageFormError('message', 'a JSON object', value);
  const source = value as Source;
  const message = own(source, 'message');
  const names = Object.keys(KEYS);
  if (typeof message !== 'string' || !names.includes(message)) throw new MessageFormError('message', `one of ${names.join(', ')}`, message);
  const name = message as Message['message'];
  const known = ['message', ...KEYS[name], ...ENVELOPE];
  const stray = Object.keys(source).find((key) => !known.includes(key));
  if (stray !== undefined)
    throw new MessageFormError(stray, `only ${KEYS[name].join(', ')} in ${name} (others go into extra)`, source[stray]);
  return read(name, source);
}

function read(name: Message['message'], source: Source): Message {
  switch (name) {
    case 'Call':
      return {
        message: name,
        callerId: phone(source, 'callerId'),
        carType: parsed(source, 'carType', parseCarType, `one of ${CAR_TYPES.join(', ')}`),
        ...extra(source),
      };
    case 'ACK':
      return { message: name, error: text(source, 'error'), ...extra(source) };
    case 'Dial':
      return { message: name, tel: phone(source, 'tel'), ...extra(source) };
    case 'SayText':
      return {
        message: name,
        numberToCall: phone(source, 'numberToCall'),
        textToSay: text(source, 'textToSay'),
        guid: guid(source),
        ...extra(source),
      };
    case 'SayTextStatus':
      return {
        message: name,
        guid: guid(source),
        status: parsed(source, 'status', parseNotificationStatus, `one of ${NOTIFICATION_STATUSES.join(', ')}`),
        statusChangedTime: parsed(source, 'statusChangedTime', parseStatusTime, 'a time such as 03.11.2010 15:21:30'),
        ...extra(source),
      };
    case 'Conference':
      return { message: name, tel1: phone(source, 'tel1'), tel2: phone(source, 'tel2'), ...extra(source) };
    case 'Unknown':
      return { message: name, name: text(source, 'name'), fields: fields(source, 'fields') ?? [] };
    default:
      return name satisfies never;
  }
}

function own(source: Source, key: string): unknown {
  return Object.hasOwn(source, key) ? source[key] : undefined;
}

function text(source: Source, key: string): string {
  const value = own(source, key);
  if (typeof value !== 'string') throw new MessageFormError(key, 'a string', value);
  return value;
}

function parsed<Value>(source: Source, key: string, parse: (text: string) => Value | undefined, expected: string): Value {
  const value = own(source, key);
  const read = typeof value === 'string' ? parse(value) : undefined;
  if (read === undefined) throw new MessageFormError(key, expected, value);
  return read;
}

function phone(source: Source, key: string): ReturnType<typeof parsePhoneNumber> & string {
  return parsed(source, key, parsePhoneNumber, 'a phone number such as 0675040279');
}

function guid(source: Source): ReturnType<typeof parseGuid> & string {
  return parsed(source, 'guid', parseGuid, 'a GUID such as 6F9619FF-8B86-D011-B42D-00CF4FC964FF');
}

function extra(source: Source): { readonly extra?: readonly Field[] } {
  const read = fields(source, 'extra');
  return read === undefined ? {} : { extra: read };
}

function fields(source: Source, key: string): readonly Field[] | undefined {
  const value = own(source, key);
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || !value.every(isField)) throw new MessageFormError(key, 'a list of {"name": …, "value": …}', value);
  return value.map(({ name, value: written }) => ({ name, value: written }));
}

function isField(entry: unknown): entry is Field {
  if (typeof entry !== 'object' || entry === null) return false;
  const { name, value } = entry as Partial<Field>;
  return typeof name === 'string' && typeof value === 'string';
}
