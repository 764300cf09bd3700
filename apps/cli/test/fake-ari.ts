import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { SELF_SIGNED } from './self-signed.ts';

/** What a made-up Asterisk answers, by path; a number is a status without a body. */
export interface FakeAri {
  readonly password?: string;
  readonly answers?: Readonly<Record<string, unknown>>;
  /** Speaks TLS with a certificate that nobody trusts. */
  readonly tls?: boolean;
}

/** What every part of it is, unless a test says otherwise. */
const SOUND: Readonly<Record<string, unknown>> = {
  'GET /asterisk/info': { system: { version: '22.10.1' }, config: { name: 'fake' } },
  'GET /applications': [],
  'GET /asterisk/modules': [
    'res_ari.so',
    'res_ari_channels.so',
    'res_ari_bridges.so',
    'res_ari_playbacks.so',
    'res_ari_events.so',
    'res_ari_endpoints.so',
    'res_stasis.so',
    'res_stasis_playback.so',
    'app_stasis.so',
    'format_wav.so',
  ].map((name) => ({ name, status: 'Running' })),
  'GET /endpoints': [
    { technology: 'PJSIP', resource: 'trunk', state: 'online' },
    { technology: 'PJSIP', resource: '100', state: 'unknown' },
  ],
  'DELETE /channels/taxinav-doctor-no-channel': 404,
};

const PAGE =
  '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\r\n<html><head>\r\n<title>404 Not Found</title>\r\n</head><body>\r\n<h1>Not Found</h1></body></html>\r\n';

/** An HTTP server in the place of Asterisk's. */
export async function startFakeAri({ password = 'secret', answers = {}, tls = false }: FakeAri = {}) {
  const known: Readonly<Record<string, unknown>> = { ...SOUND, ...answers };
  const asked: string[] = [];
  const answerTo: RequestListener = (request, response) => {
    const authorized = request.headers.authorization === `Basic ${Buffer.from(`taxinav:${password}`).toString('base64')}`;
    const what = `${request.method ?? ''} ${(request.url ?? '').replace('/ari', '')}`;
    asked.push(what);
    // As Asterisk's own HTTP server answers what is not ARI's.
    if (request.url?.startsWith('/ari/') !== true) {
      response.writeHead(404, { 'content-type': 'text/html' }).end(PAGE);
      return;
    }
    const answer =
      what === 'GET /asterisk/ping'
        ? (known[what] ?? { ping: 'pong', timestamp: new Date().toISOString().replace('Z', '+0000') })
        : known[what];
    const status = !authorized ? 401 : typeof answer === 'number' ? answer : answer === undefined ? 500 : 200;
    response.writeHead(status, { 'content-type': 'application/json' }).end(status === 200 ? JSON.stringify(answer) : '{"message":"no"}');
  };
  const server = (tls ? createTlsServer(SELF_SIGNED, answerTo) : createServer(answerTo)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/ari`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
