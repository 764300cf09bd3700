import {
  parseGuid,
  parsePhoneNumber,
  type Ack,
  type Call,
  type Conference,
  type Fault,
  type Guid,
  type Message,
  type PhoneNumber,
} from '@taxinav/codec';
import type { ListenerEvent } from '@taxinav/transport';

export const DIAL = 'Message: Dial\r\nTel: 0675040279\r\n\r\n';
export const CONFERENCE = 'Message: Conference\r\nTel1: 0501234567\r\nTel2: 0675040279\r\n\r\n';
export const ACK_OK = 'Message: ACK\r\nError: OK\r\n\r\n';
export const ACK_OK_COMPACT = 'Message:ACK\r\nError:OK\r\n\r\n';

/** A `Dial` whose last four digits are `serial`. */
export function dial(serial: number): string {
  return `Message: Dial\r\nTel: 067504${String(serial).padStart(4, '0')}\r\n\r\n`;
}

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the sample is wrong');
  return value;
}

export const PHONE: PhoneNumber = must(parsePhoneNumber('0675040279'));
export const GUID: Guid = must(parseGuid('6F9619FF-8B86-D011-B42D-00CF4FC964FF'));
export const OK: Ack = { message: 'ACK', error: 'OK' };
export const CALL: Call = { message: 'Call', callerId: PHONE, carType: 'Universal' };
export const CONFERENCE_MESSAGE: Conference = { message: 'Conference', tel1: PHONE, tel2: PHONE };

/** What a `Dial` of {@link dial} asked for: its serial. */
export function serialOf(received: Message | Fault): number {
  if (!('message' in received) || received.message !== 'Dial') throw new Error('expected a Dial');
  return Number(received.tel.slice(-4));
}

/** An event of one kind. */
export type EventOf<Name extends ListenerEvent['event']> = Extract<ListenerEvent, { event: Name }>;

/** Collects a listener's events and lets a test wait for them. */
export class EventLog {
  readonly all: ListenerEvent[] = [];
  #waiting: (() => void)[] = [];

  readonly onEvent = (event: ListenerEvent): void => {
    this.all.push(event);
    for (const wake of this.#waiting.splice(0)) wake();
  };

  of<Name extends ListenerEvent['event']>(name: Name): EventOf<Name>[] {
    return this.all.filter((event): event is EventOf<Name> => event.event === name);
  }

  /** The event number `index` of its kind, as soon as it has happened. */
  async next<Name extends ListenerEvent['event']>(name: Name, index = 0): Promise<EventOf<Name>> {
    for (;;) {
      const event = this.of(name)[index];
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

/** Something that a test waits for, several times. */
export class Counter {
  count = 0;
  #waiting: (() => void)[] = [];

  readonly add = (): void => {
    this.count += 1;
    for (const wake of this.#waiting.splice(0)) wake();
  };

  async reaches(count: number): Promise<void> {
    while (this.count < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
