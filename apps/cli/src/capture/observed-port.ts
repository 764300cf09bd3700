import { isAscii, isUtf8 } from 'node:buffer';
import { isFault, type Diagnostic, type DiagnosticCode, type MessageName } from '@taxinav/codec';
import type { Connection, ConnectionEvent } from './connection.ts';
import type { Endpoint } from './segment.ts';

/** Most GUIDs and hosts of one port that are told apart. */
export const MOST_REMEMBERED = 10_000;

/** How often something was seen, by its name. */
export type Counts<Name extends string = string> = ReadonlyMap<Name, number>;

/** One side's way of writing. */
export class WritingHabits {
  readonly messages: Map<MessageName, number> = new Map();
  readonly diagnostics: Map<DiagnosticCode, number> = new Map();
  readonly encodings: Map<'ASCII' | 'UTF-8' | 'no UTF-8', number> = new Map();
  /** How often each byte beyond ASCII came in messages that are no UTF-8. */
  readonly letters: Uint32Array = new Uint32Array(256);
  faults = 0;

  hear(raw: Uint8Array, diagnostics: readonly Diagnostic[]): void {
    for (const { code } of diagnostics) count(this.diagnostics, code);
    if (raw.length === 0) return;
    const encoding = isAscii(raw) ? 'ASCII' : isUtf8(raw) ? 'UTF-8' : 'no UTF-8';
    count(this.encodings, encoding);
    if (encoding === 'no UTF-8') for (const byte of raw) if (byte >= 0x80) this.letters[byte] = (this.letters[byte] ?? 0) + 1;
  }
}

/** What a capture shows of one port that was connected to: who says what to it, and how each side goes about it. */
export class ObservedPort {
  readonly endpoint: Endpoint;
  /** The side that connects, and the side whose port it is. */
  readonly client: WritingHabits = new WritingHabits();
  readonly server: WritingHabits = new WritingHabits();
  readonly clientHosts: Set<string> = new Set();
  /** What the port is asked for, in messages or in faults that name one. */
  readonly requested: Set<MessageName> = new Set();
  connections = 0;
  /** Most requests of one connection. */
  mostRequests = 0;
  readonly closed: Map<Connection['closed'], number> = new Map();
  /** Requests that were answered on their connection, by name. */
  readonly answered: Map<MessageName, number> = new Map();
  readonly answers: Map<string, number> = new Map();
  readonly answerStyles: Map<'compact' | 'spaced', number> = new Map();
  /** Those of them that answered a Conference. [reading 24] */
  readonly conferenceStyles: Map<'compact' | 'spaced', number> = new Map();
  /** The longest time from a request to its answer. */
  slowestAnswerMs = 0;
  /** GUIDs of SayText (or of SayTextStatus) that came to this port, with how often; in upper case, without braces and hyphens. */
  readonly guids: Map<string, number> = new Map();
  /** Requests of connections that go on, waiting for their answers. */
  readonly #asked = new Map<Connection, { name: MessageName; at: number }[]>();
  readonly #requests = new Map<Connection, number>();

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
  }

  hear({ connection, at, byClient, what }: ConnectionEvent): void {
    if (what.kind === 'missing') return;
    const { result, raw, diagnostics } = what.found;
    const side = byClient ? this.client : this.server;
    side.hear(raw, diagnostics);
    if (result === undefined) return;
    if (isFault(result)) {
      side.faults += 1;
      if (byClient && result.concerns !== undefined) this.requested.add(result.concerns);
      return;
    }
    count(side.messages, result.message);
    if (byClient) {
      this.requested.add(result.message);
      if (this.clientHosts.size < MOST_REMEMBERED) this.clientHosts.add(connection.client.host);
      const asked = this.#asked.get(connection) ?? [];
      // An answer that has not come after so many requests does not come.
      if (asked.length < 1024) asked.push({ name: result.message, at });
      this.#asked.set(connection, asked);
      this.#requests.set(connection, (this.#requests.get(connection) ?? 0) + 1);
      if ('guid' in result) this.#remember(result.guid);
    } else if (result.message === 'ACK') {
      this.#answer(
        connection,
        result.error,
        at,
        diagnostics.some(({ code }) => code === 'no-space-after-colon'),
      );
    }
  }

  /** A connection to this port is over. */
  over(connection: Connection): void {
    this.connections += 1;
    count(this.closed, connection.closed);
    this.mostRequests = Math.max(this.mostRequests, this.#requests.get(connection) ?? 0);
    this.#asked.delete(connection);
    this.#requests.delete(connection);
  }

  #answer(connection: Connection, error: string, at: number, compact: boolean): void {
    count(this.answerStyles, compact ? 'compact' : 'spaced');
    if (this.answers.size < MOST_REMEMBERED || this.answers.has(error)) count(this.answers, error);
    const asked = this.#asked.get(connection);
    // Where only some kinds of requests are answered, an ACK belongs to the first of those.
    const index = Math.max(asked?.findIndex(({ name }) => name === 'Call' || name === 'Conference') ?? -1, 0);
    const [request] = asked?.splice(index, 1) ?? [];
    if (request === undefined) return;
    count(this.answered, request.name);
    if (request.name === 'Conference') count(this.conferenceStyles, compact ? 'compact' : 'spaced');
    this.slowestAnswerMs = Math.max(this.slowestAnswerMs, at - request.at);
  }

  #remember(guid: string): void {
    const canonical = guid.replaceAll(/[{}-]/g, '').toUpperCase();
    if (this.guids.size < MOST_REMEMBERED || this.guids.has(canonical)) count(this.guids, canonical);
  }
}

function count<Name>(counts: Map<Name, number>, name: Name): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
