export { formatAddress, isLoopbackHost, parseAddress } from './address.ts';
export type { Address } from './address.ts';
export { ACKNOWLEDGE_MODES, COLUMN_ENCODINGS, HTTP_ROLES, LINE_CAR_TYPES, LOG_LEVELS } from './configuration.ts';
export type {
  AcknowledgeMode,
  AsteriskConfiguration,
  ColumnConfiguration,
  ColumnEncoding,
  ColumnFile,
  Configuration,
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
  RouteConfiguration,
  SpeechConfiguration,
  WireConfiguration,
} from './configuration.ts';
export { compileNumberPattern, NUMBER_PATTERN_CHARACTERS } from './number-pattern.ts';
export { formatProblem } from './problem.ts';
export type { ConfigurationProblem } from './problem.ts';
export { readConfiguration } from './read-configuration.ts';
export type { ConfigurationSource, ReadContext, ReadResult } from './read-configuration.ts';
export { renderConfiguration } from './render-configuration.ts';
