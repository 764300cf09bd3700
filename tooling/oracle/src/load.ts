import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Journal } from './journal.ts';
import type { Random } from './random.ts';
import { BlockReader, writeBlock } from './wire.ts';

/** One SayText as a dispatcher means it. */
export interface SayText {
  /** The column whose port it goes to. */
  readonly column: string;
  readonly port: number;
  /** Other bridges' ports for the same column: where it goes when an answer stays away. */
  readonly elsewhere?: readonly number[];
  /** In whatever spelling: it comes back to the letter. Source: [TN-15]. */
  readonly guid: string;
  readonly phone: string;
  readonly text: string;
  readonly spelling: 'strict' | 'documented';
}

/** What a dispatcher knows of a SayText. */
export type LoadEntry = { readonly column: string; readonly guid: string } & (
  | { readonly event: 'sent' }
  /** `ACK` with `Error: OK`: from here on a loss is the bridge's. */
  | { readonly event: 'accepted' }
  /** `ACK` with another Error. */
  | { readonly event: 'refused'; readonly reason: string }
  /** No connection came about, so nothing was sent. */
  | { readonly event: 'unsent'; readonly reason: string }
  /** It was sent, and no answer came: whether it was accepted is unknown, so the same GUID is sent again. */
  | { readonly event: 'unknown'; readonly reason: string }
);

/** How long an answer is awaited, milliseconds. */
const ANSWER_MS = 10_000;
/** Pause before a message is sent again, milliseconds. */
const AGAIN_MS = 100;
/** What the bridge answers when it could not store: to be sent again. */
const AGAIN = 'try again later';

/** Sends a SayText once, on a connection of its own, and waits for the answer. */
export async function sayOnce(
  message: SayText,
  journal: Journal<LoadEntry>,
): Promise<'accepted' | 'refused' | 'unsent' | 'unknown' | 'again'> {
  const { column, guid } = message;
  const socket = connect({ port: message.port, host: '127.0.0.1' });
  const reader = new BlockReader();
  let sent = false;
  const answer = await new Promise<{ readonly error?: string; readonly failure: string }>((resolve) => {
    const fail = (failure: string): void => resolve({ failure });
    socket.setTimeout(ANSWER_MS, () => fail('no answer in time'));
    socket.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    socket.on('close', () => fail('closed without an answer'));
    socket.on('connect', () => {
      sent = true;
      journal.append({ column, guid, event: 'sent' });
      socket.write(sayTextBytes(message));
    });
    socket.on('data', (bytes) => {
      const [block] = reader.push(bytes);
      if (block !== undefined) resolve({ error: block.fields['Error'] ?? '', failure: '' });
    });
  });
  socket.destroy();
  if (answer.error === 'OK') {
    journal.append({ column, guid, event: 'accepted' });
    return 'accepted';
  }
  if (answer.error !== undefined) {
    journal.append({ column, guid, event: 'refused', reason: answer.error });
    return answer.error === AGAIN ? 'again' : 'refused';
  }
  const event = sent ? 'unknown' : 'unsent';
  journal.append({ column, guid, event, reason: answer.failure });
  return event;
}

/** The bytes of a SayText. Source: [TN-11]. */
export function sayTextBytes({ guid, phone, text, spelling }: SayText): Buffer {
  return writeBlock(
    [
      ['Message', 'SayText'],
      ['NumberToCall', phone],
      ['TextToSay', text],
      ['Guid', guid],
    ],
    spelling,
  );
}

/** Sends a SayText until it is accepted or refused, as a dispatcher does whose answer stayed away. */
export async function sayUntilAnswered(message: SayText, journal: Journal<LoadEntry>, signal?: AbortSignal): Promise<void> {
  const ports = [message.port, ...(message.elsewhere ?? [])];
  for (let tries = 0; ; tries += 1) {
    const result = await sayOnce({ ...message, port: ports[tries % ports.length] ?? message.port }, journal);
    if (result === 'accepted' || result === 'refused' || signal?.aborted === true) return;
    await pause(AGAIN_MS);
  }
}

/** Makes SayText that differ in GUID and number, in the spellings that occur. */
export interface SayTextSource {
  next(column: LoadedColumn, lastDigit?: string): SayText;
}

/** A column with the bridge that hears it. */
export interface LoadedColumn {
  readonly id: string;
  readonly port: number;
  readonly elsewhere?: readonly number[];
}

/** `lastDigits`: one of them, by chance, ends each number; it decides what the phone of the simulated network does. */
export function createSayTexts(random: Random, lastDigits: string): SayTextSource {
  let serial = random.below(400_000);
  return {
    next({ id: column, port, elsewhere = [] }, lastDigit = lastDigits[random.below(lastDigits.length)] ?? '0') {
      serial += 1;
      const guid = random.guid();
      return {
        column,
        port,
        elsewhere,
        guid: random.pick([guid, guid, guid.toLowerCase(), `{${guid}}`]),
        phone: `067${String(serial).padStart(6, '0')}${lastDigit}`,
        text: `Машина ${serial}: 12:30`,
        spelling: random.pick(['strict', 'documented']),
      };
    },
  };
}

/** A load under way. */
export interface Load extends AsyncDisposable {
  /** Begins no further SayText; resolves when each that was begun is accepted or refused, so the bridge must be there. */
  stop(): Promise<void>;
}

/** What a load consists of. */
export interface LoadOptions {
  /** They take turns. */
  readonly columns: readonly [LoadedColumn, ...LoadedColumn[]];
  readonly perSecond: number;
  /** SayText without an answer at once; beyond it none is begun. @defaultValue 32 */
  readonly mostUnderWay?: number;
  readonly sayTexts: SayTextSource;
  readonly random: Random;
  readonly journal: Journal<LoadEntry>;
}

/** Sends SayText at a rate, each on its own connection, whatever becomes of the bridge meanwhile. */
export function startLoad({ columns, perSecond, mostUnderWay = 32, sayTexts, random, journal }: LoadOptions): Load {
  const givenUp = new AbortController();
  const underWay = new Set<Promise<void>>();
  const timer = setInterval(() => {
    if (underWay.size >= mostUnderWay) return;
    const message = sayTexts.next(random.pick(columns));
    const said = sayUntilAnswered(message, journal, givenUp.signal).finally(() => underWay.delete(said));
    underWay.add(said);
  }, 1_000 / perSecond);
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await Promise.all(underWay);
  };
  return {
    stop,
    [Symbol.asyncDispose]: async () => {
      givenUp.abort();
      await stop();
    },
  };
}
