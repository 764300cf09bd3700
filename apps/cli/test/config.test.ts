import { writeFile } from 'node:fs/promises';
import { temporaryFolder } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { jsonLines } from './run-cli.ts';
import { runHere } from './run-here.ts';

const GOOD = `columns:
  - id: north
    listen: 127.0.0.1:6301
    navigator: 127.0.0.1:6010
    status: 127.0.0.1:6001
    lines: { "0445550101": Universal }
pbx: { driver: simulated, asterisk: { password: very-secret } }
http: { tokens: [sixteen-letters-or-more] }
`;

async function configured(text: string) {
  const folder = await temporaryFolder();
  await writeFile(folder.file('taxinav.yaml'), text);
  return { file: folder.file('taxinav.yaml'), [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

test('a configuration in order is exit code 0', async () => {
  await using config = await configured(GOOD);
  const { stdout, code } = await runHere(['config', 'check', config.file]);
  expect(stdout).toBe(`in order  ${config.file}  columns: north\n`);
  expect(code).toBe(0);
  const json = await runHere(['config', 'check', '--json', config.file]);
  expect(jsonLines(json.stdout)).toEqual([{ file: config.file, ok: true, columns: ['north'] }]);
});

test('each problem is one line on stderr with its place, and the exit code is 78', async () => {
  await using config = await configured(`${GOOD.replace('6301', '630100')}contry: UA\n`);
  const { stdout, stderr, code } = await runHere(['config', 'check', config.file]);
  expect(stdout).toBe('');
  expect(stderr.trimEnd().split('\n')).toEqual([
    expect.stringContaining(`taxinav: ${config.file}:3:13 columns[0].listen: `),
    expect.stringContaining(`taxinav: ${config.file}:9:1 contry: `),
  ]);
  expect(code).toBe(78);
});

test('a variable that sets nothing is a problem; the token is none', async () => {
  await using config = await configured(GOOD);
  const wrong = await runHere(['config', 'check', config.file], { env: { TAXINAV_CONTRY: 'UA' } });
  expect(wrong.stderr).toContain('environment TAXINAV_CONTRY');
  expect(wrong.code).toBe(78);
  expect((await runHere(['config', 'check', config.file], { env: { TAXINAV_TOKEN: 'x' } })).code).toBe(0);
});

test('a file that is not there is exit code 78', async () => {
  const { stderr, code } = await runHere(['config', 'check', '/nowhere/taxinav.yaml']);
  expect(stderr).toContain('/nowhere/taxinav.yaml: the configuration file cannot be read (ENOENT)');
  expect(code).toBe(78);
});

test('config show says what is in force and where from, and hides secrets', async () => {
  await using config = await configured(GOOD);
  const env = { TAXINAV_DIALLING__CHANNELS: '7' };
  const { stdout, code } = await runHere(['config', 'show', '--sources', config.file], { env });
  expect(stdout).toContain('file         columns[0].listen: "127.0.0.1:6301"\n');
  expect(stdout).toContain('file         columns[0].lines["0445550101"]: "Universal"\n');
  expect(stdout).toContain('environment  dialling.channels: 7\n');
  expect(stdout).toContain('default      country: "UA"\n');
  expect(stdout).not.toMatch(/very-secret|sixteen-letters/);
  expect(code).toBe(0);
  const json = await runHere(['config', 'show', '--json', config.file], { env });
  expect(jsonLines(json.stdout)[0]).toMatchObject({
    country: 'UA',
    dialling: { channels: 7 },
    columns: [{ id: 'north', listen: '127.0.0.1:6301' }],
  });
  expect(json.stdout).not.toMatch(/very-secret|sixteen-letters/);
});
