export { createTracker } from './stored-tracker.ts';
export type {
  AcceptCommand,
  AcceptResult,
  At,
  CancelResult,
  Change,
  ClaimCallResult,
  ClaimedCall,
  Guarded,
  Owner,
  Page,
  Recovery,
  SettledReport,
  Summary,
  Tracker,
  TrackerEvent,
} from './tracker.ts';
export {
  ATTEMPT_OUTCOMES,
  type Attempt,
  type AttemptOutcome,
  type AttemptProgress,
  type NotificationHistory,
  type NotificationLine,
  type Report,
  type ReportEvidence,
  type ReportState,
  type Round,
  type RoundEnd,
  type RoundState,
  type StatusChange,
} from './notification.ts';
export type { CallLogLine, CallLogOutcome, CallRefusal, OpenedCall } from './call-log.ts';
export type { AbandonedCalls, CallState, LeaseInUse, LeaseState, NodeState, TakenIntent } from './leases.ts';
export { LeaseHolder, type LeaseHolderOptions, type LeaseStep } from './lease-holder.ts';
export { LeaseWatch, type AbandonedLease, type LeaseWatchOptions } from './lease-watch.ts';
export { NODE_DEAD_AFTER_MS, NodeWatch, type NodeWatchOptions } from './node-watch.ts';
export type { DiallingSwitch } from './controls.ts';
export {
  DEFAULT_POLICY,
  type ChannelCapacity,
  type DeliveryPolicy,
  type PlacementLimits,
  type RedialPolicy,
  type TrackingPolicy,
} from './policy.ts';
export type { Store, StorePressure } from './store.ts';
export { TRACKING_ERROR_CODES, TrackingError, type TrackingErrorCode } from './errors.ts';
export { copyRows, digestRows, type CopiedTable, type CopyOptions } from './copy/copy-rows.ts';
export type { TableDigest } from './copy/digest.ts';
export type { Row, RowDatabase, RowValue } from './copy/row-database.ts';
export type { TableShape } from './copy/tables.ts';
export { schemaState, verifyRows, type SchemaState, type Verification } from './copy/verify-rows.ts';
