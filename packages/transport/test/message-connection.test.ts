import type { Socket } from 'node:net';
import { connectPeer, startPeer } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { MessageConnection } from '../src/message-connection.ts';
import { systemClock } from '../src/system-clock.ts';
import { Wire } from '../src/wire.ts';

class Bare extends MessageConnection {
  readonly gone: Promise<Error | undefined>;
  #gone: ((error: Error | undefined) => void) | undefined;

  constructor(socket: Socket) {
    super(socket, { address: '127.0.0.1', port: 1, localPort: 2, connection: 1 });
    this.gone = new Promise((resolve) => (this.#gone = resolve));
  }

  protected override get wire(): Wire {
    return new Wire({ encoding: 'auto', limits: undefined, tap: undefined, clock: systemClock });
  }

  protected override received(): void {}

  protected override peerEnded(): void {}

  protected override closed(error: Error | undefined): void {
    this.#gone?.(error);
  }

  endAndReset(): void {
    this.endWriting();
    this.resetSocket();
  }

  resetTwice(): void {
    this.resetSocket();
    this.resetSocket();
  }
}

test.each(['endAndReset', 'resetTwice'] as const)(
  'a reset while an end is on its way, or a second one, closes the socket: %s',
  async (how) => {
    await using peer = await startPeer(() => undefined);
    await using _client = await connectPeer(peer.port);
    const socket = await peer.connection(0);
    const bare = new Bare(socket);
    bare[how]();
    expect(await bare.gone).toBeUndefined();
  },
);
