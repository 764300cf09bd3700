export type { Ack, Call, Conference, Dial, Field, Message, MessageName, SayText, SayTextStatus, Unknown } from './message.ts';
export { CAR_TYPES, TARIFFS, type CarType } from './car-type.ts';
export { NOTIFICATION_STATUSES, type NotificationStatus } from './notification-status.ts';
export type { CanonicalGuid, Guid } from './guid.ts';
export type { PhoneNumber } from './phone-number.ts';
export type { StatusTime } from './status-time.ts';
export { TEXT_ENCODINGS, type TextEncoding } from './text-encoding.ts';
export { FAULT_CODES, type Fault, type FaultCode } from './faults.ts';
