import type { AddressInfo } from 'node:net';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import {
  API_OPERATIONS,
  buildOpenApi,
  type Address,
  type ApiOperation,
  type ApiOperationId,
  type HttpConfiguration,
} from '@taxinav/bridge-contract';
import { TrackingError } from '@taxinav/notification-tracking';
import type { Bridge } from '../bridge.ts';
import { ConfigurationError } from '../configuration.ts';
import { injectCall, listCalls } from './calls.ts';
import { listColumns } from './columns.ts';
import { showDialling, switchDialling } from './controls.ts';
import { EventStreams } from './events.ts';
import { Guard, requireRole, type Caller } from './guard.ts';
import { live, ready } from './health.ts';
import { cancelNotification, listNotifications, resendNotification, showNotification } from './notifications.ts';
import type { HttpParts, Operation } from './operation.ts';
import { erase, retain } from './personal-data.ts';
import { Problem } from './problem.ts';
import { listReports, redriveReports } from './reports.ts';

/** The open HTTP port. */
export interface HttpServer {
  readonly address: Address;
  close(): Promise<void>;
}

/** The largest body that any operation needs is far below this. */
const BODY_BYTES = 65_536;

/** Whoever asks for what needs no token. */
const ANYBODY: Caller = { name: 'anybody', role: 'viewer', seesNumbers: false };

/**
 * Opens the HTTP port: health, metrics and the API, each operation as the contract describes it.
 *
 * @throws ConfigurationError when the port cannot be opened
 */
export async function openHttp(configuration: HttpConfiguration, bridge: Bridge, parts: HttpParts): Promise<HttpServer> {
  const { host, port } = configuration.listen;
  const server = fastify({
    bodyLimit: BODY_BYTES,
    forceCloseConnections: true,
    requestTimeout: 10_000,
    routerOptions: { ignoreTrailingSlash: true },
  });
  const streams = new EventStreams();
  // The guard knows the port only once it is open; nothing is answered before.
  let guard: Guard | undefined;
  takeOnlyJson(server);
  server.addHook('onRequest', (request, _reply, done) => {
    guard?.checkOrigin(request.headers);
    done();
  });
  server.addHook('onSend', (_request, reply, _payload, done) => {
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
    done();
  });
  server.setErrorHandler((error: FastifyError, request, reply) => tell(problemOf(error, request, parts), reply));
  server.setNotFoundHandler((_request, reply) => tell(new Problem('not-found', 'GET /api/v1/openapi.json tells what is here.'), reply));
  const operations = operationsOf(bridge, parts, streams);
  for (const id of Object.keys(API_OPERATIONS) as ApiOperationId[]) {
    const operation = API_OPERATIONS[id];
    server.route({
      method: operation.method,
      url: operation.path.replace('{guid}', ':guid'),
      handler: async (request, reply) => {
        const caller = operation.role === 'none' ? ANYBODY : (guard?.identify(request.headers) ?? ANYBODY);
        if (operation.role !== 'none') requireRole(caller, operation.role);
        const { query, body } = checked(operation, request);
        const { guid = '' } = request.params as { guid?: string };
        const answer = await operations[id]({ bridge, parts, caller, guid, query, body, reply });
        if (!reply.sent && answer !== undefined) await reply.send(answer);
      },
    });
  }
  try {
    await server.listen({ host, port });
  } catch (error) {
    await server.close();
    const { code = 'failed' } = error as NodeJS.ErrnoException;
    const remedy =
      code === 'EADDRINUSE'
        ? 'Another program has it: end that one, or choose another port.'
        : 'Choose an address of this machine and a port this user may open.';
    throw new ConfigurationError([`http.listen ${host}:${port} cannot be opened (${code}). ${remedy}`], { cause: error });
  }
  const address = { host, port: (server.server.address() as AddressInfo).port };
  guard = new Guard(configuration, address);
  return {
    address,
    async close() {
      streams.close();
      await server.close();
    },
  };
}

function operationsOf(bridge: Bridge, { version }: HttpParts, streams: EventStreams): Readonly<Record<ApiOperationId, Operation>> {
  const openApi = buildOpenApi(version);
  return {
    live,
    ready,
    metrics: async ({ reply }) => {
      void reply.type(bridge.metrics.contentType);
      return await bridge.metrics.scrape();
    },
    openapi: () => Promise.resolve(openApi),
    listNotifications,
    showNotification,
    cancelNotification,
    resendNotification,
    listColumns,
    injectCall,
    listCalls,
    listReports,
    redriveReports,
    showDialling,
    async switchDialling(asked) {
      const dialling = await switchDialling(asked);
      streams.tellDialling(dialling);
      return dialling;
    },
    retain,
    erase,
    streamEvents: (asked) => streams.stream(asked),
  };
}

/** A form or a text that a page can send anywhere without asking is refused, whatever it holds. */
function takeOnlyJson(server: FastifyInstance): void {
  server.removeContentTypeParser(['text/plain']);
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body.toString(), done);
  });
}

function checked({ query, request: form }: ApiOperation, request: FastifyRequest): { query: unknown; body: unknown } {
  // `?column=&status=Done` is what a form sends: an empty value asks for nothing.
  const given = Object.fromEntries(Object.entries(request.query as Record<string, unknown>).filter(([, value]) => value !== ''));
  const asked = query?.safeParse(given);
  const sent = form?.safeParse(request.body ?? {});
  const issues = [...(asked?.error?.issues ?? []), ...(sent?.error?.issues ?? [])];
  if (issues.length > 0) {
    const errors = issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    throw new Problem('invalid-request', errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; '), {
      errors,
    });
  }
  return { query: asked?.data ?? {}, body: sent?.data };
}

function problemOf(error: FastifyError | Error, request: FastifyRequest, { log }: HttpParts): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TrackingError) {
    log.error({ event: 'http-failed', path: request.routeOptions.url, code: error.code, err: error }, 'a request failed');
    return new Problem('store-unavailable', 'The database did not take it; nothing was changed. Try again, and look at the log.');
  }
  const { statusCode } = error as FastifyError;
  if (statusCode === 415) return new Problem('unsupported-media-type', 'Send application/json.');
  if (statusCode === 413) return new Problem('too-large', `Bodies have at most ${BODY_BYTES} bytes.`);
  if (statusCode !== undefined && statusCode < 500) return new Problem('invalid-request', error.message);
  log.error({ event: 'http-failed', path: request.routeOptions.url, err: error }, 'a request failed');
  return new Problem('internal', 'The bridge failed at this request; its log says why.');
}

function tell(problem: Problem, reply: FastifyReply): FastifyReply {
  return reply.code(problem.status).type('application/problem+json').send(problem.document);
}
