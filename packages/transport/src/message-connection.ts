import type { Socket } from 'node:net';
import { MessageDecoder, type DecoderLimits, type Diagnostic, type Fault, type Message, type TextEncoding } from '@taxinav/codec';
import { normalAddress } from './address-list.ts';
import type { Clock } from './clock.ts';
import type { Peer, RawFrame } from './options.ts';

/** What either side was told about its wire. */
export interface WireOptions {
  readonly encoding: TextEncoding;
  readonly limits: Partial<DecoderLimits> | undefined;
  readonly tap: ((frame: RawFrame) => void) | undefined;
  readonly clock: Clock;
}

/** What a connection tells its owner; each call is synchronous with the socket's own event. */
export interface ConnectionEvents {
  /** Bytes came: what they completed (maybe nothing), and how many they were. */
  readonly received: (results: readonly (Message | Fault)[], bytes: number) => void;
  /** The peer has sent its FIN: what the end completed. */
  readonly peerEnded: (results: readonly (Message | Fault)[]) => void;
  /** The socket is gone; `error` is what broke it, if anything did. */
  readonly closed: (error: Error | undefined) => void;
  readonly diagnostic?: (diagnostic: Diagnostic) => void;
}

/** The other end of a connected socket; `undefined` when it is already gone. */
export function peerOf(socket: Socket, connection: number): Peer | undefined {
  const { remoteAddress, remotePort, localPort } = socket;
  if (remoteAddress === undefined || remotePort === undefined || localPort === undefined) return undefined;
  return { address: normalAddress(remoteAddress), port: remotePort, localPort, connection };
}

/** One connected socket: bytes in become messages and faults, bytes out are written; a tap sees both. */
export class MessageConnection {
  readonly peer: Peer;
  readonly #socket: Socket;
  readonly #decoder: MessageDecoder;
  readonly #wire: WireOptions;
  #reading = true;

  constructor(socket: Socket, peer: Peer, wire: WireOptions, events: ConnectionEvents) {
    this.peer = peer;
    this.#socket = socket;
    this.#wire = wire;
    this.#decoder = new MessageDecoder({
      encoding: wire.encoding,
      ...(wire.limits !== undefined && { limits: wire.limits }),
      ...(events.diagnostic !== undefined && { onDiagnostic: events.diagnostic }),
    });
    let error: Error | undefined;
    socket.on('data', (chunk: Buffer) => {
      this.#frame('in', chunk);
      events.received(this.#reading ? this.#decoder.push(chunk) : [], chunk.length);
    });
    socket.on('end', () => events.peerEnded(this.#reading ? this.#decoder.end() : []));
    socket.on('error', (cause) => (error = cause));
    socket.on('close', () => events.closed(error));
  }

  /** Bytes of an unfinished message that are held. */
  get pendingBytes(): number {
    return this.#reading ? this.#decoder.pendingBytes : 0;
  }

  /** Bytes that the system has not taken yet. */
  get unwrittenBytes(): number {
    return this.#socket.destroyed ? 0 : this.#socket.writableLength;
  }

  /** Neither side has ended or broken it, as far as was seen. */
  get alive(): boolean {
    return this.#socket.writable && this.#socket.readable;
  }

  /** Writes bytes, which must not change afterwards; `done` is called once, also when the socket breaks. */
  write(bytes: Uint8Array, done: () => void): void {
    if (!this.#socket.writable) {
      done();
      return;
    }
    this.#frame('out', bytes);
    this.#socket.write(bytes, done);
  }

  /** From now on bytes are no longer decoded; they are only counted. An unfinished message is forgotten. */
  stopDecoding(): void {
    this.#reading = false;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Sends FIN after what was written; `done` is called once the system took it. */
  end(done?: () => void): void {
    if (this.#socket.writable) this.#socket.end(done);
  }

  /** Closes the socket at once. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Closes the socket with a reset, so that the peer cannot take it for an orderly end. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  #frame(direction: RawFrame['direction'], bytes: Uint8Array): void {
    this.#wire.tap?.({ direction, peer: this.peer, bytes: Uint8Array.from(bytes), at: this.#wire.clock.now() });
  }
}
