import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { asteriskForTests, startAsterisk, type RunningAsterisk } from '../src/index.ts';

async function ping(asterisk: RunningAsterisk, password = asterisk.password): Promise<number> {
  const authorization = `Basic ${btoa(`${asterisk.username}:${password}`)}`;
  const response = await fetch(`${asterisk.ariUrl}/asterisk/ping`, { headers: { authorization } });
  await response.arrayBuffer();
  return response.status;
}

function alive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!asteriskForTests().installed)('a PBX of the tests', () => {
  test('starts on ports of its own, answers ARI and the console, and leaves nothing behind', async () => {
    let pid: number | undefined;
    let home = '';
    {
      await using asterisk = await startAsterisk();
      ({ pid, home } = asterisk);
      expect(await ping(asterisk)).toBe(200);
      expect(await ping(asterisk, 'wrong')).toBe(401);
      expect(await asterisk.cli('core show version')).toContain('Asterisk 22');
      expect(await readFile(asterisk.logFile, 'utf8')).toContain('Asterisk Ready');
      expect(alive(pid)).toBe(true);
    }
    expect(alive(pid)).toBe(false);
    expect(existsSync(home)).toBe(false);
  });

  test('two run side by side; the end of one is nothing to the other', async () => {
    await using first = await startAsterisk();
    await using second = await startAsterisk();
    expect(new Set([first, second].flatMap((each) => [each.httpPort, each.amiPort, each.sipPort, each.trunkPort])).size).toBe(8);
    await first.stop();
    expect(await ping(second)).toBe(200);
    await expect(ping(first)).rejects.toThrow('fetch failed');
  });

  test('stopped or killed, it starts again on the same ports', async () => {
    await using asterisk = await startAsterisk();
    const pids = [asterisk.pid];
    for (const end of ['stop', 'kill'] as const) {
      await asterisk[end]();
      expect(asterisk.pid).toBeUndefined();
      await expect(asterisk.cli('core show uptime')).rejects.toThrow('does not run');
      await asterisk.start();
      pids.push(asterisk.pid);
      expect(await ping(asterisk)).toBe(200);
    }
    expect(new Set(pids).size).toBe(3);
    await expect(asterisk.start()).rejects.toThrow('runs already');
  });

  test('an aborted signal ends it at once', async () => {
    const abort = new AbortController();
    await using asterisk = await startAsterisk({ signal: abort.signal });
    const { pid } = asterisk;
    abort.abort();
    await asterisk.kill();
    expect(alive(pid)).toBe(false);
    await expect(asterisk.start()).rejects.toThrow('abort');
  });

  test('configuration is appended by file name', async () => {
    await using asterisk = await startAsterisk({ extra: { 'extensions.conf': '[more]\nexten => 1,1,Hangup(17)\n' } });
    expect(await asterisk.cli('dialplan show more')).toContain('Hangup(17)');
  });

  test('a configuration it cannot read is an error with the end of the log, and nothing goes on running', async () => {
    const failed = (): Promise<string> =>
      startAsterisk({ extra: { 'modules.conf': 'require = res_nothing.so\n' } }).then(() => 'started', String);
    // An Asterisk that ends at once does not always get to write its last words.
    await expect.poll(failed).toMatch(/did not start[^]*res_nothing/);
  });
});
