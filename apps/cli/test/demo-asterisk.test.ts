import { asteriskForTests } from '@taxinav/asterisk';
import { closedPort, connectPeer, temporaryFolder } from '@taxinav/testkit';
import { mkdir, symlink } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { start } from './run-cli.ts';

const DEMO = fileURLToPath(new URL('../../../tooling/demo.mjs', import.meta.url));

describe.skipIf(!asteriskForTests().installed)('the demo on a real Asterisk', { timeout: 120_000 }, () => {
  test('shows the four jobs, the text is heard at the far end, and all three programs end in order', async () => {
    await using folder = await temporaryFolder();
    const [port, navigator, status, http] = await Promise.all([closedPort(), closedPort(), closedPort(), closedPort()]);
    await using demo = start(process.execPath, [DEMO, '--asterisk', folder.path], {
      TAXINAV_COLUMNS__0__LISTEN: `127.0.0.1:${port}`,
      TAXINAV_COLUMNS__0__NAVIGATOR: `127.0.0.1:${navigator}`,
      TAXINAV_COLUMNS__0__STATUS: `127.0.0.1:${status}`,
      TAXINAV_HTTP__LISTEN: `127.0.0.1:${http}`,
    });
    await demo.until(/Ctrl-C stops all three/);
    expect(demo.stdout().match(/^[✓✗] .*?:/gm)).toEqual(['✓ caller popup:', '✓ click to call:', '✓ spoken notification:', '✓ conference:']);
    expect(demo.stdout()).toContain('heard the text: Queued, Active, Done');
    expect(demo.stdout()).toContain('play over: 4 of 4 jobs done');
    // Twice "Машина подана, номер АА1234ВВ", and silence after it.
    const [, long, sound] = /recorded at the far end of the call, ([\d.]+) s, ([\d.]+) s of it sound/.exec(demo.stdout()) ?? [];
    expect(Number(sound)).toBeGreaterThan(3);
    expect(Number(long)).toBeGreaterThan(Number(sound) + 1);
    const [, ari] = /ARI (http:\S+),/.exec(demo.stdout()) ?? [];
    demo.process.kill('SIGTERM');
    expect((await demo.finished).code).toBe(0);
    await expect(connectPeer(port)).rejects.toThrow('ECONNREFUSED');
    await expect(connectPeer(Number(new URL(ari ?? '').port))).rejects.toThrow('ECONNREFUSED');
  });
});

test('where Asterisk cannot be installed the demo says why and what else shows the jobs', async () => {
  await using folder = await temporaryFolder();
  const programs = folder.file('bin');
  await mkdir(programs);
  for (const name of ['bash', 'cat', 'dirname', 'flock', 'grep', 'mkdir', 'tr']) await symlink(`/usr/bin/${name}`, `${programs}/${name}`);
  await using demo = start(process.execPath, [DEMO, '--asterisk', folder.path], { ASTERISK_ROOT: folder.file('root'), PATH: programs });
  const { stderr, code } = await demo.finished;
  expect(stderr).toContain('demo: Asterisk cannot be installed here: ');
  expect(stderr).toContain('shows the same four jobs on a simulated PBX');
  expect(code).toBe(1);
});

test('an unknown option of the demo is one line, the usage and exit code 2', async () => {
  await using demo = start(process.execPath, [DEMO, '--astersik']);
  expect(await demo.finished).toMatchObject({ code: 2, stderr: expect.stringContaining('usage: npm start [-- [--asterisk] [FOLDER]]') });
});
