import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { send } from '../src/index.ts';

// In a process of its own: only there does the peer close while our message is still on its way through this one.
const PEER = `
const [manner] = process.argv.slice(1);
require('node:net').createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => undefined);
  if (manner === 'unread') return void socket.destroy();
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
    if (text.endsWith('\\r\\n\\r\\n')) manner === 'ends' ? socket.end() : socket.destroy();
  });
  socket.on('end', () => socket.end());
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;

const manners = [
  { manner: 'ends', what: 'ends its side as soon as it has read the message', evidence: 'taken' },
  { manner: 'closes', what: 'closes as soon as it has read the message', evidence: 'taken' },
  { manner: 'unread', what: 'accepts and closes without reading', evidence: 'inDoubt' },
] as const;

for (const { manner, what, evidence } of manners)
  test(`a peer that ${what} is ${evidence}, each of 20 times [reading 34]`, async () => {
    const child = spawn(process.execPath, ['-e', PEER, manner], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const options = { host: '127.0.0.1', port: Number(line.toString()) };
      const seen: string[] = [];
      const fourInTurn = async (): Promise<void> => {
        for (let sent = 0; sent < 4; sent += 1) seen.push((await send(options, { message: 'ACK', error: 'OK' })).evidence);
      };
      // Five at a time: they share the looks at the system's table.
      await Promise.all(Array.from({ length: 5 }, fourInTurn));
      expect(seen).toEqual(Array(20).fill(evidence));
    } finally {
      child.kill();
      await once(child, 'close');
    }
  });
