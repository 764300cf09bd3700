import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asteriskForTests, startAsterisk } from '@taxinav/asterisk';
import { readConfiguration, type Configuration } from '@taxinav/bridge-contract';
import { temporaryFolder } from '@taxinav/testkit';
import { describe, expect, test } from 'vitest';
import { asteriskIsFit } from '../src/doctor/asterisk-checks.ts';
import { dialTarget } from '../src/doctor/endpoint-checks.ts';
import type { Finding } from '../src/doctor/finding.ts';
import { startFakeAri } from './fake-ari.ts';
import { jsonLines } from './run-cli.ts';
import { runHere } from './run-here.ts';

function configuration(url: string, { endpoint = 'PJSIP/{number}@trunk', more = '', audio = 'path' } = {}): Configuration {
  const text = `columns:
  - { id: north, listen: 127.0.0.1:6301, navigator: 127.0.0.1:6010, status: 127.0.0.1:6001, operator: PJSIP/100, endpoint: "${endpoint}" }
pbx: { driver: asterisk, asterisk: { url: "${url}", username: taxinav, password: secret, audio: "${audio}" } }
${more}`;
  const read = readConfiguration(text, { file: '/tmp/taxinav.yaml', env: {}, hostName: 'test' });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.configuration;
}

const NOWHERE = { etc: '/does/not/exist', bridgeRuns: false };

const notOk = (findings: readonly Finding[]): string =>
  findings
    .filter(({ verdict }) => verdict !== 'ok')
    .map(({ verdict, check, detail }) => `${verdict} ${check}: ${detail}`)
    .join('\n');

describe('the checks of Asterisk', () => {
  test('an Asterisk that is fit has nothing but ok, and is asked for nothing that changes it', async () => {
    await using ari = await startFakeAri();
    const findings = await asteriskIsFit(configuration(ari.url), NOWHERE);
    expect(notOk(findings)).toBe('');
    expect(findings.map(({ detail }) => detail).join('\n')).toMatch(
      /22\.10\.1.*\n.*may place calls.*\n.*taxinav and taxinav-events are free.*\n.*modules/,
    );
    expect(ari.asked.filter((what) => !what.startsWith('GET'))).toEqual(['DELETE /channels/taxinav-doctor-no-channel']);
  });

  test.each([
    ['a wrong password', { password: 'other' }, /^fail asterisk: Asterisk does not accept/],
    [
      'an account that may only read',
      { answers: { 'DELETE /channels/taxinav-doctor-no-channel': 403 } },
      /^fail asterisk: the account may only read$/,
    ],
    ['an old version', { answers: { 'GET /asterisk/info': { system: { version: '16.2.1' } } } }, /^warn asterisk: Asterisk 16\.2\.1/],
    [
      'an application that is taken',
      { answers: { 'GET /applications': ['taxinav', 'taxinav-events'].map((name) => ({ name, channel_ids: [] })) } },
      /^fail asterisk: taxinav and taxinav-events are open: another program/,
    ],
    [
      'what a stopped bridge has left',
      { answers: { 'GET /applications': [{ name: 'taxinav', channel_ids: ['c-0f3-1', 'c-0f3-2'] }] } },
      /^warn asterisk: taxinav is listed without taxinav-events, .*: a bridge has stopped and left 2 call legs that still live$/,
    ],
    [
      'an application that may be either',
      { answers: { 'GET /applications': [{ name: 'taxinav', channel_ids: ['1795407846.12'] }] } },
      /^warn asterisk: taxinav is listed without taxinav-events, .*, or another program has opened it/,
    ],
    [
      'no modules',
      { answers: { 'GET /asterisk/modules': [{ name: 'res_ari.so', status: 'Not Running' }] } },
      /the module res_stasis\.so does not run/,
    ],
    [
      'a trunk that is offline',
      {
        answers: {
          'GET /endpoints': [
            { technology: 'PJSIP', resource: 'trunk', state: 'offline' },
            { technology: 'PJSIP', resource: '100', state: 'online' },
          ],
        },
      },
      /^fail endpoints: PJSIP\/\{number\}@trunk \(north\.endpoint\): trunk is offline$/,
    ],
    [
      'no such phone',
      { answers: { 'GET /endpoints': [{ technology: 'PJSIP', resource: 'trunk', state: 'online' }] } },
      /^fail endpoints: PJSIP\/100 \(north\.operator\): Asterisk knows no endpoint PJSIP\/100$/,
    ],
    [
      'a clock that is late',
      { answers: { 'GET /asterisk/ping': { ping: 'pong', timestamp: '2020-01-01T00:00:00.000+0000' } } },
      /^fail clock: Asterisk's clock is \d+\.\d s behind this machine's$/,
    ],
    ['an answer that is none', { answers: { 'GET /asterisk/info': 'hello' } }, /^fail asterisk: GET \/asterisk\/info/],
  ])('%s is found', async (_what, fake, expected) => {
    await using ari = await startFakeAri(fake);
    const findings = await asteriskIsFit(configuration(ari.url), NOWHERE);
    expect(notOk(findings)).toMatch(expected);
    for (const { verdict, remedy } of findings) expect(remedy === undefined).toBe(verdict === 'ok');
  });

  test('nobody there is one failure', async () => {
    const findings = await asteriskIsFit(configuration('http://127.0.0.1:1/ari'), NOWHERE);
    expect(notOk(findings)).toMatch(/^fail asterisk: .*no connection to Asterisk's HTTP server[^\n]*$/);
  });

  test('an auto-answer header needs its module', async () => {
    await using ari = await startFakeAri();
    const read = configuration(ari.url);
    const columns = read.columns.map((column) => ({ ...column, autoAnswer: 'Call-Info: <sip:taxinav>;answer-after=0' }));
    expect(notOk(await asteriskIsFit({ ...read, columns }, NOWHERE))).toBe(
      'fail asterisk: the module res_pjsip_header_funcs.so does not run (autoAnswer)',
    );
  });

  test('sound over HTTP needs its module; with a bridge that runs the applications are its own', async () => {
    await using ari = await startFakeAri({
      answers: { 'GET /applications': ['taxinav', 'taxinav-events'].map((name) => ({ name, channel_ids: [] })) },
    });
    const findings = await asteriskIsFit(configuration(ari.url, { audio: 'http://127.0.0.1:8090' }), { ...NOWHERE, bridgeRuns: true });
    expect(notOk(findings)).toMatch(
      /^fail asterisk: the module res_http_media_cache\.so does not run \(sound over HTTP\)\nfail asterisk: the module res_curl\.so/,
    );
    expect(findings.map(({ detail }) => detail).join('\n')).toContain("taxinav and taxinav-events are open: the bridge's own");
  });

  test('its files are read where they are: sessions, contexts', async () => {
    await using folder = await temporaryFolder();
    await writeFile(folder.file('http.conf'), '[general]\nenabled=yes\nsessionlimit=5\n');
    await writeFile(folder.file('extensions.conf'), '[from-taxinav]\nexten => s,1,NoOp()\n');
    await using ari = await startFakeAri();
    const options = { etc: folder.path, bridgeRuns: false };
    const there = await asteriskIsFit(configuration(ari.url, { endpoint: 'Local/{number}@from-taxinav' }), options);
    expect(notOk(there)).toMatch(/^warn asterisk: \S+http\.conf: sessionlimit 5$/);
    expect(there.map(({ detail }) => detail)).toContainEqual(
      expect.stringMatching(/^the context from-taxinav is in \S+ \(north\.endpoint\)$/),
    );
    const away = await asteriskIsFit(configuration(ari.url, { endpoint: 'Local/{number}@nowhere/n' }), options);
    expect(notOk(away)).toMatch(/warn endpoints: the context nowhere is not in /);
  });
});

test(
  'the whole doctor speaks a text with espeak, reads each recording, and looks at the port of the sounds',
  { timeout: 120_000 },
  async () => {
    await using folder = await temporaryFolder();
    await using ari = await startFakeAri();
    const taken = await startFakeAri();
    await using _taken = taken;
    const sounds = taken.url.replace('/ari', '');
    await writeFile(
      folder.file('taxinav.yaml'),
      `columns: [{ id: north, listen: "127.0.0.1:0", navigator: "127.0.0.1:1", status: "127.0.0.1:1", operator: PJSIP/100, endpoint: "PJSIP/{number}@trunk" }]
http: { listen: "127.0.0.1:0" }
pbx: { driver: asterisk, asterisk: { url: "${ari.url}", password: secret, audio: "${sounds}" } }
speech: { phrases: { "Машина подана": { recording: away.wav } } }
`,
    );
    const { stdout, code } = await runHere(['doctor', '--config', folder.file('taxinav.yaml'), '--asterisk-etc', folder.path, '--json']);
    const findings = jsonLines(stdout);
    const found = (check: string, verdict: string, detail: RegExp): void =>
      expect(findings).toContainEqual(expect.objectContaining({ check, verdict, detail: expect.stringMatching(detail) as unknown }));
    found('speech', 'ok', /^espeak spoke \d\.\d s in \d+ ms \(uk\)$/);
    found('speech', 'fail', /^the phrase “Машина подана”: .*away\.wav/);
    found('ports', 'fail', /\(pbx\.asterisk\.audio\) is in use by another program/);
    found('endpoints', 'ok', /trunk \(north\.endpoint\) is online/);
    expect(code).toBe(1);
  },
);

test.each([
  ['PJSIP/{number}@trunk', { technology: 'PJSIP', resource: 'trunk', context: undefined }],
  ['PJSIP/100', { technology: 'PJSIP', resource: '100', context: undefined }],
  ['SIP/trunk/{number}', { technology: 'SIP', resource: 'trunk', context: undefined }],
  ['PJSIP/trunk/sip:{number}@192.0.2.1', { technology: 'PJSIP', resource: 'trunk', context: undefined }],
  ['Local/{number}@from-taxinav/n', { technology: 'Local', resource: undefined, context: 'from-taxinav' }],
  ['PJSIP/{number}', { technology: 'PJSIP', resource: undefined, context: undefined }],
])('a dial target is taken apart: %s', (written, expected) => {
  expect(dialTarget(written)).toEqual(expected);
});

const needed = asteriskForTests();

describe.skipIf(!needed.installed)('a real Asterisk', () => {
  test('is fit for a configuration that it has, and says what is wrong with another', { timeout: 120_000 }, async () => {
    await using asterisk = await startAsterisk();
    await using folder = await temporaryFolder();
    const write = async (endpoint: string, password: string): Promise<string> => {
      const file = folder.file('taxinav.yaml');
      await writeFile(
        file,
        `columns:
  - { id: north, listen: 127.0.0.1:0, navigator: 127.0.0.1:1, status: 127.0.0.1:1, operator: PJSIP/sipp-trunk, endpoint: "${endpoint}" }
http: { listen: 127.0.0.1:0 }
pbx: { driver: asterisk, asterisk: { url: "${asterisk.ariUrl}", username: taxinav, password: ${password} } }
speech: { engine: none, phrases: { "Машина подана": { ringOnly: true } } }
`,
        { mode: 0o600 },
      );
      return file;
    };
    const etc = join(asterisk.home, 'etc');
    const doctor = async (endpoint: string, password: string) => {
      const { stdout } = await runHere(['doctor', '--config', await write(endpoint, password), '--asterisk-etc', etc, '--json']);
      return jsonLines(stdout).filter(({ check }) => check === 'asterisk' || check === 'endpoints' || check === 'clock');
    };
    const fit = await doctor('Local/{number}@subscribers', asterisk.password);
    expect(fit.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
    const details = fit.map(({ detail }) => detail).join('\n');
    for (const part of [
      /^Asterisk 22\./m,
      /may place calls/,
      /are free/,
      /modules that are needed run/,
      /PJSIP\/sipp-trunk .* (?:exists|is online)/,
      /clock and this machine's agree/,
      /sessionlimit/,
      /the context subscribers is in/,
    ])
      expect(details).toMatch(part);
    const unfit = await doctor('PJSIP/{number}@no-such-trunk', asterisk.password);
    expect(unfit).toContainEqual(
      expect.objectContaining({ verdict: 'fail', detail: expect.stringContaining('no endpoint PJSIP/no-such-trunk') }),
    );
    const refused = await doctor('PJSIP/{number}@sipp-trunk', 'wrong');
    expect(refused).toContainEqual(
      expect.objectContaining({ verdict: 'fail', detail: expect.stringContaining('does not accept pbx.asterisk.username') }),
    );
  });
});
