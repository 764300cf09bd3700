import { inspect } from 'node:util';
import type { AsteriskWarning } from '@taxinav/telephony/asterisk';
import type { Logger } from './logging.ts';
import type { Metrics } from './metrics.ts';

/** Warnings kept until somebody listens. */
const EARLY_WARNINGS = 100;

const OF_THE_CONNECTION: ReadonlySet<AsteriskWarning['code']> = new Set([
  'ARI_UNAUTHORIZED',
  'ARI_APPLICATION_REPLACED',
  'ARI_SILENT',
  'ARI_DEAF',
  'ARI_REQUEST_FAILED',
]);

/** Hands on what the driver of the PBX survives. */
export class PbxWarnings {
  readonly #early: AsteriskWarning[] = [];
  #listener: ((warning: AsteriskWarning) => void) | undefined;
  #last: AsteriskWarning['code'] | undefined;

  /** Given to the driver. */
  readonly tell = (warning: AsteriskWarning): void => {
    if (OF_THE_CONNECTION.has(warning.code)) this.#last = warning.code;
    if (this.#listener !== undefined) this.#listener(warning);
    else if (this.#early.length < EARLY_WARNINGS) this.#early.push(warning);
  };

  /** Why the PBX cannot be used, by the last warning of its connection since `connected`. */
  get trouble(): AsteriskWarning['code'] | undefined {
    return this.#last;
  }

  /** The PBX can be used: what was wrong before is over. */
  connected(): void {
    this.#last = undefined;
  }

  /** Logs and counts them from now on, and those that came before. */
  noteIn(log: Logger, metrics: Pick<Metrics, 'pbxWarning'>): void {
    this.#listener = ({ code, message, callId, cause }) => {
      metrics.pbxWarning(code);
      log.warn({ event: 'pbx-warning', code, callId, cause: told(cause) }, withoutNumbers(message));
    };
    for (const warning of this.#early.splice(0)) this.#listener(warning);
  }
}

/** A cause may quote what was dialled. */
function told(cause: unknown): string | undefined {
  if (cause === undefined) return undefined;
  return withoutNumbers(cause instanceof Error ? `${cause.name}: ${cause.message}` : inspect(cause, { depth: 1 })).slice(0, 500);
}

function withoutNumbers(text: string): string {
  return text.replace(/\d{6,}/g, (digits) => `***${digits.slice(-2)}`);
}
