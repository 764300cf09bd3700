import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BIN, runCli, start, startCli } from './run-cli.ts';

test.concurrent.each([
  [['sned'], /unknown command 'sned'\n\(Did you mean send\?\)/],
  [['send', 'text'], /unknown command 'text'/],
  [['notifications', 'drop'], /unknown command 'drop'/],
  [['decode', '--jsn'], /unknown option '--jsn'\n\(Did you mean --json\?\)/],
  [['decode', 'a', 'b'], /too many arguments/],
  [[], /Usage: taxinav/],
  [['simulate'], /Usage: taxinav simulate/],
])('%j is exit code 2 with a hint on stderr and nothing on stdout', async (args, hint) => {
  const { stdout, stderr, code } = await runCli(args);
  expect(stderr).toMatch(hint);
  expect(stderr).toContain('--help');
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test('--help is data and names every exit code', async () => {
  const { stdout, stderr, code } = await runCli(['--help']);
  for (const word of ['send', 'listen', 'decode', 'encode', 'simulate', 'notifications', 'config', '0 done', '78 bad configuration'])
    expect(stdout).toContain(word);
  expect(stderr).toBe('');
  expect(code).toBe(0);
});

test('--version is the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  expect(await runCli(['--version'])).toEqual({ stdout: `${version}\n`, stderr: '', code: 0 });
});

test('colours only where they are asked for in a pipe, and never with NO_COLOR', async () => {
  const input = 'Message: Dial\r\nTel: 0675040279\r\n\r\n';
  const [plain, forced, never] = await Promise.all([
    runCli(['decode'], { input }),
    runCli(['decode'], { input, env: { FORCE_COLOR: '1' } }),
    runCli(['decode'], { input, env: { NO_COLOR: '1' } }),
  ]);
  expect(plain.stdout).not.toContain('\u001b');
  expect(forced.stdout).toContain('\u001b[1mDial');
  expect(never.stdout).not.toContain('\u001b');
});

test('a reader that has seen enough ends it quietly', async () => {
  const bytes = 'Message: Dial\r\nTel: 0675040279\r\n\r\n'.repeat(5_000);
  await using running = startCli(['decode', '--json']);
  running.process.stdin.write(bytes);
  await running.until(/Dial/);
  running.process.stdout.destroy();
  running.process.stdin.end(bytes);
  const { stderr, code } = await running.finished;
  expect(stderr).toBe('');
  expect(code).toBe(0);
});

test('everything that was printed has left before it ends, however slow the reader', async () => {
  const { stdout } = await runCli(['decode', '--json'], { input: 'Message: Dial\r\nTel: 0675040279\r\n\r\n'.repeat(10_000) });
  expect(stdout.split('\n').filter((line) => line !== '')).toHaveLength(10_000);
});

test('a Node that is too old is told so, or replaced by the one that the checkout carries', async () => {
  // The check stands before any import, so that an older Node gets as far as this.
  const source = readFileSync(BIN, 'utf8');
  expect(source.indexOf('process.versions.node')).toBeLessThan(source.indexOf("import('../dist/main.js')"));
  const shim = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } }); process.argv.splice(1, 0, ${JSON.stringify(BIN)}); await import(${JSON.stringify(BIN)});`;
  await using old = start(process.execPath, ['--input-type=module', '--eval', shim, '--', 'decode', '--json']);
  old.process.stdin.end('Message: Dial\r\nTel: 0675040279\r\n\r\n');
  expect(await old.finished).toEqual({ stdout: '{"message":"Dial","tel":"+380675040279"}\n', stderr: '', code: 0 });
});
