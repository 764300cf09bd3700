import { pino, type Logger } from 'pino';
import { maskPhoneNumber } from '@taxinav/codec';

export type { Logger };

/** Where log lines go; pino's own destination, or a test's. */
export interface LogDestination {
  write(line: string): void;
}

const PHONE_KEYS = new Set(['phone', 'callerId', 'tel', 'tel1', 'tel2', 'numberToCall']);

/**
 * The bridge's log: one JSON object a line, ISO time in UTC, an `event` that never changes its name. Phone numbers are
 * masked by key, whatever is handed in, and texts to say have no key: they are dropped.
 */
export function createLog(level: string, destination?: LogDestination): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: maskedFields,
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

function maskedFields(fields: Record<string, unknown>): Record<string, unknown> {
  const masked: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (key === 'text' || key === 'textToSay') continue;
    masked[key] = PHONE_KEYS.has(key) && typeof value === 'string' ? maskPhoneNumber(value) : value;
  }
  return masked;
}
