import {
  CAR_TYPES,
  NOTIFICATION_STATUSES,
  parseGuid,
  parsePhoneNumber,
  parseStatusTime,
  type Ack,
  type Guid,
  type Message,
  type PhoneNumber,
  type SayText,
  type SayTextStatus,
  type StatusTime,
} from '@taxinav/codec';
import { oneOf } from '../measure/seeded-random.ts';

const STREETS = ['Хрещатик', 'Саксаганського', 'Володимирська', 'Антоновича', 'Жилянська'] as const;
const CARS = ['белый Ланос', 'серая Шкода', 'чёрная Тойота', 'синий Форд', 'жёлтый Рено'] as const;
const LETTERS = ['АА', 'АІ', 'КА', 'ВН', 'АЕ'] as const;

/** A message of each kind, in the document's order; the text of a SayText has about 80 characters, as dispatchers write them. */
export function oneOfEach(random: () => number): Message[] {
  return [call(random), ack(), dial(random), sayText(random), sayTextStatus(random), conference(random)];
}

/** A spoken notification. */
export function sayText(random: () => number): SayText {
  return { message: 'SayText', numberToCall: phone(random), textToSay: text(random), guid: guid(random) };
}

/** A change of status. */
export function sayTextStatus(random: () => number): SayTextStatus {
  return { message: 'SayTextStatus', guid: guid(random), status: oneOf(NOTIFICATION_STATUSES, random), statusChangedTime: time(random) };
}

/** The answer that is sent most. */
export function ack(): Ack {
  return { message: 'ACK', error: 'OK' };
}

function call(random: () => number): Message {
  return { message: 'Call', callerId: phone(random), carType: oneOf(CAR_TYPES, random) };
}

function dial(random: () => number): Message {
  return { message: 'Dial', tel: phone(random) };
}

function conference(random: () => number): Message {
  return { message: 'Conference', tel1: phone(random), tel2: phone(random) };
}

function text(random: () => number): string {
  const plate = `${oneOf(LETTERS, random)}${digits(4, random)}${oneOf(LETTERS, random)}`;
  return `Машина подана: ${oneOf(CARS, random)} ${plate}, улица ${oneOf(STREETS, random)}, выходите пожалуйста`;
}

function digits(count: number, random: () => number): string {
  return Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
}

function hex(count: number, random: () => number): string {
  return Array.from({ length: count }, () => Math.floor(random() * 16).toString(16))
    .join('')
    .toUpperCase();
}

function phone(random: () => number): PhoneNumber {
  return valid(parsePhoneNumber(`067${digits(7, random)}`));
}

/** A GUID as Windows programs write it. */
export function guid(random: () => number): Guid {
  return valid(parseGuid(`${hex(8, random)}-${hex(4, random)}-${hex(4, random)}-${hex(4, random)}-${hex(12, random)}`));
}

function time(random: () => number): StatusTime {
  const two = (most: number): string => String(Math.floor(random() * most)).padStart(2, '0');
  return valid(parseStatusTime(`1${digits(1, random)}.11.2026 ${two(24)}:${two(60)}:${two(60)}`));
}

function valid<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the corpus holds a value that the codec does not take');
  return value;
}
