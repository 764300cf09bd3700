import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { standInModule } from './stand-in-module.ts';

const PARENT = fileURLToPath(new URL('./speaking-parent.ts', import.meta.url));

/** A process that speaks these texts, and the connection that its engine's process keeps for as long as it lives. */
async function speakingParent(speak: string, texts: readonly string[], timeoutMs = 20_000) {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const module = await standInModule(
    speak,
    `import { connect } from 'node:net';
     import { once } from 'node:events';
     const socket = connect(${port}, '127.0.0.1').unref();
     await once(socket, 'connect');`,
  );
  const connected = once(server, 'connection') as Promise<[Socket]>;
  const parent = spawn(process.execPath, ['--conditions=@taxinav/source', PARENT, module, String(timeoutMs), ...texts], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const ended = once(parent, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const [engine] = await connected;
  // A process that is killed resets its connection.
  engine.on('error', () => undefined).resume();
  const gone = new Promise<void>((resolve) => void engine.once('close', () => resolve()));
  const lines = createInterface(parent.stdout);
  const said = async (wanted: string): Promise<void> => {
    for await (const line of lines) if (line === wanted) return;
    throw new Error(`the parent ended without saying ${wanted}`);
  };
  return { parent, ended, gone, said };
}

describe('the process of the engine never outlives the one that started it', () => {
  test('which ends by itself, and is not kept alive by an engine that rests', async () => {
    const { parent, ended, gone, said } = await speakingParent('audio(new Int16Array(8));', ['one']);
    await said('rests');
    parent.stdin.end();
    expect(await ended).toEqual([0, null]);
    await expect(gone).resolves.toBeUndefined();
  });

  test('which is killed while nothing is spoken', async () => {
    const { parent, gone, said } = await speakingParent('audio(new Int16Array(8));', ['one']);
    await said('rests');
    parent.kill('SIGKILL');
    await expect(gone).resolves.toBeUndefined();
  });

  test('which is killed while a text hangs: it ends when the time of the text is up', async () => {
    const speak = `if (text === 'hang') for (;;); audio(new Int16Array(8));`;
    const { parent, gone, said } = await speakingParent(speak, ['one', 'hang'], 10_000);
    await said('asked for hang');
    parent.kill('SIGKILL');
    await expect(gone).resolves.toBeUndefined();
  });
});
