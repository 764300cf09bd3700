import { Agent, request as httpRequest, type ClientRequest } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../clock.ts';
import { startTimer } from '../timer.ts';

/** How long a connection without a request is kept, milliseconds; Asterisk itself closes one after 15 s. */
const IDLE_MS = 4_000;

/** A method that ARI knows. */
export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What a server answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Requests over connections that are kept, each with a time limit. What is given up is taken back as far as possible: its connection is
 * reset, so that no byte which has not left yet is sent later. A connection that is only closed would bring the request when the way to the
 * server is whole again, a minute after everybody has forgotten it.
 */
export class HttpExchange {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #agent = new Agent({ keepAlive: true, timeout: IDLE_MS });
  readonly #tlsAgent = new TlsAgent({ keepAlive: true, timeout: IDLE_MS });

  /** @param timeoutMs from the request to the last byte of its answer */
  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Asks once; follows no redirection.
   *
   * @returns `late` when there was no answer in time
   * @throws Error of the system when there is no connection, or it broke
   */
  async ask(method: HttpMethod, url: string, authorization: string, body: object | undefined): Promise<HttpAnswer | 'late'> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer | 'late'>();
    const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = {
      authorization,
      ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      // Said of an empty body too: a POST without it would be sent in chunks, which Asterisk need not read.
      ...(content === undefined && method === 'GET' ? {} : { 'content-length': content?.length ?? 0 }),
    };
    const isTls = url.startsWith('https:');
    const request = (isTls ? httpsRequest : httpRequest)(url, { method, headers, agent: isTls ? this.#tlsAgent : this.#agent });
    const callOff = startTimer(this.#clock, this.#timeoutMs, () => {
      resolve('late');
      takeBack(request);
    });
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      // Read to its end, else the connection is of no further use.
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    request.end(content);
    try {
      return await promise;
    } finally {
      callOff();
    }
  }
}

function takeBack(request: ClientRequest): void {
  const { socket } = request;
  // Nothing of it has left on one that still connects; and TLS has no word for a reset.
  if (socket !== null && !socket.connecting && !(socket instanceof TLSSocket)) socket.resetAndDestroy();
  request.destroy();
}
