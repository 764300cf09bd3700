import { setTimeout as wait } from 'node:timers/promises';
import type { TrackerEvent } from '../tracker.ts';
import type { Session } from './session.ts';

const CHANNEL = 'taxinav_events';
/** PostgreSQL takes messages under 8,000 bytes. */
const MESSAGE_BYTES = 7_900;
/** Events that wait to be told at most; beyond it they are dropped: others find the work when they look. */
const WAITING_EVENTS = 1_000;
/** Between two messages, ms: what happens meanwhile is told together. */
const TELL_PAUSE_MS = 25;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** What a wake-up is told. */
export interface WakeUpOptions {
  /** Tells this store's messages from others'. */
  readonly from: string;
  readonly open: () => Promise<Session>;
  readonly listener: (events: readonly TrackerEvent[]) => void;
}

/** Tells other nodes of a commit and hears of theirs, by LISTEN and NOTIFY: a hint. Who misses one finds the work when he looks next. */
export class WakeUp {
  readonly #options: WakeUpOptions;
  readonly #stopped = new AbortController();
  readonly #closed = Promise.withResolvers<undefined>();
  #session: Session | undefined;
  #waiting: TrackerEvent[] = [];
  #telling = false;
  readonly #running: Promise<void>;

  constructor(options: WakeUpOptions) {
    this.#options = options;
    this.#running = this.#listenForEver();
  }

  /** Tells others, soon, and only while there is a connection. */
  tell(events: readonly TrackerEvent[]): void {
    if (events.length === 0 || this.#waiting.length + events.length > WAITING_EVENTS) return;
    this.#waiting.push(...events);
    if (!this.#telling) void this.#tell();
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    this.#closed.resolve(undefined);
    await this.#session?.close();
    await this.#running;
  }

  async #tell(): Promise<void> {
    this.#telling = true;
    while (this.#waiting.length > 0) {
      const events = merged(this.#waiting);
      this.#waiting = [];
      // Lost with the connection: it is a hint.
      await this.#session
        ?.query('SELECT pg_notify($1, $2)', [CHANNEL, messageOf(this.#options.from, events)])
        .catch(() => this.#session?.destroy());
      await wait(TELL_PAUSE_MS, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
    }
    this.#telling = false;
  }

  async #listenForEver(): Promise<void> {
    const { signal } = this.#stopped;
    for (let failures = 0; !signal.aborted;) {
      try {
        const session = await this.#opened();
        if (session === undefined) return;
        const ended = new Promise<void>((resolve) => session.onEnd(resolve));
        session.onNotification(({ payload }) => this.#hear(payload));
        await session.query(`LISTEN ${CHANNEL}`);
        if (signal.aborted) return await session.close();
        this.#session = session;
        // What was told meanwhile was missed.
        if (failures > 0) this.#options.listener([{ event: 'callsQueued' }]);
        failures = 0;
        await ended;
        this.#session = undefined;
      } catch {
        // The commands say what is wrong with the database; this only tries again.
      }
      failures += 1;
      await wait(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10)), undefined, { signal }).catch(() => undefined);
    }
  }

  /** A connection, or nothing once it was stopped. */
  async #opened(): Promise<Session | undefined> {
    const opening = this.#options.open();
    const session = await Promise.race([opening, this.#closed.promise]);
    if (session === undefined) {
      opening.then(
        (late) => late.destroy(),
        () => undefined,
      );
    }
    return session;
  }

  #hear(payload: string | undefined): void {
    const message = parsed(payload);
    if (message !== undefined && message.from !== this.#options.from) this.#options.listener(message.events);
  }
}

interface Message {
  readonly from: string;
  readonly events: readonly TrackerEvent[];
}

/** Each hint once; changes in their order. */
function merged(events: readonly TrackerEvent[]): readonly TrackerEvent[] {
  const hints = new Map<string, TrackerEvent>();
  const changes = events.flatMap((event) => (event.event === 'changed' ? event.changes : []));
  for (const event of events) if (event.event !== 'changed') hints.set(JSON.stringify(event), event);
  return changes.length === 0 ? [...hints.values()] : [{ event: 'changed', changes }, ...hints.values()];
}

/** Changes are left out where they do not fit, then everything but that there is work. */
function messageOf(from: string, events: readonly TrackerEvent[]): string {
  const tries = [events, events.filter((event) => event.event !== 'changed'), [{ event: 'callsQueued' }]];
  const texts = tries.map((some) => JSON.stringify({ from, events: some }));
  return texts.find((text) => Buffer.byteLength(text) < MESSAGE_BYTES) ?? '';
}

function parsed(payload: string | undefined): Message | undefined {
  try {
    const message = JSON.parse(payload ?? '') as Partial<Message>;
    return typeof message.from === 'string' && Array.isArray(message.events) ? (message as Message) : undefined;
  } catch {
    // Somebody else's message on this channel.
    return undefined;
  }
}
