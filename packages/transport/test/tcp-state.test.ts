import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { neverCloses, startPeer } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { tcpState, type SocketPair } from '../src/tcp-state.ts';

function pairOf(socket: Socket): SocketPair {
  const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket;
  return { localAddress, localPort, remoteAddress, remotePort };
}

test.runIf(process.platform === 'linux').each(['127.0.0.1', '::1', '::ffff:127.0.0.1'])(
  'the states of a connection to %s are seen, from its opening to its end',
  async (host) => {
    await using peer = await startPeer(neverCloses, host);
    const socket = connect({ host, port: peer.port, allowHalfOpen: true });
    await once(socket, 'connect');
    const pair = pairOf(socket);
    expect(await tcpState(pair)).toBe('established');
    socket.resume().end();
    const far = await peer.connection(0);
    if (!far.readableEnded) await once(far, 'end');
    // The other system may confirm our end a little later.
    await expect.poll(() => tcpState(pair), { interval: 5 }).toBe('fin-wait-2');
    far.end();
    await once(socket, 'close');
    expect(await tcpState(pair)).toBe('time-wait');
  },
);

test.runIf(process.platform === 'linux')('a connection that was reset, or never was, is absent', async () => {
  await using peer = await startPeer((socket) => socket.resume());
  const socket = connect(peer.port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  const pair = pairOf(socket);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  (await peer.connection(0)).resetAndDestroy();
  await closed;
  expect(await tcpState(pair)).toBe('absent');
  expect(await tcpState({ ...pair, remotePort: 1 })).toBe('absent');
});
