import type { Message } from '@taxinav/codec';
import type { Delivery } from './delivery-evidence.ts';
import type { SendOptions } from './options.ts';

/** Sends one message on a connection of its own and says what the peer's reaction proves. Never rejects for what a peer does. */
export function send(_options: SendOptions, _message: Message, _context?: { readonly signal?: AbortSignal }): Promise<Delivery> {
  throw new Error('not built yet');
}

/** Sends messages to one address, one outstanding at a time; keeps its connection where `after` is `keep` and the peer lets it. */
export interface MessageSender extends AsyncDisposable {
  send(message: Message, context?: { readonly signal?: AbortSignal }): Promise<Delivery>;
  close(): Promise<void>;
}

/** A sender to one address. */
export function createSender(_options: SendOptions): MessageSender {
  throw new Error('not built yet');
}
