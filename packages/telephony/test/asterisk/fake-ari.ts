import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** One request, as it came. */
export interface AskedOfFake {
  readonly method: string;
  /** Path below the base URL, without the query. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

type AnswerNow = { readonly status: number; readonly json?: unknown } | 'never' | undefined;

/** What a fake Asterisk does with a request, at once or later: `undefined` answers 200 with `{}`, or `[]` for a list. */
export type FakeAnswer = AnswerNow | Promise<AnswerNow>;

/** A server that speaks ARI and has the manners a test chooses. */
export interface FakeAri extends AsyncDisposable {
  readonly url: string;
  readonly asked: readonly AskedOfFake[];
  /** Websockets ever opened, by application. */
  readonly opened: readonly string[];
  /** The newest websocket of an application. */
  socket(application: string): WebSocket | undefined;
  /** Tells the newest websocket of an application. */
  tell(application: string, event: object | string): void;
  close(): Promise<void>;
}

export interface FakeAriOptions {
  readonly answer?: (asked: AskedOfFake) => FakeAnswer;
  /** HTTP status of the websocket's handshake instead of an upgrade. */
  readonly refuseSockets?: () => number | undefined;
  /** Takes a handshake and says nothing. */
  readonly ignoreSockets?: () => boolean;
  /** Whether an application's events come over its websocket. */
  readonly hears?: (application: string) => boolean;
  /** Leaves pings unanswered. */
  readonly deaf?: boolean;
}

const LISTS = new Set(['/channels', '/bridges', '/applications', '/endpoints']);

export async function startFakeAri(options: FakeAriOptions = {}): Promise<FakeAri> {
  const asked: AskedOfFake[] = [];
  const opened: string[] = [];
  const sockets = new Map<string, WebSocket>();
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const path = (request.url ?? '').replace(/^\/ari/, '').replace(/\?.*/, '');
      const method = request.method ?? '';
      const one: AskedOfFake = { method, path, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
      asked.push(one);
      const give = (answer: AnswerNow): void => {
        if (answer === 'never') return;
        if (answer !== undefined) reply(response, answer.status, answer.json ?? {});
        else if (path.startsWith('/events/user/')) {
          const application = new URL(request.url ?? '', 'http://fake').searchParams.get('application') ?? '';
          const eventname = path.slice('/events/user/'.length);
          const userevent = { ...(one.body['variables'] as object), eventname };
          const isHeard = options.hears?.(application) !== false;
          if (isHeard) sockets.get(application)?.send(JSON.stringify({ type: 'ChannelUserevent', eventname, userevent }));
          reply(response, 204, undefined);
        } else reply(response, 200, method === 'GET' && LISTS.has(path) ? [] : {});
      };
      const answer = options.answer?.(one);
      if (answer instanceof Promise) void answer.then(give);
      else give(answer);
    });
  });
  const upgrades = new WebSocketServer({ noServer: true, autoPong: options.deaf !== true });
  server.on('upgrade', (request, socket, head) => {
    if (options.ignoreSockets?.() === true) {
      socket.on('error', () => undefined);
      socket.on('end', () => socket.destroy());
      socket.resume();
      return;
    }
    const refused = options.refuseSockets?.();
    if (refused !== undefined) {
      socket.end(`HTTP/1.1 ${refused} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    upgrades.handleUpgrade(request, socket, head, (webSocket) => {
      const application = new URL(request.url ?? '', 'http://fake').searchParams.get('app') ?? '';
      opened.push(application);
      sockets.set(application, webSocket);
      webSocket.on('error', () => undefined);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    for (const client of upgrades.clients) client.terminate();
    server.closeAllConnections();
    const closed = once(server, 'close');
    server.close();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ari`,
    asked,
    opened,
    socket: (application) => sockets.get(application),
    tell: (application, event) => sockets.get(application)?.send(typeof event === 'string' ? event : JSON.stringify(event)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function reply(response: ServerResponse, status: number, json: unknown): void {
  if (status === 204) {
    response.writeHead(204).end();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(json));
}
