import { describe, expect, it } from 'vitest';
import {
  API_OPERATIONS,
  buildOpenApi,
  changedRowsSchema,
  columnStateSchema,
  erasureRequestSchema,
  EVENT_SCHEMAS,
  eventQuerySchema,
  historySchema,
  incomingCallRequestSchema,
  maskNumber,
  notificationQuerySchema,
  problemDocument,
  problemDocumentSchema,
  PROBLEMS,
  reportQuerySchema,
  retentionRequestSchema,
  toInstant,
} from '../src/index.ts';
import type { HistoryJson, JsonObject, ProblemCode } from '../src/index.ts';

const AT = toInstant(Date.UTC(2010, 10, 3, 13, 21, 30));
const GUID = '6F9619FF-8B86-D011-B42D-00CF4FC964FF';

const HISTORY: HistoryJson = {
  columnId: 'north',
  canonicalGuid: GUID.toLowerCase(),
  rounds: [
    {
      round: 1,
      guid: GUID,
      phone: '067***0279',
      text: 'Машина подана',
      state: 'final',
      end: 'result',
      peer: '192.168.1.200',
      acceptedAt: AT,
      expiresAt: AT,
      attempts: [
        {
          attempt: 7,
          callId: 'taxinav-a1-7',
          startedAt: AT,
          rangAt: AT,
          endedAt: AT,
          outcome: 'answered',
          detail: 'answered after 3 s',
          counted: true,
        },
      ],
      changes: [
        {
          status: 'Done',
          final: true,
          changedAt: AT,
          reports: [
            {
              reportId: 3,
              columnId: 'north',
              guid: GUID,
              status: 'Done',
              changedAt: AT,
              repeat: false,
              state: 'delivered',
              tries: 2,
              lastEvidence: 'taken',
              settledAt: AT,
            },
          ],
        },
      ],
    },
  ],
};

describe('schemas', () => {
  it('a whole history has its form', () => expect(historySchema.parse(HISTORY)).toEqual(HISTORY));
  it('a time in another zone has not', () =>
    expect(historySchema.safeParse(JSON.parse(JSON.stringify(HISTORY).replaceAll('.000Z', '+02:00'))).success).toBe(false));
  it('queries are read from text', () => {
    expect(notificationQuerySchema.parse({ status: 'Done', limit: '10' })).toEqual({ status: 'Done', limit: 10 });
    expect(notificationQuerySchema.parse({})).toEqual({ limit: 50 });
    expect(reportQuerySchema.parse({ state: 'dead' })).toEqual({ state: 'dead', limit: 50 });
    expect(eventQuerySchema.parse({ column: 'north' })).toEqual({ column: 'north' });
  });
  it.each([{ limit: '0' }, { limit: '501' }, { limit: 'many' }, { status: 'done' }, { colum: 'north' }])(
    'the query %o is refused',
    (query) => {
      expect(notificationQuerySchema.safeParse(query).success).toBe(false);
    },
  );
  it('a call names a column or a line', () => {
    const form = (request: unknown): boolean => incomingCallRequestSchema.safeParse(request).success;
    expect(form({ column: 'north', callerId: '0675040279' })).toBe(true);
    expect(form({ line: '0445550101', callerId: '0675040279', carType: 'Minibus' })).toBe(true);
    expect([
      form({ callerId: '0675040279' }),
      form({ column: 'n', line: '0445550101', callerId: '1' }),
      form({ column: 'n', callerId: '1', carType: 'Bus' }),
    ]).toEqual([false, false, false]);
  });
  it('retention asks for nothing, an erasure names a phone', () => {
    expect(retentionRequestSchema.safeParse({}).success).toBe(true);
    expect(retentionRequestSchema.safeParse({ textDays: 1 }).success).toBe(false);
    expect(erasureRequestSchema.safeParse({ phone: '0675040279' }).success).toBe(true);
    expect([{}, { phone: '' }, { phone: '0'.repeat(41) }].map((body) => erasureRequestSchema.safeParse(body).success)).toEqual([
      false,
      false,
      false,
    ]);
    expect(changedRowsSchema.parse({ rows: 500, more: true })).toEqual({ rows: 500, more: true });
  });
  it('who removes data for good is an admin', () => {
    expect([API_OPERATIONS.retain.role, API_OPERATIONS.erase.role]).toEqual(['admin', 'admin']);
  });
  it('a column names at most 64 who were turned away, and older bridges none', () => {
    const column = {
      id: 'north',
      listen: '127.0.0.1:6301',
      listening: true,
      connections: 0,
      channels: { inUse: 0, of: 4 },
      queued: 0,
      dialling: 0,
      reportsOwed: 0,
      deadLetters: 0,
      navigator: { address: '127.0.0.1:6010', state: 'unknown' },
      status: { address: '127.0.0.1:6001', state: 'unknown' },
    };
    const refused = (length: number): object => ({
      ...column,
      refused: Array.from({ length }, (_, index) => ({ address: `10.0.0.${index}`, reason: 'not-allowed', count: 1, lastAt: AT })),
    });
    expect([column, refused(64), refused(65)].map((each) => columnStateSchema.safeParse(each).success)).toEqual([true, true, false]);
  });
  it('a problem is a document of RFC 9457', () => {
    const document = problemDocument('ambiguous-column', 'Give ?column=', { candidates: [{ columnId: 'north', guid: GUID }] });
    expect(document).toEqual({
      type: 'urn:taxinav:problem:ambiguous-column',
      title: 'Several columns have a notification with this GUID',
      status: 409,
      detail: 'Give ?column=',
      code: 'ambiguous-column',
      candidates: [{ columnId: 'north', guid: GUID }],
    });
    for (const code of Object.keys(PROBLEMS) as ProblemCode[])
      expect(problemDocumentSchema.parse(problemDocument(code, 'x')).code).toBe(code);
  });
  it('every event has a schema', () => expect(Object.keys(EVENT_SCHEMAS)).toEqual(['change', 'dialling', 'reset']));
});

describe('values', () => {
  it.each([
    ['0675040279', '067***0279'],
    ['+48221234567', '+48***4567'],
    ['101', '1***'],
    ['', '***'],
  ])('%s is masked as %s', (number, masked) => expect(maskNumber(number)).toBe(masked));
  it('times are UTC with milliseconds', () => expect(AT).toBe('2010-11-03T13:21:30.000Z'));
});

describe('the OpenAPI document', () => {
  const document = buildOpenApi('1.2.3');

  it('carries the version, and is the same each time', () => {
    expect(document['info']).toMatchObject({ version: '1.2.3' });
    expect(JSON.stringify(buildOpenApi('1.2.3'))).toBe(JSON.stringify(document));
  });

  it('has every operation', () => {
    const paths = document['paths'] as Record<string, Record<string, JsonObject>>;
    for (const [id, operation] of Object.entries(API_OPERATIONS))
      expect(paths[operation.path]?.[operation.method.toLowerCase()]).toMatchObject({ operationId: id });
  });

  it('refers only to schemas that it has, and to each of them or an event', () => {
    const schemas = Object.keys((document['components'] as { schemas: JsonObject }).schemas);
    const named = new Set(
      [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1] ?? ''),
    );
    expect([...named].filter((name) => !schemas.includes(name))).toEqual([]);
    expect(schemas.filter((name) => !named.has(name))).toEqual(['ChangeEvent', 'ResetEvent']);
    expect(JSON.stringify(document)).not.toMatch(/\$defs|\$id|__shared/);
  });

  it('asks for JSON where there is a body, and answers errors as problems', () => {
    const { post } = (document['paths'] as Record<string, Record<string, JsonObject>>)['/api/v1/calls'] ?? {};
    expect(post).toMatchObject({
      'x-role': 'operator',
      requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/IncomingCallRequest' } } } },
      responses: { 415: { content: { 'application/problem+json': {} } }, 404: {}, 200: {} },
    });
  });
});
