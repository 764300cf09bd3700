import { Buffer } from 'node:buffer';
import { fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createTracker, DEFAULT_POLICY, type Store, type TrackingPolicy } from '@taxinav/notification-tracking';
import { openSqliteStore } from '@taxinav/notification-tracking/sqlite';
import Database from 'better-sqlite3';
import { sayText } from '../corpus/messages.ts';
import { writeHistory } from './history.ts';

/** Something that stores notifications. `write` resolves when `count` of them, asked for at once, are on disk. */
export interface Writer {
  write(count: number): Promise<void>;
  /** One command of retention; how many rows it changed. */
  retain?(): Promise<number>;
}

/** How a writer is opened: in a folder of its own. */
export type OpenWriter = (folder: string, random: () => number) => Promise<Writer>;

const PAGE = Buffer.alloc(4_096, 0x78);
const FILE_PAGES = 1_024;

/** What the disk can do at most: a page overwritten and flushed, whatever is asked at once. */
async function openRaw(folder: string): Promise<Writer> {
  const file = openSync(join(folder, 'raw'), 'w+');
  for (let page = 0; page < FILE_PAGES; page += 1) writeSync(file, PAGE, 0, PAGE.length, page * PAGE.length);
  fdatasyncSync(file);
  let page = 0;
  return {
    write(count) {
      for (let written = 0; written < count; written += 1) {
        page = (page + 1) % FILE_PAGES;
        writeSync(file, PAGE, 0, PAGE.length, page * PAGE.length);
        fdatasyncSync(file);
      }
      return Promise.resolve();
    },
  };
}

/** SQLite alone: one row a notification, all that are asked at once in one transaction, in the same thread. */
async function openBare(folder: string, random: () => number): Promise<Writer> {
  const database = new Database(join(folder, 'bare.db'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE notification (id INTEGER PRIMARY KEY, guid TEXT UNIQUE, phone TEXT, text TEXT, at INTEGER)');
  const insert = database.prepare('INSERT INTO notification (guid, phone, text, at) VALUES (?, ?, ?, ?)');
  const group = database.transaction((count: number) => {
    for (let written = 0; written < count; written += 1) {
      const message = sayText(random);
      insert.run(message.guid, message.numberToCall, message.textToSay, Date.now());
    }
  });
  return {
    write(count) {
      group(count);
      return Promise.resolve();
    },
  };
}

/** The public tracker over the SQLite store, as the bridge uses it. */
function openTracker(limits: TrackingPolicy['limits'], history: number): OpenWriter {
  return async (folder, random) => {
    const path = join(folder, 'tracker.db');
    if (history > 0) {
      await (await openSqliteStore({ path })).close();
      writeHistory(path, history);
    }
    return acceptingWriter(await openSqliteStore({ path }), limits, random);
  };
}

/** What accepts SayTexts of the corpus through the public tracker over a store. */
export function acceptingWriter(store: Store, limits: TrackingPolicy['limits'], random: () => number): Writer {
  const policy = { ...DEFAULT_POLICY, limits };
  const tracker = createTracker(store, () => policy);
  let accepted = 0;
  const accept = async (): Promise<void> => {
    accepted += 1;
    const peer = `10.0.${Math.floor(accepted / PEER_ACCEPTS / 256) % 256}.${Math.floor(accepted / PEER_ACCEPTS) % 256}`;
    const { guid, numberToCall: phone, textToSay: text } = sayText(random);
    const { outcome } = await tracker.accept({ now: Date.now(), columnId: 'north', guid, phone, text, peer });
    if (outcome !== 'accepted') throw new Error(`the tracker says ${outcome}`);
  };
  const write = async (count: number): Promise<void> => {
    await Promise.all(Array.from({ length: count }, accept));
  };
  return { write, retain: () => tracker.retain({ now: Date.now(), textDays: 30, numberDays: 180 }) };
}

/** Nothing is counted. */
export const UNLIMITED = { perPeerPerMinute: 0, perCalleePerHour: 0 };
/** The defaults; a peer asks for somewhat less than they allow, and then another one does. */
const COUNTED = DEFAULT_POLICY.limits;
const PEER_ACCEPTS = 500;

/** Rows stored before a writer is measured; `TAXINAV_BENCH_ROWS` changes the large one. */
const SMALL_HISTORY = 1_000;
const LARGE_HISTORY = Number(process.env['TAXINAV_BENCH_ROWS'] ?? 1_000_000);

/** The writers that show what history costs. */
export const HISTORIES = {
  small: `taxinav tracker, ${SMALL_HISTORY.toLocaleString('en')} rows before`,
  large: `taxinav tracker, ${LARGE_HISTORY.toLocaleString('en')} rows before`,
} as const;

/** Every writer that is measured. */
export const WRITERS: Readonly<Record<string, OpenWriter>> = {
  'taxinav tracker': openTracker(UNLIMITED, 0),
  [HISTORIES.small]: openTracker(UNLIMITED, SMALL_HISTORY),
  [HISTORIES.large]: openTracker(UNLIMITED, LARGE_HISTORY),
  'taxinav tracker, limits counted': openTracker(COUNTED, 0),
  'better-sqlite3, bare INSERT': openBare,
  'write 4 KB + fdatasync': openRaw,
};
