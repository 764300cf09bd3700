import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Changes } from './changes.ts';
import { PeerGone } from './check.ts';
import type { Evidence } from './evidence.ts';
import { BlockReader, type WireBlock } from './wire-block.ts';

/** What a connection of the judge needs. */
export interface ProbeConnectionOptions {
  readonly address: { readonly host: string; readonly port: number };
  /** Its name in the evidence. */
  readonly name: string;
  readonly evidence: Evidence;
  /** For the handshake. */
  readonly connectMs: number;
  /** Hears every block that comes. */
  readonly onBlock?: (block: WireBlock) => void;
}

/** How long a connection that is done with waits for the peer's end. */
const LINGER_MS = 1_000;

/** A connection to the peer on which anything may be written, in any pieces. */
export class ProbeConnection {
  readonly blocks: WireBlock[] = [];
  readonly #socket: Socket;
  readonly #options: ProbeConnectionOptions;
  readonly #changes = new Changes();
  readonly #reader = new BlockReader();
  #received = 0;
  #ended = false;
  #broken: string | undefined;
  #closing = false;

  private constructor(socket: Socket, options: ProbeConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    const { evidence, name } = options;
    socket.on('data', (bytes: Buffer) => {
      evidence.add('peer', name, bytes);
      this.#received += bytes.length;
      this.#take(this.#reader.push(bytes));
    });
    socket.on('end', () => {
      evidence.note('peer', name, 'FIN');
      this.#ended = true;
      this.#take(this.#reader.end());
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      evidence.note('peer', name, error.code ?? error.message);
      this.#broken = error.code ?? error.message;
      this.#changes.tell();
    });
    socket.on('close', () => this.#changes.tell());
  }

  /** @throws PeerGone when there is no connection within `connectMs`. */
  static open(options: ProbeConnectionOptions): Promise<ProbeConnection> {
    const { address, connectMs, evidence, name } = options;
    return new Promise((resolve, reject) => {
      const socket = connect({ ...address, allowHalfOpen: true, noDelay: true });
      const refuse = (why: string): void => {
        clearTimeout(timer);
        socket.destroy();
        evidence.note('peer', name, why);
        reject(new PeerGone(why));
      };
      const refused = (error: NodeJS.ErrnoException): void => refuse(error.code ?? error.message);
      const timer = setTimeout(() => refuse(`no connection within ${connectMs} ms`), connectMs);
      socket.once('error', refused);
      socket.once('connect', () => {
        clearTimeout(timer);
        const connection = new ProbeConnection(socket, options);
        socket.off('error', refused);
        resolve(connection);
      });
    });
  }

  /** How many bytes came. */
  get received(): number {
    return this.#received;
  }

  /** Whether the peer has sent its end, or the connection broke. */
  get over(): boolean {
    return this.#ended || this.#broken !== undefined || this.#socket.destroyed;
  }

  /** The code of the error that broke it, `ECONNRESET`. */
  get broken(): string | undefined {
    return this.#broken;
  }

  /** Writes the pieces, each as a packet of its own as far as one can tell, `gapMs` apart. What cannot be written is seen by what follows. */
  async write(pieces: Uint8Array | readonly Uint8Array[], gapMs = 1): Promise<void> {
    const all = pieces instanceof Uint8Array ? [pieces] : pieces;
    for (const [index, piece] of all.entries()) {
      if (index > 0) await pause(gapMs);
      if (!this.#socket.writable) return;
      this.#options.evidence.add('judge', this.#options.name, piece);
      await Promise.race([
        new Promise<void>((resolve) => {
          this.#socket.write(piece, () => resolve());
        }),
        // A peer that reads no more would let the last of a big piece wait for ever.
        pause(1_000),
      ]);
    }
  }

  /** Sends our FIN; what the peer still says is read. */
  end(): void {
    this.#options.evidence.note('judge', this.#options.name, 'FIN');
    this.#socket.end();
  }

  /** Breaks the connection off. */
  reset(): void {
    this.#options.evidence.note('judge', this.#options.name, 'reset');
    this.#socket.resetAndDestroy();
  }

  /** Whether the condition came true within `ms`; looks at every block, byte and end. */
  until(condition: () => boolean, ms: number): Promise<boolean> {
    return this.#changes.until(condition, ms);
  }

  /** Is done with the connection, as gently as a polite peer: what is still on its way is read, so that no reset meets it. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    const socket = this.#socket;
    // The error of a connection that is given up is nobody's any more.
    socket.removeAllListeners('error').on('error', () => undefined);
    if (this.over) {
      socket.destroy();
      return;
    }
    socket.end();
    socket.once('end', () => socket.destroy());
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
    socket.unref();
  }

  #take(blocks: readonly WireBlock[]): void {
    this.blocks.push(...blocks);
    for (const block of blocks) this.#options.onBlock?.(block);
    this.#changes.tell();
  }
}
