import { systemClock } from '@taxinav/transport';
import { openHttp, type HttpServer } from '../src/http/server.ts';
import { createLog } from '../src/logging.ts';
import { configured, type BridgeUnderTest } from './bridge-under-test.ts';

/** An HTTP port in front of a bridge; `http` is that part of a configuration. */
export async function openApi(
  running: BridgeUnderTest,
  http = 'http: { listen: 127.0.0.1:0 }',
): Promise<HttpServer & AsyncDisposable & { readonly url: string }> {
  const { http: settings } = configured(
    `columns: [{ id: n, listen: 127.0.0.1:1, navigator: 127.0.0.1:2, status: 127.0.0.1:3 }]\n${http}`,
    running.folder,
  );
  const server = await openHttp(settings, running.bridge, { log: createLog('silent'), clock: systemClock, version: '0.0.0' });
  return { ...server, url: `http://127.0.0.1:${server.address.port}`, [Symbol.asyncDispose]: () => server.close() };
}

/** Headers of a request with a body. */
export const json = { 'content-type': 'application/json' };
