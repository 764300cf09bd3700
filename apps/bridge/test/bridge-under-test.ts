import { readConfiguration, type Configuration } from '@taxinav/bridge-contract';
import {
  isFault,
  parseGuid,
  parsePhoneNumber,
  type Ack,
  type Guid,
  type Message,
  type PhoneNumber,
  type SayText,
  type SayTextStatus,
} from '@taxinav/codec';
import type { Store } from '@taxinav/notification-tracking';
import { openSqliteStore } from '@taxinav/notification-tracking/sqlite';
import { createSimulatedPbx, type Pbx, type SimulatedPbx } from '@taxinav/telephony';
import { FasterClock, temporaryFolder, type TemporaryFolder } from '@taxinav/testkit';
import { listen, send, systemClock, type Delivery, type MessageListener } from '@taxinav/transport';
import { randomUUID } from 'node:crypto';
import { createBridge, type Bridge, type BridgeParts } from '../src/bridge.ts';
import { simulatedSpeech } from '../src/dialling/speech.ts';
import { createLog } from '../src/logging.ts';

/** A Taxi Navigator of the test: one port for popups and statuses, every message kept. */
export interface NavigatorUnderTest extends AsyncDisposable {
  readonly port: number;
  readonly received: Message[];
  /** Statuses received for a GUID, in order. */
  statuses(guid: Guid): SayTextStatus[];
  /** Resolves with the first received message that `matches`, past or to come. */
  next<Found extends Message>(matches: (message: Message) => message is Found): Promise<Found>;
  /** Resolves when the statuses of a GUID end with `status`. */
  until(guid: Guid, status: SayTextStatus['status']): Promise<readonly string[]>;
}

/** Starts one; `answer` is what it says to each message (nothing by default: it closes in good order). */
export async function startNavigator(
  answer: (message: Message) => Ack | undefined = () => undefined,
  port = 0,
): Promise<NavigatorUnderTest> {
  const received: Message[] = [];
  const waiting = new Set<() => void>();
  const listener = await listen({ host: '127.0.0.1', port }, (message) => {
    if (isFault(message)) return Promise.reject(new Error(`the bridge sent a fault: ${message.reason}`));
    received.push(message);
    for (const look of waiting) look();
    return Promise.resolve(answer(message));
  });
  const statuses = (guid: Guid): SayTextStatus[] =>
    received.filter((message) => message.message === 'SayTextStatus').filter((message) => message.guid === guid);
  const seen = <Found>(find: () => Found | undefined): Promise<Found> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return {
    port: listener.port,
    received,
    statuses,
    next: (matches) => seen(() => received.find(matches)),
    until: (guid, status) =>
      seen(() => {
        const names = statuses(guid).map((message) => message.status);
        return names.at(-1) === status ? names : undefined;
      }),
    [Symbol.asyncDispose]: () => listener.close(),
  };
}

/** A bridge on real sockets and a real database, with a phone network whose time passes ten times as fast. */
export interface BridgeUnderTest extends AsyncDisposable {
  readonly bridge: Bridge;
  readonly pbx: SimulatedPbx;
  readonly folder: TemporaryFolder;
  readonly configuration: Configuration;
  /** Log lines so far, as JSON text. */
  readonly logged: string[];
  /** Sends a message to a column's port. */
  send(message: Message, column?: number): Promise<Delivery>;
  /** The port of a column. */
  port(column?: number): number;
  /** Ends it without a word, as a crash would, and starts another one on the same database. */
  restart(): Promise<BridgeUnderTest>;
}

/** What a test wants otherwise. */
export interface Wanted {
  /** More lines of the column `north`, and of the file. */
  readonly column?: string;
  readonly file?: string;
  readonly parts?: (parts: BridgeParts) => BridgeParts;
  /** Opens what takes the place of the simulated PBX; closed after the bridge's stop. */
  readonly open?: (configuration: Configuration) => Promise<Partial<BridgeParts> & { readonly close: () => Promise<void> }>;
  readonly folder?: TemporaryFolder;
  readonly factor?: number;
  /** In place of one that is `factor` times as fast. */
  readonly clock?: FasterClock;
}

/** Starts a bridge with one column, `north`, whose popups and statuses go to `navigatorPort`. */
export async function startBridge(navigatorPort: number, wanted: Wanted = {}): Promise<BridgeUnderTest> {
  const folder = wanted.folder ?? (await temporaryFolder());
  const text = `
node: bridge-1
database: sqlite:taxinav.db
columns:
  - id: north
    listen: 127.0.0.1:0
    navigator: 127.0.0.1:${navigatorPort}
    status: 127.0.0.1:${navigatorPort}
    operator: PJSIP/100
    lines: { '0445550101': Universal }
    callerId: '0445550101'
${wanted.column ?? ''}
${wanted.file ?? ''}`;
  const configuration = configured(text, folder);
  const clock = wanted.clock ?? new FasterClock(wanted.factor ?? 10);
  const logged: string[] = [];
  const store = await openSqliteStore({ path: folder.file('taxinav.db') });
  const pbx = createSimulatedPbx({ clock, charactersPerSecond: 200 });
  const parts: BridgeParts = {
    clock,
    random: () => 0.5,
    log: createLog('debug', { write: (line) => void logged.push(line) }),
    store,
    pbx,
    speech: simulatedSpeech(),
    listen: (options, handler) => listen({ ...options, clock: systemClock }, handler),
    send,
  };
  const { close = () => Promise.resolve(), ...opened } = (await wanted.open?.(configuration)) ?? {};
  const used = wanted.parts?.(parts) ?? { ...parts, ...opened };
  const bridge = createBridge(configuration, used);
  await bridge.start();
  return underTest({ bridge, pbx, used, store, close, folder, configuration, logged, navigatorPort, wanted });
}

/** A configuration from YAML; its problems fail the test. */
export function configured(text: string, folder: TemporaryFolder): Configuration {
  const read = readConfiguration(text, { file: folder.file('taxinav.yaml'), hostName: 'test' });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.configuration;
}

interface Running {
  readonly bridge: Bridge;
  readonly pbx: SimulatedPbx;
  /** What the bridge was given, decorated or not. */
  readonly used: BridgeParts;
  readonly store: Store;
  readonly close: () => Promise<void>;
  readonly folder: TemporaryFolder;
  readonly configuration: Configuration;
  readonly logged: string[];
  readonly navigatorPort: number;
  readonly wanted: Wanted;
}

function underTest(running: Running): BridgeUnderTest {
  const { bridge, pbx, used, store, close, folder, configuration, logged, navigatorPort, wanted } = running;
  const port = (column = 0): number => bridge.columns()[column]?.port ?? 0;
  let over = false;
  return {
    bridge,
    pbx,
    folder,
    configuration,
    logged,
    port,
    send: (message, column) => send({ host: '127.0.0.1', port: port(column), waitMs: 15_000 }, message),
    async restart() {
      over = true;
      // From here on nothing is stored or asked, as after a crash; calls of the simulated network die with their process.
      await store.close();
      if (used.pbx === pbx) pbx.restart();
      else await used.pbx.stop();
      await bridge.stop();
      await close();
      return await startBridge(navigatorPort, { ...wanted, folder });
    },
    async [Symbol.asyncDispose]() {
      if (over) return;
      await bridge.stop();
      await close();
      await store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** A phone number whose last digit says what happens. */
export function phone(lastDigit: number, serial = 0): PhoneNumber {
  const number = parsePhoneNumber(`067${String(serial).padStart(6, '0')}${lastDigit}`);
  if (number === undefined) throw new RangeError('not a number');
  return number;
}

/** A SayText with a GUID of its own. */
export function sayText(
  numberToCall: PhoneNumber,
  textToSay = 'Машина подана',
  guid: Guid | undefined = parseGuid(randomUUID().toUpperCase()),
): SayText {
  if (guid === undefined) throw new RangeError('not a GUID');
  return { message: 'SayText', numberToCall, textToSay, guid };
}

export type { MessageListener, Pbx };
