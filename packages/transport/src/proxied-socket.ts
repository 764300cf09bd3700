import type { Socket } from 'node:net';
import type { Clock } from './clock.ts';
import { readProxyHeader, type ProxyHeader } from './proxy-header.ts';

/** How long a balancer may take for its header, which it sends with the first packet. */
const HEADER_MS = 5_000;

/** Who a balancer's connection is for, or why it is not kept. */
export type Introduction =
  | Extract<ProxyHeader, { header: 'proxied' }>
  | { readonly header: 'local' }
  | { readonly header: 'invalid'; readonly why: string };

/**
 * Reads the header that a balancer puts before a peer's bytes; what follows it stays in the socket, which is paused.
 * A socket that ends, breaks or says nothing for 5 s is `invalid`. Nobody else may listen to the socket meanwhile.
 */
export function readIntroduction(socket: Socket, clock: Clock): Promise<Introduction> {
  const { promise, resolve } = Promise.withResolvers<Introduction>();
  const late = new AbortController();
  let head: Uint8Array = new Uint8Array(0);
  const settle = (introduction: Introduction): void => {
    late.abort();
    socket.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onEnd);
    socket.pause();
    resolve(introduction);
  };
  const onEnd = (): void => settle({ header: 'invalid', why: 'it ended before its header' });
  const onData = (chunk: Buffer): void => {
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    const read = readProxyHeader(head);
    if (read.header === 'incomplete') return;
    if (read.header === 'proxied' && head.length > read.bytes) {
      socket.pause();
      socket.unshift(head.subarray(read.bytes));
    }
    settle(read);
  };
  socket.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onEnd);
  clock.sleep(HEADER_MS, late.signal).then(
    () => settle({ header: 'invalid', why: `no header within ${HEADER_MS / 1_000} s` }),
    () => undefined,
  );
  return promise;
}
