import { maskPhoneNumber, nationalNumber, parsePhoneNumber, type Fault, type Field, type Message, type PhoneNumber } from '@taxinav/codec';

/** How messages are shown. */
export interface Showing {
  /** Phone numbers as `067***0279`, and no raw bytes. */
  readonly mask: boolean;
}

/** The fields of a message by their names on the wire, numbers as they are written there. */
export function wireFields(message: Message, { mask }: Showing): Field[] {
  const phone = (name: string, value: PhoneNumber): Field => ({ name, value: mask ? maskPhoneNumber(value) : nationalNumber(value) });
  const others = (fields: readonly Field[] | undefined): Field[] =>
    (fields ?? []).map(({ name, value }) => ({ name, value: mask ? maskedText(value) : value }));
  switch (message.message) {
    case 'Call':
      return [phone('CallerID', message.callerId), { name: 'CarType', value: message.carType }, ...others(message.extra)];
    case 'ACK':
      return [{ name: 'Error', value: message.error }, ...others(message.extra)];
    case 'Dial':
      return [phone('Tel', message.tel), ...others(message.extra)];
    case 'SayText':
      return [
        phone('NumberToCall', message.numberToCall),
        { name: 'TextToSay', value: mask ? maskedText(message.textToSay) : message.textToSay },
        { name: 'Guid', value: message.guid },
        ...others(message.extra),
      ];
    case 'SayTextStatus':
      return [
        { name: 'Guid', value: message.guid },
        { name: 'Status', value: message.status },
        { name: 'StatusChangedTime', value: message.statusChangedTime },
        ...others(message.extra),
      ];
    case 'Conference':
      return [phone('Tel1', message.tel1), phone('Tel2', message.tel2), ...others(message.extra)];
    case 'Unknown':
      return others(message.fields);
    default:
      return message satisfies never;
  }
}

/** The name of a message as the wire has it. */
export function wireName(message: Message): string {
  return message.message === 'Unknown' ? message.name : message.message;
}

/** A message as JSON: the codec's own shape, numbers in E.164; with `mask` they are masked. */
export function messageJson(message: Message, { mask }: Showing): Record<string, unknown> {
  if (!mask) return { ...message };
  return Object.fromEntries(Object.entries(message).map(([key, value]) => [key, key === 'guid' ? value : masked(value)]));
}

/** A fault as JSON, its bytes in hexadecimal; with `mask` they are left out. */
export function faultJson(fault: Fault, { mask }: Showing): Record<string, unknown> {
  const { bytes, ...rest } = fault;
  return mask ? rest : { ...rest, bytes: Buffer.from(bytes).toString('hex') };
}

function masked(value: unknown): unknown {
  if (typeof value === 'string') return maskedText(value);
  if (!Array.isArray(value)) return value;
  return (value as Field[]).map((field) => ({ name: field.name, value: maskedText(field.value) }));
}

/** Every run of digits in a text that could be a phone number, masked. Status times have no such run. */
function maskedText(text: string): string {
  if (parsePhoneNumber(text) !== undefined) return maskPhoneNumber(text);
  return text.replace(/\+?[0-9][0-9 ()-]{5,}[0-9]/g, (run) => (run.replace(/[^0-9]/g, '').length < 7 ? run : maskPhoneNumber(run)));
}
