import type { ListenOptions, MessageHandler } from './options.ts';

/** An open port that speaks the protocol. */
export interface MessageListener extends AsyncDisposable {
  readonly host: string;
  /** The port in use, also when 0 was asked for. */
  readonly port: number;
  /** How many connections are open. */
  readonly connections: number;
  /** Replaces the allow list; connections that it no longer covers are closed. */
  allow(addresses: readonly string[]): void;
  /** Accepts nothing more, answers what was read, ends every connection in good order; what is left after `ms` is destroyed. */
  drain(ms: number): Promise<void>;
  /** Closes port and connections at once. */
  close(): Promise<void>;
}

/** Opens a port and hands every message and fault to `handler`, in order per connection; answers leave in request order. */
export function listen(_options: ListenOptions, _handler: MessageHandler): Promise<MessageListener> {
  throw new Error('not built yet');
}
