import type { QueryFunction } from './command.ts';
import { leasesInUse } from './commands/abandoned.ts';
import { handledBy } from './commands/handled.ts';
import { callState } from './commands/intents.ts';
import { lease } from './commands/lease.ts';
import { nodes } from './commands/nodes.ts';
import { find } from './queries/history.ts';
import { calls, changes, list, reports } from './queries/lists.ts';
import { dialling, summary } from './queries/summary.ts';

/** Every read by name. */
export const QUERIES: Readonly<Record<string, QueryFunction>> = {
  dialling,
  find,
  list,
  reports,
  calls,
  changes,
  summary,
  handledBy,
  callState,
  lease,
  leasesInUse,
  nodes,
};
