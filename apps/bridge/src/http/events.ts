import type { ServerResponse } from 'node:http';
import { toInstant, type ApiEvents, type ChangeEventJson, type DiallingJson, type EventQuery } from '@taxinav/bridge-contract';
import type { Change } from '@taxinav/notification-tracking';
import { requireColumn } from './notifications.ts';
import type { Asked } from './operation.ts';
import { Problem } from './problem.ts';

/** Streams at once. */
const STREAMS = 64;
/** Bytes that may wait for a reader before its stream is ended; it comes back with Last-Event-ID. */
const WAITING_BYTES = 1_048_576;
/** A comment this often keeps the connection alive and finds readers that are gone. */
const BEAT_MS = 15_000;
/** Changes that a returning reader is given; beyond it he is told to read the lists anew. */
const MISSED = 1_000;

/** The open event streams of a server. */
export class EventStreams {
  readonly #open = new Set<ServerResponse>();

  /** `GET /api/v1/events`: status changes as they are stored. `Last-Event-ID` brings what was missed. */
  async stream({ bridge, query, reply, parts }: Asked): Promise<void> {
    const { column } = query as EventQuery;
    if (column !== undefined) requireColumn(column, bridge);
    if (this.#open.size >= STREAMS) throw new Problem('too-many-requests', `At most ${STREAMS} event streams are served at once.`);
    const after = Number(reply.request.headers['last-event-id'] ?? Number.NaN);
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    response.write(': taxinav\n\n');
    this.#open.add(response);
    const over = new AbortController();
    let last = Number.isSafeInteger(after) && after >= 0 ? after : 0;
    const give = (changes: readonly Change[]): void => {
      for (const change of changes) {
        // What was read as missed may come once more as live.
        if (change.change <= last) continue;
        last = change.change;
        if (column === undefined || change.columnId === column) write(response, 'change', shownChange(change), change.change);
      }
      if (response.writableLength > WAITING_BYTES) response.destroy();
    };
    const waiting: Change[] = [];
    let catchingUp = last > 0;
    const ignore = bridge.tracker.onEvent((event) => {
      if (event.event !== 'changed') return;
      if (catchingUp) waiting.push(...event.changes);
      else give(event.changes);
    });
    response.once('close', () => {
      ignore();
      over.abort();
      this.#open.delete(response);
    });
    try {
      if (catchingUp) {
        const missed = await bridge.tracker.changes({ after: last, limit: MISSED });
        give(missed);
        if (missed.length === MISSED) write(response, 'reset', { after: last });
        catchingUp = false;
        give(waiting);
      }
      while (!over.signal.aborted) {
        await parts.clock.sleep(BEAT_MS, over.signal);
        response.write(': still here\n\n');
        // Of another node's changes one is only told by a hint, which may be lost.
        if (last > 0) give(await bridge.tracker.changes({ after: last, limit: MISSED }));
      }
    } catch (error) {
      if (!over.signal.aborted) {
        parts.log.warn({ event: 'stream-failed', err: error }, 'an event stream was ended');
        response.destroy();
      }
    }
  }

  /** Tells every reader that the stop switch was thrown. */
  tellDialling(dialling: DiallingJson): void {
    for (const response of this.#open) write(response, 'dialling', dialling);
  }

  /** Ends every stream. */
  close(): void {
    for (const response of this.#open) response.end();
  }
}

function shownChange({ change, columnId, guid, round, status, final, changedAt }: Change): ChangeEventJson {
  return { change, columnId, guid, round, status, final, changedAt: toInstant(changedAt) };
}

function write<Name extends keyof ApiEvents>(response: ServerResponse, name: Name, data: ApiEvents[Name], id?: number): void {
  response.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}
