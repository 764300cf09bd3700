import {
  MessageDecoder,
  type DecoderLimits,
  type DecoderOptions,
  type Diagnostic,
  type Fault,
  type Message,
  type TextEncoding,
} from '@taxinav/codec';
import type { Clock } from './clock.ts';
import type { Peer, RawFrame } from './options.ts';

/** How bytes are read and who sees them, as the options of a listener or sender have it. */
export interface WireOptions {
  readonly encoding: TextEncoding;
  readonly limits: Partial<DecoderLimits> | undefined;
  readonly tap: ((frame: RawFrame) => void) | undefined;
  readonly clock: Clock;
  /** Who wants to hear of tolerances. */
  readonly diagnostic?: (peer: Peer, diagnostic: Diagnostic) => void;
}

/** What all connections of a listener or sender share of their wire; a connection itself has nothing but its decoder. */
export class Wire {
  readonly tap: ((frame: RawFrame) => void) | undefined;
  readonly clock: Clock;
  /** The same for every connection: thousands may each have begun a message. */
  readonly #options: DecoderOptions;
  /** Whose bytes are being read: a decoder tells of tolerances within the call that it reads in. */
  #peer: Peer | undefined;

  constructor({ encoding, limits, tap, clock, diagnostic }: WireOptions) {
    this.tap = tap;
    this.clock = clock;
    const onDiagnostic = (seen: Diagnostic): void => {
      if (this.#peer !== undefined) diagnostic?.(this.#peer, seen);
    };
    this.#options = { encoding, ...(limits !== undefined && { limits }), ...(diagnostic !== undefined && { onDiagnostic }) };
  }

  /** A decoder for one connection, to be used only with {@link read} and {@link end}. */
  decoder(): MessageDecoder {
    return new MessageDecoder(this.#options);
  }

  read(decoder: MessageDecoder, peer: Peer, bytes: Uint8Array): (Message | Fault)[] {
    this.#peer = peer;
    return decoder.push(bytes);
  }

  end(decoder: MessageDecoder, peer: Peer): (Message | Fault)[] {
    this.#peer = peer;
    return decoder.end();
  }
}
