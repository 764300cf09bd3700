import { readFile } from 'node:fs/promises';
import { closedPort, temporaryFolder } from '@taxinav/testkit';
import { describe, expect, test } from 'vitest';
import { jsonLines, runCli, startCli, type Finished } from './run-cli.ts';
import { startBridge } from './running-bridge.ts';

/** What did not pass, for a test that fails. */
function troubles({ stdout }: Finished): string {
  return jsonLines(stdout)
    .filter(({ verdict }) => verdict === 'fail' || verdict === 'inconclusive')
    .map((result) => JSON.stringify(result))
    .join('\n');
}

function summary({ stdout }: Finished): Record<string, unknown> | undefined {
  return jsonLines(stdout).find(({ summary: isSummary }) => isSummary === true);
}

describe.concurrent('our own', () => {
  test('bridge passes every check of a call center, a call that comes in included', { timeout: 120_000 }, async () => {
    const [status, navigator] = [`127.0.0.1:${await closedPort()}`, `127.0.0.1:${await closedPort()}`];
    await using bridge = await startBridge({ navigator, status });
    const ports = ['--status', status, '--call', navigator];
    const numbers = ['--busy-number', '0671234562', '--unreachable-number', '0671234564'];
    await using judge = startCli(['conform', 'callcenter', bridge.listen, '--strict', '--json', ...ports, ...numbers]);
    await judge.until(/let a call come in now/, 'stderr');
    await runCli(['simulate', 'call', '--http', bridge.http, '--caller-id', '0675040279', '--line', '0445550101']);
    const run = await judge.finished;
    expect(troubles(run)).toBe('');
    expect(summary(run)).toMatchObject({ skipped: 1, inconclusive: 0, failed: { must: 0, should: 0, tolerance: 0 }, exitCode: 0 });
    expect(run.code).toBe(0);
  });

  test('simulate callcenter passes every check that needs no number of its own', { timeout: 120_000 }, async () => {
    const status = `127.0.0.1:${await closedPort()}`;
    await using peer = startCli(['simulate', 'callcenter', '--listen', '127.0.0.1:0', '--status', status, '--pace', '0.1']);
    const [, address = ''] = await peer.until(/listening on (\S+)/, 'stderr');
    const run = await runCli(['conform', 'callcenter', address, '--strict', '--json', '--status', status]);
    expect(troubles(run)).toBe('');
    expect(summary(run)).toMatchObject({ inconclusive: 0, failed: { must: 0, should: 0, tolerance: 0 }, exitCode: 0 });
    expect(run.code).toBe(0);
  });

  test('simulate navigator passes every check of a dispatch program', { timeout: 120_000 }, async () => {
    const [call, status] = [await closedPort(), await closedPort()];
    await using peer = startCli(['simulate', 'navigator', '--call-port', String(call), '--status-port', String(status)]);
    await peer.until(new RegExp(`listening on 127.0.0.1:${status}`), 'stderr');
    const run = await runCli(['conform', 'navigator', `127.0.0.1:${call}`, '--strict', '--json', '--status', `127.0.0.1:${status}`]);
    expect(troubles(run)).toBe('');
    expect(summary(run)).toMatchObject({ skipped: 0, inconclusive: 0, failed: { must: 0, should: 0, tolerance: 0 }, exitCode: 0 });
    expect(run.code).toBe(0);
  });
});

describe('what it prints', () => {
  test('a failure has its clause, severity, reason and bytes, on the terminal, in JSON and in JUnit XML', async () => {
    // Taxi Navigator that acknowledges nothing.
    await using folder = await temporaryFolder();
    await using peer = startCli(['simulate', 'navigator', '--call-port', '0', '--ack', 'error:<busy> & "more"']);
    const [, address = ''] = await peer.until(/listening on (\S+)/, 'stderr');
    const file = folder.file('junit.xml');
    const only = ['--only', 'call-answered', 'call-without-number', '--timeout', '2'];
    const plain = await runCli(['conform', 'navigator', address, ...only, '--junit', file]);
    expect(plain.stdout).toMatch(/✗ must +call-answered .*\[TN-4, TN-5, TN-8\]/);
    expect(plain.stdout).toContain('expected ACK with Error OK, got Message: ACK\\r\\nError: <busy> & "more"');
    expect(plain.stdout).toMatch(/ms → connection: Message: Call\\r\\nCallerID: 0675040279/);
    expect(plain.stdout).toContain('2 checks: 1 passed, failed: 1 must, 0 should, 0 tolerance, 0 inconclusive, 0 skipped');
    expect(plain.stdout).toContain('does not conform');
    expect(plain.code).toBe(1);

    const xml = await readFile(file, 'utf8');
    expect(xml).toContain('<testsuites tests="2" failures="1" errors="0" skipped="0"');
    expect(xml).toMatch(
      /<testcase classname="navigator.call" name="call-answered \[TN-4, TN-5, TN-8\]" time="[\d.]+"><failure type="must"/,
    );
    expect(xml).toContain('&lt;busy&gt; &amp; &quot;more&quot;');
    expect(xml).not.toContain('<busy>');

    const json = await runCli(['conform', 'navigator', address, ...only, '--json']);
    const [failed] = jsonLines(json.stdout);
    expect(failed).toMatchObject({ check: 'call-answered', clauses: ['TN-4', 'TN-5', 'TN-8'], severity: 'must', verdict: 'fail' });
    const sent = Buffer.from('Message: Call\r\nCallerID: 0675040279\r\nCarType: Universal\r\n\r\n').toString('hex');
    expect(failed?.['evidence']).toEqual(expect.arrayContaining([expect.objectContaining({ from: 'judge', hex: sent })]));
    expect(json.code).toBe(1);
  });

  test('a should that fails makes the exit code 1 with --strict only', async () => {
    await using peer = startCli(['simulate', 'navigator', '--call-port', '0', '--ack', 'none']);
    const [, address = ''] = await peer.until(/listening on (\S+)/, 'stderr');
    const args = ['conform', 'navigator', address, '--only', 'call-answered-once', 'call-without-number', '--timeout', '0.3'];
    const lenient = await runCli(args);
    expect(lenient.stdout).toContain('failed: 0 must, 1 should, 0 tolerance');
    expect(lenient.code).toBe(0);
    expect((await runCli([...args, '--strict'])).code).toBe(1);
  });

  test('--list prints the checks and needs no program', async () => {
    const { stdout, code } = await runCli(['conform', 'callcenter', '--list', '--only', 'conference', '--json']);
    expect(jsonLines(stdout).map(({ check }) => check)).toContain('conference-answered');
    expect(jsonLines(stdout).every(({ group }) => group === 'conference')).toBe(true);
    expect(code).toBe(0);
  });
});

describe.concurrent('what it cannot do', () => {
  test('nobody at the address is exit code 4', async () => {
    const { stderr, code } = await runCli(['conform', 'navigator', `127.0.0.1:${await closedPort()}`]);
    expect(stderr).toContain('ECONNREFUSED. Start the program first.');
    expect(code).toBe(4);
  });

  test('a status port in use is exit code 1 and says what to do', async () => {
    await using peer = startCli(['simulate', 'navigator', '--call-port', '0']);
    const [, address = ''] = await peer.until(/listening on (\S+)/, 'stderr');
    const { stderr, code } = await runCli(['conform', 'callcenter', address, '--status', address]);
    expect(stderr).toContain('is in use by another program');
    expect(code).toBe(1);
  });

  test.each([
    [['callcenter'], 'give HOST:PORT of the program to judge, or --list'],
    [['navigator', '127.0.0.1:1', '--only', 'nonsense'], '--only nonsense: no check and no group has this name'],
    [['callcenter', '192.0.2.1:6301'], 'made-up numbers would ring somebody: give --number'],
    [['callcenter', '127.0.0.1:1', '--conference', '0501234567'], 'Expected two phone numbers'],
  ])('wrong input is exit code 2: %j', async (args, expected) => {
    const { stderr, code } = await runCli(['conform', ...args]);
    expect(stderr).toContain(expected);
    expect(code).toBe(2);
  });
});
