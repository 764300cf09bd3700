export { listen, type MessageListener } from './message-listener.ts';
export { createSender, send, type MessageSender } from './message-sender.ts';
export { DELIVERY_EVIDENCE, type Delivery, type DeliveryEvidence } from './delivery-evidence.ts';
export { backoffMs, type BackoffOptions } from './backoff.ts';
export type { Clock } from './clock.ts';
export { systemClock } from './system-clock.ts';
export type {
  AckStyleChooser,
  CloseReason,
  ListenerEvent,
  ListenOptions,
  MessageHandler,
  Peer,
  RawFrame,
  RefusalReason,
  SendContext,
  SendOptions,
} from './options.ts';
export { TRANSPORT_ERROR_CODES, TransportError, type TransportErrorCode } from './errors.ts';
