import type { Socket } from 'node:net';
import type { Fault, Message, MessageDecoder } from '@taxinav/codec';
import type { Peer, RawFrame } from './options.ts';
import type { Wire } from './wire.ts';

type Results = readonly (Message | Fault)[];

const NOTHING_READ: Results = [];
const NOTHING_WRITTEN = new Uint8Array(0);

/** Where a socket keeps whose it is: its listeners are then the same functions for every socket, and none is made for each. */
const OWNER = Symbol('the connection of a socket');

interface OwnedSocket extends Socket {
  [OWNER]?: MessageConnection;
}

function dataCame(this: OwnedSocket, chunk: Buffer): void {
  this[OWNER]?.bytesCame(chunk);
}

function endCame(this: OwnedSocket): void {
  this[OWNER]?.endCame();
}

function errorCame(this: OwnedSocket, error: Error): void {
  this[OWNER]?.errorCame(error);
}

function closeCame(this: OwnedSocket): void {
  this[OWNER]?.closeCame();
}

/**
 * One connected socket: bytes in become messages and faults, bytes out are written; a tap sees both. Who extends it is told what the
 * connection brings, synchronously with the socket's own event.
 *
 * A listener may hold thousands that only wait: what one costs before its first byte is this object and the socket.
 */
export abstract class MessageConnection {
  readonly peer: Peer;
  readonly #socket: Socket;
  /** Made for the first byte; `null`: bytes are no longer decoded. */
  #decoder: MessageDecoder | null | undefined;
  #error: Error | undefined;

  constructor(socket: Socket, peer: Peer) {
    this.peer = peer;
    this.#socket = socket;
    (socket as OwnedSocket)[OWNER] = this;
    socket.on('data', dataCame);
    socket.on('end', endCame);
    socket.on('error', errorCame);
    socket.on('close', closeCame);
  }

  /** What it shares with others of its listener or sender. */
  protected abstract get wire(): Wire;
  /** Bytes came: what they completed (maybe nothing), and how many they were. */
  protected abstract received(results: Results, bytes: number): void;
  /** The peer has sent its FIN: what the end completed. */
  protected abstract peerEnded(results: Results): void;
  /** The socket is gone; `error` is what broke it, if anything did. */
  protected abstract closed(error: Error | undefined): void;

  /** @internal */
  bytesCame(chunk: Buffer): void {
    const { wire } = this;
    if (wire.tap !== undefined) this.#frame('in', chunk);
    if (this.#decoder === undefined) this.#decoder = wire.decoder();
    this.received(this.#decoder === null ? NOTHING_READ : wire.read(this.#decoder, this.peer, chunk), chunk.length);
  }

  /** @internal */
  endCame(): void {
    this.peerEnded(this.#decoder ? this.wire.end(this.#decoder, this.peer) : NOTHING_READ);
  }

  /** @internal */
  errorCame(error: Error): void {
    this.#error = error;
  }

  /** @internal */
  closeCame(): void {
    this.closed(this.#error);
  }

  /** Bytes of an unfinished message that are held. */
  protected get pendingBytes(): number {
    return this.#decoder?.pendingBytes ?? 0;
  }

  /** Bytes that the system has not taken yet. */
  protected get unwrittenBytes(): number {
    return this.#socket.destroyed ? 0 : this.#socket.writableLength;
  }

  /** Neither side has ended or broken it, as far as was seen. */
  protected get alive(): boolean {
    return this.#socket.writable && this.#socket.readable;
  }

  /**
   * Writes bytes, which must not change afterwards. Returns whether the system took them at once, or never will; `done` is called
   * once, when it has or the socket breaks.
   */
  protected writeBytes(bytes: Uint8Array, done?: () => void): boolean {
    const socket = this.#socket;
    if (!socket.writable) {
      done?.();
      return true;
    }
    if (this.wire.tap !== undefined) this.#frame('out', bytes);
    socket.write(bytes, done);
    return this.unwrittenBytes === 0;
  }

  /** Calls `done` once, when the system has taken everything that was written, or the socket breaks. For when that is seldom asked. */
  protected afterWritten(done: () => void): void {
    if (this.#socket.writable) this.#socket.write(NOTHING_WRITTEN, done);
    else done();
  }

  /** From now on bytes are no longer decoded; they are only counted. An unfinished message is forgotten. */
  protected stopDecoding(): void {
    this.#decoder = null;
  }

  protected pauseReading(): void {
    this.#socket.pause();
  }

  protected resumeReading(): void {
    this.#socket.resume();
  }

  /** Sends FIN after what was written; `done` is called once the system took it. */
  protected endWriting(done?: () => void): void {
    if (this.#socket.writable) this.#socket.end(done);
  }

  /** Closes the socket at once. */
  protected destroySocket(): void {
    this.#socket.destroy();
  }

  /** Closes the socket with a reset, so that the peer cannot take it for an orderly end. */
  protected resetSocket(): void {
    const socket = this.#socket;
    // While an end is on its way Node can send no reset, and would neither close the socket nor say so.
    if (socket.writableEnded && !socket.writableFinished && !socket.destroyed) {
      socket.pause();
      socket.once('finish', () => socket.resetAndDestroy());
    } else {
      socket.resetAndDestroy();
    }
  }

  #frame(direction: RawFrame['direction'], bytes: Uint8Array): void {
    this.wire.tap?.({ direction, peer: this.peer, bytes: Uint8Array.from(bytes), at: this.wire.clock.now() });
  }
}
