import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { asteriskForTests, startAsterisk } from '@taxinav/asterisk';
import { readConfiguration, type Configuration } from '@taxinav/bridge-contract';
import { createAsteriskPbx } from '@taxinav/telephony/asterisk';
import { systemClock } from '@taxinav/transport';
import { describe, expect, test, vi } from 'vitest';
import { asteriskIsFit } from '../src/doctor/asterisk-checks.ts';
import type { Finding } from '../src/doctor/finding.ts';
import { startFakeAri } from './fake-ari.ts';

function configuration(url: string, { username = 'taxinav', password = 'secret', endpoint = 'PJSIP/{number}@trunk' } = {}): Configuration {
  const read = readConfiguration(
    `columns:
  - { id: north, listen: 127.0.0.1:6301, navigator: 127.0.0.1:6010, status: 127.0.0.1:6001, operator: PJSIP/sipp-trunk, endpoint: "${endpoint}" }
pbx: { driver: asterisk, asterisk: { username: ${username}, password: ${password} } }
`,
    { file: '/tmp/taxinav.yaml', env: {}, hostName: 'test' },
  );
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  // Past what a file may say: a URL without /ari is refused there.
  const { pbx } = read.configuration;
  return { ...read.configuration, pbx: { ...pbx, asterisk: { ...pbx.asterisk, url } } };
}

const NOWHERE = { etc: '/does/not/exist', bridgeRuns: false };

const told = (findings: readonly Finding[]): string =>
  findings.map(({ verdict, check, detail, remedy = '' }) => `${verdict} ${check}: ${detail} → ${remedy}`).join('\n');

describe('what keeps the doctor from Asterisk', () => {
  test.each(['', '/pbx', '/pbx/ari'])('a URL that is not ARI’s is asked about, and no HTML is shown: “%s”', async (path) => {
    await using ari = await startFakeAri();
    const findings = told(await asteriskIsFit(configuration(ari.url.replace('/ari', path)), NOWHERE));
    expect(findings).toMatch(
      /^fail asterisk: an HTTP server answers, but \S+ is no ARI \(404\) → pbx\.asterisk\.url must end in \/ari: http:\S+:\d+\/ari, and with prefix=PREFIX in http\.conf http:\S+:\d+\/PREFIX\/ari; /,
    );
    expect(findings).not.toMatch(/<|gone or never|log|\n/);
  });

  test('no answer of any server is shown as HTML', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<html><head><title>502</title></head>');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ari`;
      expect(told(await asteriskIsFit(configuration(url), NOWHERE))).toMatch(
        /^fail asterisk: GET \/asterisk\/info: Asterisk answered 502 → [^<]*$/,
      );
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  test('a certificate that is not trusted is named, with NODE_EXTRA_CA_CERTS', async () => {
    await using ari = await startFakeAri({ tls: true });
    const findings = told(await asteriskIsFit(configuration(ari.url), NOWHERE));
    expect(findings).toMatch(
      /^fail asterisk: the TLS certificate of \S+ is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\) → .*NODE_EXTRA_CA_CERTS=\S+[^\n]*$/,
    );
  });

  test('a port that does not speak TLS is named', async () => {
    await using ari = await startFakeAri();
    const findings = told(await asteriskIsFit(configuration(ari.url.replace('http:', 'https:')), NOWHERE));
    expect(findings).toMatch(/^fail asterisk: no TLS at \S+ \(\w+\) → https is for tlsbindaddr[^\n]*$/);
  });

  test('an address that ari.conf does not permit is told from a wrong password', async () => {
    await using ari = await startFakeAri({ answers: { 'GET /asterisk/info': 403 } });
    const findings = told(await asteriskIsFit(configuration(ari.url), NOWHERE));
    expect(findings).toMatch(/^fail asterisk: [^\n]*does not permit this address → in ari\.conf let permit, deny or acl[^\n]*$/);
    expect(findings).not.toContain('does not accept');
  });
});

const needed = asteriskForTests();

describe.skipIf(!needed.installed)('a real Asterisk', () => {
  test(
    'tells a wrong URL, a refused address, a mistyped context, a missing module and what a stopped bridge has left',
    { timeout: 120_000 },
    async () => {
      await using asterisk = await startAsterisk({
        extra: { 'ari.conf': '\n[denied]\ntype=user\npassword=secret\npassword_format=plain\ndeny=0.0.0.0/0\npermit=10.0.0.11\n' },
      });
      const account = { username: asterisk.username, password: asterisk.password };
      const etc = join(asterisk.home, 'etc');
      const doctor = async (read: Configuration, folder = etc): Promise<string> =>
        told(await asteriskIsFit(read, { etc: folder, bridgeRuns: false }));
      const fitting = configuration(asterisk.ariUrl, { ...account, endpoint: 'Local/{number}@subscribers' });

      expect(await doctor(configuration(asterisk.ariUrl.replace('/ari', ''), account))).toMatch(/^fail [^<\n]*must end in \/ari[^<\n]*$/);
      expect(await doctor(configuration(asterisk.ariUrl, { username: 'denied' }))).toMatch(
        /^fail [^\n]*does not permit this address[^\n]*$/,
      );

      const mistyped = configuration(asterisk.ariUrl, { ...account, endpoint: 'Local/{number}@taxinav-uot' });
      expect(await doctor(mistyped, '/does/not/exist')).toMatch(/^warn endpoints: whether there is a context taxinav-uot .*not checked/m);
      expect(await doctor(mistyped)).toMatch(/^warn endpoints: the context taxinav-uot is not in /m);
      for (const folder of [etc, '/does/not/exist']) expect(await doctor(mistyped, folder)).not.toMatch(/^ok .*taxinav-uot/m);

      await asterisk.cli('module unload res_pjsip_header_funcs.so');
      const columns = fitting.columns.map((column) => ({ ...column, autoAnswer: 'Call-Info: <sip:taxinav>;answer-after=0' }));
      expect(await doctor({ ...fitting, columns })).toMatch(
        /^fail asterisk: the module res_pjsip_header_funcs\.so does not run \(autoAnswer\)/m,
      );

      const pbx = createAsteriskPbx({ clock: systemClock, random: Math.random, url: asterisk.ariUrl, ...account, application: 'taxinav' });
      await pbx.start();
      await vi.waitFor(() => expect(pbx.state).toBe('ready'), { timeout: 10_000 });
      expect(await doctor(fitting)).toMatch(/^fail asterisk: taxinav and taxinav-events are open: another program/m);
      pbx.conference({
        callId: 'left-by-a-bridge',
        first: { endpoint: 'Local/0671234560@subscribers' },
        second: { endpoint: 'Local/0671234561@subscribers' },
      });
      await vi.waitFor(async () => expect(await asterisk.cli('ari show app taxinav')).toContain('left-by-a-bridge'), { timeout: 10_000 });
      await pbx[Symbol.asyncDispose]();
      await vi.waitFor(async () => expect(await asterisk.cli('ari show apps')).not.toContain('taxinav-events'), { timeout: 10_000 });
      const left = await doctor(fitting);
      expect(left).toMatch(/^warn asterisk: taxinav is listed without taxinav-events.*a bridge has stopped and left/m);
      expect(left).not.toMatch(/^fail/m);
    },
  );
});
