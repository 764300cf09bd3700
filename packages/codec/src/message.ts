import type { CarType } from './car-type.ts';
import type { Guid } from './guid.ts';
import type { NotificationStatus } from './notification-status.ts';
import type { PhoneNumber } from './phone-number.ts';
import type { StatusTime } from './status-time.ts';

/** A `Name: value` line as it was received: name and value verbatim, trimmed. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** What every message may carry besides its own fields. */
interface Extra {
  /** Fields that the document does not name, in the order received; absent when there were none. [reading 8] */
  readonly extra?: readonly Field[];
}

/** A call has come in: Taxi Navigator opens an order form. CallCenter → TN. */
export interface Call extends Extra {
  readonly message: 'Call';
  readonly callerId: PhoneNumber;
  readonly carType: CarType;
}

/** The answer to a `Call` or a `Conference`: `OK`, or what went wrong. Either direction. */
export interface Ack extends Extra {
  readonly message: 'ACK';
  /** `OK` (read in any case), else the reason as it was received. */
  readonly error: string;
}

/** Call this number for the operator. TN → CallCenter. */
export interface Dial extends Extra {
  readonly message: 'Dial';
  readonly tel: PhoneNumber;
}

/** Call this number and speak this text. TN → CallCenter. */
export interface SayText extends Extra {
  readonly message: 'SayText';
  readonly numberToCall: PhoneNumber;
  /** 1–500 characters (code points); lines of a text of several lines are joined by `\n`. */
  readonly textToSay: string;
  readonly guid: Guid;
}

/** A notification has changed its status. CallCenter → TN, to the configured address. */
export interface SayTextStatus extends Extra {
  readonly message: 'SayTextStatus';
  readonly guid: Guid;
  readonly status: NotificationStatus;
  readonly statusChangedTime: StatusTime;
}

/** Join the driver's and the passenger's phones. TN → CallCenter. */
export interface Conference extends Extra {
  readonly message: 'Conference';
  /** The driver's phone: rung first. */
  readonly tel1: PhoneNumber;
  /** The passenger's phone. */
  readonly tel2: PhoneNumber;
}

/** A well-formed block whose `Message` the document does not name. */
export interface Unknown {
  readonly message: 'Unknown';
  /** The value of `Message` as it was received. */
  readonly name: string;
  /** All other fields, verbatim. */
  readonly fields: readonly Field[];
}

/** Every message of the protocol, told apart by `message`. */
export type Message = Call | Ack | Dial | SayText | SayTextStatus | Conference | Unknown;

/** The name that tells messages apart. */
export type MessageName = Message['message'];
