import { z } from 'zod';
import { API_OPERATIONS, COMMON_PROBLEMS } from './api.ts';
import type { ApiOperation } from './api.ts';
import { callLogPageSchema, callLogSchema, incomingCallRequestSchema, incomingCallSchema } from './api/calls.ts';
import { columnsSchema, columnStateSchema } from './api/columns.ts';
import { diallingSchema, liveSchema, readySchema } from './api/controls.ts';
import { changeEventSchema, resetEventSchema } from './api/events.ts';
import {
  attemptSchema,
  cancelSchema,
  historySchema,
  notificationPageSchema,
  notificationSchema,
  reportSchema,
  resendSchema,
  roundSchema,
  statusChangeSchema,
} from './api/notifications.ts';
import { changedRowsSchema, erasureRequestSchema, retentionRequestSchema } from './api/personal-data.ts';
import { problemDocumentSchema, PROBLEMS } from './api/problem-document.ts';
import type { ProblemCode } from './api/problem-document.ts';
import { redriveRequestSchema, redriveSchema, reportPageSchema } from './api/reports.ts';

/** A JSON object of the document. */
export type JsonObject = Record<string, unknown>;

const COMPONENTS: Readonly<Record<string, z.ZodType>> = {
  Live: liveSchema,
  Ready: readySchema,
  Notification: notificationSchema,
  NotificationPage: notificationPageSchema,
  History: historySchema,
  Round: roundSchema,
  Attempt: attemptSchema,
  StatusChange: statusChangeSchema,
  Report: reportSchema,
  ReportPage: reportPageSchema,
  RedriveRequest: redriveRequestSchema,
  Redrive: redriveSchema,
  Cancel: cancelSchema,
  Resend: resendSchema,
  Column: columnStateSchema,
  Columns: columnsSchema,
  IncomingCallRequest: incomingCallRequestSchema,
  IncomingCall: incomingCallSchema,
  CallLogRow: callLogSchema,
  CallLogPage: callLogPageSchema,
  Dialling: diallingSchema,
  RetentionRequest: retentionRequestSchema,
  ErasureRequest: erasureRequestSchema,
  ChangedRows: changedRowsSchema,
  ChangeEvent: changeEventSchema,
  ResetEvent: resetEventSchema,
  Problem: problemDocumentSchema,
};

const DESCRIPTION = `The HTTP API of the taxinav bridge. Times are ISO 8601 in UTC. Phone numbers are masked (067***0279) unless the token may see them.
Errors are RFC 9457 problem documents with a \`code\`. Answers may gain fields; ignore those you do not know.`;

/** The OpenAPI 3.1 document of the API; `version` is the bridge's. The same for the same version. */
export function buildOpenApi(version: string): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const [operationId, operation] of Object.entries<ApiOperation>(API_OPERATIONS)) {
    paths[operation.path] = { ...paths[operation.path], [operation.method.toLowerCase()]: describeOperation(operationId, operation) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'taxinav bridge', version, description: DESCRIPTION, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    security: [{ token: [] }, {}],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token of http.tokens; none is asked for on loopback without tokens' },
      },
      schemas: componentSchemas(),
    },
  };
}

function describeOperation(operationId: string, operation: ApiOperation): JsonObject {
  const guid = {
    name: 'guid',
    in: 'path',
    required: true,
    description: 'In any form that the wire allows',
    schema: { type: 'string', maxLength: 64 },
  };
  const parameters = [...(operation.path.includes('{guid}') ? [guid] : []), ...queryParameters(operation.query)];
  const good = {
    [operation.status]: answer(operation),
    ...(operation.alsoStatus === undefined ? {} : { [operation.alsoStatus]: answer(operation) }),
  };
  return {
    operationId,
    summary: operation.summary,
    'x-role': operation.role,
    ...(operation.role === 'none' ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(operation.request === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: reference(operation.request) } } } }),
    responses: { ...problemAnswers(operation), ...good },
  };
}

function answer(operation: ApiOperation): JsonObject {
  const mediaType = operation.mediaType ?? 'application/json';
  const schema =
    operation.response === undefined ? { type: mediaType === 'application/json' ? 'object' : 'string' } : reference(operation.response);
  return { description: operation.summary, content: { [mediaType]: { schema } } };
}

function problemAnswers(operation: ApiOperation): JsonObject {
  if (operation.role === 'none') return {};
  const body: readonly ProblemCode[] = operation.request === undefined ? [] : ['too-large', 'unsupported-media-type'];
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of [...COMMON_PROBLEMS, ...body, ...operation.problems]) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; '),
        content: { 'application/problem+json': { schema: reference(problemDocumentSchema) } },
      },
    ]),
  );
}

function queryParameters(query: z.ZodType | undefined): readonly JsonObject[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = tidy(z.toJSONSchema(query, { io: 'input' })) as {
    properties?: JsonObject;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: required.includes(name), schema }));
}

function reference(schema: z.ZodType): JsonObject {
  const found = Object.entries(COMPONENTS).find(([, component]) => component === schema);
  return found === undefined ? tidy(z.toJSONSchema(schema, { io: 'input' })) : { $ref: `#/components/schemas/${found[0]}` };
}

function componentSchemas(): JsonObject {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(COMPONENTS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, tidy(schema)]));
}

/** Drops what says nothing to a reader: the schema's own address, the pattern beside a format, bounds of the language's numbers. */
function tidy(schema: unknown): JsonObject {
  const { $schema: _schema, $id: _id, ...rest } = schema as JsonObject;
  return tidied(rest) as JsonObject;
}

function tidied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidied);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([key, inner]) =>
      !(key === 'pattern' && 'format' in value) && !(key.endsWith('imum') && Math.abs(Number(inner)) === Number.MAX_SAFE_INTEGER),
  );
  return Object.fromEntries(entries.map(([key, inner]) => [key, tidied(inner)]));
}
