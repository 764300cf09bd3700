import type { Peer, RawFrame } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { WATCHED_CONNECTIONS, WireWatch, type Sighting } from './wire-watch.ts';

function peer(connection: number): Peer {
  return { address: '127.0.0.1', port: 5_000, localPort: 6_001, connection };
}

function frame(connection: number, text: string, direction: RawFrame['direction'] = 'in'): RawFrame {
  return { direction, peer: peer(connection), bytes: Buffer.from(text), at: 1 };
}

test('what crosses two connections is told apart, both ways', () => {
  const seen: Sighting[] = [];
  const watch = new WireWatch('auto', (sighting) => seen.push(sighting));
  watch.frame(frame(1, 'Message: Dial\r\nTel: 067'));
  watch.frame(frame(2, 'Message: Dial\r\nTel: 0930100128\r\n\r\n'));
  watch.frame(frame(1, '5040279\r\n\r\n'));
  watch.frame(frame(1, 'Message: ACK\r\nError: OK\r\n\r\n', 'out'));
  expect(seen.map(({ peer: { connection }, direction, result }) => [connection, direction, result])).toEqual([
    [2, 'in', { message: 'Dial', tel: '+380930100128' }],
    [1, 'in', { message: 'Dial', tel: '+380675040279' }],
    [1, 'out', { message: 'ACK', error: 'OK' }],
  ]);
});

test('what the end of a connection completed is shown when it is handled [reading 11]', () => {
  const seen: Sighting[] = [];
  const watch = new WireWatch('auto', (sighting) => seen.push(sighting));
  watch.frame(frame(1, 'Message: Dial\r\nTel: 0675040279'));
  expect(seen).toHaveLength(0);
  watch.handled(peer(1));
  expect(seen.map(({ result }) => result)).toEqual([{ message: 'Dial', tel: '+380675040279' }]);
});

test('connections that are gone, and the oldest beyond the cap, are forgotten', () => {
  const watch = new WireWatch('auto', () => undefined);
  for (let connection = 0; connection < WATCHED_CONNECTIONS + 10; connection++) watch.frame(frame(connection, 'M'));
  expect(watch.connections).toBe(WATCHED_CONNECTIONS);
  watch.closed(peer(WATCHED_CONNECTIONS));
  expect(watch.connections).toBe(WATCHED_CONNECTIONS - 1);
});
