import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createAriClient } from '../../src/asterisk/ari-client.ts';
import { realClock } from './real-clock.ts';

test('a process that may not use the PBX any more asks it, but changes nothing: no hang-up, no sound, no call', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end('[]');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let ours = true;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ari`;
  const client = createAriClient({ clock: realClock, url, username: 'a', password: 'b', mayChange: () => ours });
  await client.hangUp('one');
  ours = false;
  const refused = { code: 'ARI_NOT_OURS' };
  await expect(client.hangUp('two')).rejects.toMatchObject(refused);
  await expect(client.play('two', 'playback', ['sound:beep'])).rejects.toMatchObject(refused);
  await expect(client.destroyBridge('two')).rejects.toMatchObject(refused);
  await expect(client.dial('two', 30)).rejects.toMatchObject(refused);
  await client.channels();
  expect(asked).toEqual(['DELETE /ari/channels/one', 'GET /ari/channels']);
  server.closeAllConnections();
  server.close();
});
