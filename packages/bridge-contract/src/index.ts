export { API_OPERATIONS, API_VERSION, COMMON_PROBLEMS } from './api.ts';
export type { ApiOperation, ApiOperationId } from './api.ts';
export {
  CALL_LOG_OUTCOMES,
  callLogPageSchema,
  callLogQuerySchema,
  callLogSchema,
  incomingCallRequestSchema,
  incomingCallSchema,
  POPUP_OUTCOMES,
} from './api/calls.ts';
export type { CallLogJson, CallLogPageJson, CallLogQuery, IncomingCallJson, IncomingCallRequest } from './api/calls.ts';
export { columnsSchema, columnStateSchema, REFUSED_PEER_REASONS } from './api/columns.ts';
export type { ColumnJson, ColumnsJson, DatabaseStateJson, PeerJson, RefusedPeerJson, TrunkAlarmJson } from './api/columns.ts';
export { diallingSchema, liveSchema, readySchema } from './api/controls.ts';
export type { DiallingJson, LiveJson, ReadyJson } from './api/controls.ts';
export { changeEventSchema, EVENT_SCHEMAS, eventQuerySchema, resetEventSchema } from './api/events.ts';
export type { ApiEvents, ChangeEventJson, EventQuery, ResetEventJson } from './api/events.ts';
export {
  ATTEMPT_OUTCOME_WORDS,
  attemptSchema,
  cancelSchema,
  EVIDENCE_WORDS,
  historySchema,
  notificationPageSchema,
  notificationQuerySchema,
  notificationSchema,
  oneNotificationQuerySchema,
  REPORT_STATE_WORDS,
  reportSchema,
  resendSchema,
  ROUND_END_WORDS,
  ROUND_STATE_WORDS,
  roundSchema,
  statusChangeSchema,
} from './api/notifications.ts';
export type {
  AttemptJson,
  CancelJson,
  EvidenceWord,
  HistoryJson,
  NotificationJson,
  NotificationPageJson,
  NotificationQuery,
  ReportJson,
  ResendJson,
  RoundJson,
  StatusChangeJson,
} from './api/notifications.ts';
export { changedRowsSchema, erasureRequestSchema, retentionRequestSchema } from './api/personal-data.ts';
export type { ChangedRowsJson, ErasureRequest, RetentionRequest } from './api/personal-data.ts';
export { problemDocument, problemDocumentSchema, PROBLEMS } from './api/problem-document.ts';
export type { ProblemCode, ProblemDocument } from './api/problem-document.ts';
export { redriveRequestSchema, redriveSchema, reportPageSchema, reportQuerySchema } from './api/reports.ts';
export type { RedriveJson, RedriveRequest, ReportPageJson, ReportQuery } from './api/reports.ts';
export { API_STATUSES, maskNumber, toInstant } from './api/values.ts';
export type { ApiStatus, Instant } from './api/values.ts';
export { formatAddress, isLoopbackHost, isUnspecifiedHost, parseAddress } from './address.ts';
export type { Address } from './address.ts';
export { ENDPOINT_PLACEHOLDERS } from './column-schema.ts';
export { ACKNOWLEDGE_MODES, COLUMN_ENCODINGS, HTTP_ROLES, LINE_CAR_TYPES, LOG_LEVELS, POPUP_MOMENTS } from './configuration.ts';
export type {
  AcknowledgeMode,
  AsteriskConfiguration,
  ColumnConfiguration,
  ColumnEncoding,
  ColumnFile,
  Configuration,
  ConferenceConfiguration,
  ConfigurationFile,
  DatabaseConfiguration,
  DeliveryConfiguration,
  DiallingConfiguration,
  HttpConfiguration,
  HttpRole,
  HttpToken,
  LineCarType,
  LogLevel,
  PbxConfiguration,
  PhraseConfiguration,
  PopupMoment,
  RouteConfiguration,
  SpeechConfiguration,
  WireConfiguration,
} from './configuration.ts';
export { configurationSchema, DEFAULT_PASSWORD, SECRET_CHARACTERS } from './configuration-schema.ts';
export { describeConfiguration } from './describe-configuration.ts';
export type { KeyDescription } from './describe-configuration.ts';
export { formatDatabase } from './database.ts';
export { RESERVED_VARIABLES } from './environment.ts';
export { buildConfigurationJsonSchema } from './json-schema.ts';
export { compileNumberPattern, NUMBER_PATTERN_CHARACTERS, UKRAINIAN_NUMBERS } from './number-pattern.ts';
export { buildOpenApi } from './openapi.ts';
export type { JsonObject } from './openapi.ts';
export { PHRASE_SLOTS, PHRASE_SLOTS_AT_MOST } from './phrase-text.ts';
export { formatProblem } from './problem.ts';
export type { ConfigurationProblem } from './problem.ts';
export { readConfiguration } from './read-configuration.ts';
export type { ConfigurationSource, ReadContext, ReadResult } from './read-configuration.ts';
export { renderConfiguration } from './render-configuration.ts';
