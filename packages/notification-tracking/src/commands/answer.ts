import type { CommandResult } from '../command.ts';
import type { Change, TrackerEvent } from '../tracker.ts';

/** A command's answer with the events that follow from what it wrote. */
export function answer<Result>(
  result: Result,
  wrote: {
    readonly changes?: readonly Change[];
    readonly reportsOwedIn?: Iterable<string>;
    readonly callsQueued?: boolean;
    readonly intentsFor?: string;
    readonly hangUp?: string;
  } = {},
): CommandResult<Result> {
  const changes = wrote.changes ?? [];
  const columns = new Set([...changes.map((change) => change.columnId), ...(wrote.reportsOwedIn ?? [])]);
  const events: TrackerEvent[] = [];
  if (changes.length > 0) events.push({ event: 'changed', changes });
  for (const columnId of columns) events.push({ event: 'reportsOwed', columnId });
  if (wrote.callsQueued === true) events.push({ event: 'callsQueued' });
  if (wrote.intentsFor !== undefined) events.push({ event: 'intentsWaiting', lease: wrote.intentsFor });
  if (wrote.hangUp !== undefined) events.push({ event: 'hangUpWanted', callId: wrote.hangUp });
  return { result, events };
}
