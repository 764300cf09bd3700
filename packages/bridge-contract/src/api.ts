import type { z } from 'zod';
import { callLogPageSchema, callLogQuerySchema, incomingCallRequestSchema, incomingCallSchema } from './api/calls.ts';
import { columnsSchema } from './api/columns.ts';
import { diallingSchema, liveSchema, readySchema } from './api/controls.ts';
import { eventQuerySchema } from './api/events.ts';
import {
  cancelSchema,
  historySchema,
  notificationPageSchema,
  notificationQuerySchema,
  oneNotificationQuerySchema,
  resendSchema,
} from './api/notifications.ts';
import { changedRowsSchema, erasureRequestSchema, retentionRequestSchema } from './api/personal-data.ts';
import type { ProblemCode } from './api/problem-document.ts';
import { redriveRequestSchema, redriveSchema, reportPageSchema, reportQuerySchema } from './api/reports.ts';
import type { HttpRole } from './configuration.ts';

/** One operation of the HTTP API: what it takes, who may use it, what it answers. */
export interface ApiOperation {
  readonly method: 'GET' | 'PUT' | 'POST';
  /** With `{guid}` in the place of a parameter. */
  readonly path: string;
  readonly summary: string;
  /** The least role; `none`: no token is asked for. */
  readonly role: HttpRole | 'none';
  readonly query?: z.ZodType;
  readonly request?: z.ZodType;
  /** Status of the answer when all is well. */
  readonly status: number;
  /** Media type of the answer. @defaultValue `application/json` */
  readonly mediaType?: string;
  readonly response?: z.ZodType;
  /** Another status with the same response. */
  readonly alsoStatus?: number;
  /** Problems of its own, besides those that every operation may answer. */
  readonly problems: readonly ProblemCode[];
}

/** The name of an operation. */
export type ApiOperationId =
  | 'live'
  | 'ready'
  | 'metrics'
  | 'openapi'
  | 'listNotifications'
  | 'showNotification'
  | 'cancelNotification'
  | 'resendNotification'
  | 'listColumns'
  | 'injectCall'
  | 'listCalls'
  | 'listReports'
  | 'redriveReports'
  | 'showDialling'
  | 'switchDialling'
  | 'retain'
  | 'erase'
  | 'streamEvents';

/** What the bridge serves, by operation id. */
export const API_OPERATIONS: Readonly<Record<ApiOperationId, ApiOperation>> = {
  live: {
    method: 'GET',
    path: '/health/live',
    summary: 'The process lives',
    role: 'none',
    status: 200,
    response: liveSchema,
    problems: [],
  },
  ready: {
    method: 'GET',
    path: '/health/ready',
    summary: 'The bridge can do its work; 503 while it cannot',
    role: 'none',
    status: 200,
    alsoStatus: 503,
    response: readySchema,
    problems: [],
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    summary: 'Prometheus metrics, prefix taxinav_',
    role: 'viewer',
    status: 200,
    mediaType: 'text/plain',
    problems: [],
  },
  openapi: { method: 'GET', path: '/api/v1/openapi.json', summary: 'This document', role: 'none', status: 200, problems: [] },
  listNotifications: {
    method: 'GET',
    path: '/api/v1/notifications',
    summary: 'Notifications, newest first',
    role: 'viewer',
    query: notificationQuerySchema,
    status: 200,
    response: notificationPageSchema,
    problems: ['unknown-column'],
  },
  showNotification: {
    method: 'GET',
    path: '/api/v1/notifications/{guid}',
    summary: 'The whole history of a notification: rounds, attempts, status changes, reports with their tries',
    role: 'viewer',
    query: oneNotificationQuerySchema,
    status: 200,
    response: historySchema,
    problems: ['unknown-notification', 'ambiguous-column', 'unknown-column'],
  },
  cancelNotification: {
    method: 'POST',
    path: '/api/v1/notifications/{guid}/cancel',
    summary: 'Ends a notification that was not answered yet',
    role: 'operator',
    query: oneNotificationQuerySchema,
    status: 200,
    response: cancelSchema,
    problems: ['unknown-notification', 'ambiguous-column', 'unknown-column', 'not-cancelable'],
  },
  resendNotification: {
    method: 'POST',
    path: '/api/v1/notifications/{guid}/resend',
    summary: 'Owes the current status to Taxi Navigator once more',
    role: 'operator',
    query: oneNotificationQuerySchema,
    status: 200,
    response: resendSchema,
    problems: ['unknown-notification', 'ambiguous-column', 'unknown-column'],
  },
  listColumns: {
    method: 'GET',
    path: '/api/v1/columns',
    summary: 'The columns as they work now',
    role: 'viewer',
    status: 200,
    response: columnsSchema,
    problems: [],
  },
  injectCall: {
    method: 'POST',
    path: '/api/v1/calls',
    summary: 'Shows an incoming call to the dispatchers of a column',
    role: 'operator',
    request: incomingCallRequestSchema,
    status: 200,
    response: incomingCallSchema,
    problems: ['unknown-column', 'unknown-line'],
  },
  listCalls: {
    method: 'GET',
    path: '/api/v1/calls',
    summary: 'The call log: every Call, Dial and Conference, newest first',
    role: 'viewer',
    query: callLogQuerySchema,
    status: 200,
    response: callLogPageSchema,
    problems: ['unknown-column'],
  },
  listReports: {
    method: 'GET',
    path: '/api/v1/reports',
    summary: 'Reports owed to Taxi Navigator, or dead letters, oldest first',
    role: 'viewer',
    query: reportQuerySchema,
    status: 200,
    response: reportPageSchema,
    problems: ['unknown-column'],
  },
  redriveReports: {
    method: 'POST',
    path: '/api/v1/reports/redrive',
    summary: 'Makes dead letters pending again, unless a later report of their GUID was delivered',
    role: 'operator',
    request: redriveRequestSchema,
    status: 200,
    response: redriveSchema,
    problems: ['unknown-column'],
  },
  showDialling: {
    method: 'GET',
    path: '/api/v1/controls/dialling',
    summary: 'The switch that stops all dialling',
    role: 'viewer',
    status: 200,
    response: diallingSchema,
    problems: [],
  },
  switchDialling: {
    method: 'PUT',
    path: '/api/v1/controls/dialling',
    summary: 'Throws the switch; it is kept in the database',
    role: 'admin',
    request: diallingSchema,
    status: 200,
    response: diallingSchema,
    problems: [],
  },
  retain: {
    method: 'POST',
    path: '/api/v1/retention',
    summary: 'Removes the texts and numbers that are past their days, now instead of within the hour',
    role: 'admin',
    request: retentionRequestSchema,
    status: 200,
    response: changedRowsSchema,
    problems: [],
  },
  erase: {
    method: 'POST',
    path: '/api/v1/erasures',
    summary: 'Removes a number and what was said to it everywhere; a phone that rings is hung up first, what waits for it ends',
    role: 'admin',
    request: erasureRequestSchema,
    status: 200,
    response: changedRowsSchema,
    problems: [],
  },
  streamEvents: {
    method: 'GET',
    path: '/api/v1/events',
    summary: 'Server-sent events: change, dialling, reset; the data of each is JSON. More names may come: ignore those you do not know',
    role: 'viewer',
    query: eventQuerySchema,
    status: 200,
    mediaType: 'text/event-stream',
    problems: ['unknown-column'],
  },
};

/** Version of the API under `/api/v1`: what the committed openapi.json carries. */
export const API_VERSION = '1.0.0';

/** Problems that every operation under `/api` may answer. */
export const COMMON_PROBLEMS: readonly ProblemCode[] = [
  'invalid-request',
  'unauthorized',
  'forbidden',
  'host-not-allowed',
  'origin-not-allowed',
  'too-many-requests',
  'internal',
  'store-unavailable',
  'shutting-down',
];
