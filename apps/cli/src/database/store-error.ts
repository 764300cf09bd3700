import { existsSync } from 'node:fs';
import { TrackingError } from '@taxinav/notification-tracking';
import { CliError } from '../cli-error.ts';
import { runbook } from './runbook.ts';

/** A path that is mistyped must not become a new, empty database. */
export function mustExist(path: string): void {
  if (!existsSync(path))
    throw new CliError(
      'failed',
      `${path}: there is no such database. Correct the path; taxinav-bridge makes a new one at its first start.`,
    );
}

/** What the package said, and for a damaged database what to do. */
export function storeError(error: unknown, shown: string): unknown {
  if (!(error instanceof TrackingError)) return error;
  return new CliError('failed', [error.message, ...runbook(error.message, shown)], { cause: error });
}
