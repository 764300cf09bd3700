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

/** Who is told what a connection brings; each call is synchronous with the socket's own event. */
export interface ConnectionOwner {
  /** Bytes came: what they completed (maybe nothing), and how many they were. */
  received(results: readonly (Message | Fault)[], bytes: number): void;
  /** The peer has sent its FIN: what the end completed. */
  peerEnded(results: readonly (Message | Fault)[]): void;
  /** The socket is gone; `error` is what broke it, if anything did. */
  closed(error: Error | undefined): void;
  diagnostic?(diagnostic: Diagnostic): void;
}

/** The other end of a connected socket; `undefined` when it is already gone. */
export function peerOf(socket: Socket, connection: number, localPort: number | undefined = socket.localPort): Peer | undefined {
  const { remoteAddress, remotePort } = socket;
  if (remoteAddress === undefined || remotePort === undefined || localPort === undefined) return undefined;
  return { address: normalAddress(remoteAddress), port: remotePort, localPort, connection };
}

/** One connected socket: bytes in become messages and faults, bytes out are written; a tap sees both. */
export class MessageConnection {
  readonly peer: Peer;
  readonly #socket: Socket;
  readonly #wire: WireOptions;
  readonly #owner: ConnectionOwner;
  /** Made for the first byte: a connection that only waits costs little. */
  #decoder: MessageDecoder | undefined;
  #decoding = true;

  constructor(socket: Socket, peer: Peer, wire: WireOptions, owner: ConnectionOwner) {
    this.peer = peer;
    this.#socket = socket;
    this.#wire = wire;
    this.#owner = owner;
    let error: Error | undefined;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('end', () => owner.peerEnded(this.#decoding ? (this.#decoder?.end() ?? []) : []));
    socket.on('error', (cause) => (error = cause));
    socket.on('close', () => owner.closed(error));
  }

  /** Bytes of an unfinished message that are held. */
  get pendingBytes(): number {
    return this.#decoding ? (this.#decoder?.pendingBytes ?? 0) : 0;
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
    if (this.#wire.tap !== undefined) this.#frame('out', bytes);
    this.#socket.write(bytes, done);
  }

  /** From now on bytes are no longer decoded; they are only counted. An unfinished message is forgotten. */
  stopDecoding(): void {
    this.#decoding = false;
    this.#decoder = undefined;
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

  #read(chunk: Buffer): void {
    if (this.#wire.tap !== undefined) this.#frame('in', chunk);
    if (this.#decoding) this.#decoder ??= this.#newDecoder();
    this.#owner.received(this.#decoder?.push(chunk) ?? [], chunk.length);
  }

  #newDecoder(): MessageDecoder {
    const { encoding, limits } = this.#wire;
    const owner = this.#owner;
    return new MessageDecoder({
      encoding,
      ...(limits !== undefined && { limits }),
      ...(owner.diagnostic !== undefined && { onDiagnostic: (diagnostic: Diagnostic) => owner.diagnostic?.(diagnostic) }),
    });
  }

  #frame(direction: RawFrame['direction'], bytes: Uint8Array): void {
    this.#wire.tap?.({ direction, peer: this.peer, bytes: Uint8Array.from(bytes), at: this.#wire.clock.now() });
  }
}
