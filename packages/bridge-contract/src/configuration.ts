import type { Address } from './address.ts';

/** The encodings a column may speak; `auto` tells UTF-8 from windows-1251 for each message. Source: [reading 22]. */
export const COLUMN_ENCODINGS = ['auto', 'utf-8', 'windows-1251', 'koi8-u', 'cp866'] as const;

/** A value of {@link COLUMN_ENCODINGS}. */
export type ColumnEncoding = (typeof COLUMN_ENCODINGS)[number];

/** The classes of car a line may stand for, as they stand on the wire. Source: [TN-7]. */
export const LINE_CAR_TYPES = ['General', 'Universal', 'Business', 'Minibus', 'Premium'] as const;

/** A value of {@link LINE_CAR_TYPES}. */
export type LineCarType = (typeof LINE_CAR_TYPES)[number];

/** What Dial and SayText are answered with: nothing, or an ACK. Source: [reading 25]. */
export const ACKNOWLEDGE_MODES = ['documented', 'all'] as const;

/** A value of {@link ACKNOWLEDGE_MODES}. */
export type AcknowledgeMode = (typeof ACKNOWLEDGE_MODES)[number];

/** What a token may do: look; also cancel, resend and call; also throw the stop switch. Each includes the one before. */
export const HTTP_ROLES = ['viewer', 'operator', 'admin'] as const;

/** A value of {@link HTTP_ROLES}. */
export type HttpRole = (typeof HTTP_ROLES)[number];

/** When a call from outside opens an order form: as it comes in, when nobody took it, or both. */
export const POPUP_MOMENTS = ['incoming', 'missed', 'both'] as const;

/** A value of {@link POPUP_MOMENTS}. */
export type PopupMoment = (typeof POPUP_MOMENTS)[number];

/** One way to reach a phone. The first route whose `match` covers the number is taken; a number no route covers is not dialled. */
export interface RouteConfiguration {
  /** A linear-time pattern over the whole national number; absent: every number. */
  readonly match?: string;
  /** With `{number}` (national), `{e164}` or `{digits}` in the place of the number. */
  readonly endpoint: string;
  /** Digits shown to the called party; the column's where the route has none of its own. */
  readonly callerId?: string;
  /** Outside legs that may be alive on this route; absent: no limit of its own. */
  readonly channels?: number;
  /** What early media (183) without ringing means on this trunk: the network speaks, or it rings. */
  readonly progress: 'announcement' | 'ringing';
}

/** A fleet unit with its own ports, every default filled in. Source: [TN-2, TN-3]. */
export interface ColumnConfiguration {
  /** `[a-z0-9][a-z0-9_-]{0,31}`, unique. */
  readonly id: string;
  /** Taxi Navigator connects here with Dial, SayText and Conference. */
  readonly listen: Address;
  /** The words that allow `listen` on `0.0.0.0` or `::`. */
  readonly listenOnAllAddresses: boolean;
  /** Taxi Navigator accepts Call here. Source: [TN-4]. */
  readonly navigator: Address;
  /** Taxi Navigator accepts SayTextStatus here. Source: [TN-17]. */
  readonly status: Address;
  /** IP addresses and CIDR blocks that may connect; never empty. */
  readonly allow: readonly string[];
  readonly encoding: ColumnEncoding;
  readonly acknowledge: AcknowledgeMode;
  /** How the reply to Conference is spelled. Source: [reading 24]. */
  readonly conferenceReply: 'compact' | 'spaced';
  /** Whom Dial connects; without it and without an entry in `operators` a Dial is refused. */
  readonly operator?: string;
  /** Whom Dial connects, by the address of the workstation that sent it. */
  readonly operators: Readonly<Record<string, string>>;
  /** SIP header `Name: value` that makes the operator's phone pick up by itself; only sent to `PJSIP/…` phones. */
  readonly autoAnswer?: string;
  /** Dialled number (digits, as the PBX gives it) → car type of its popup. */
  readonly lines: Readonly<Record<string, LineCarType>>;
  /** `missed`: only calls that nobody took open an order form. Source: [TN-4]. */
  readonly popups: PopupMoment;
  /** Never empty; a column written with `endpoint` has one route without `match`. */
  readonly routes: readonly RouteConfiguration[];
  /** Digits shown to called parties. */
  readonly callerId?: string;
  /** Shown in the popup of a caller who withholds his number; absent: such a call gives no popup. */
  readonly withheldCallerId?: string;
  /** Patterns of what may be dialled, each over the whole national number; see `compileNumberPattern`. */
  readonly numbers: readonly string[];
  /** Outside legs of this column that may be alive at once. */
  readonly channels: number;
}

/** Redial and channels. Source: [reading 31]. */
export interface DiallingConfiguration {
  /** Outside legs alive at once, in all. */
  readonly channels: number;
  /** Of those, never taken by SayText; less than `channels`. */
  readonly reserve: number;
  /** Counted attempts of one round. */
  readonly attempts: number;
  /** From the first ringing. */
  readonly ringSeconds: number;
  /** From receipt to the last moment an attempt may start. */
  readonly timeToLiveSeconds: number;
  readonly retryAfterSeconds: { readonly busy: number; readonly unanswered: number; readonly unreachable: number };
  /** Whether each attempt's result is reported, or `Queued` in its place while attempts are left. */
  readonly attemptStatuses: 'each' | 'final';
}

/** How SayTextStatus is delivered and judged. Source: [reading 34]. */
export interface DeliveryConfiguration {
  /** `ack`: only an ACK counts; `close`: also an orderly close; `auto`: also proof by the system, until the address has ever ACKed. */
  readonly evidence: 'auto' | 'ack' | 'close';
  /** How long a reaction is awaited. */
  readonly waitSeconds: number;
  /** Drop late non-final reports when a newer one of the GUID waits. */
  readonly coalesceLate: boolean;
  /** Age at which a report is a dead letter. */
  readonly deadAfterDays: number;
}

/** The caps of the wire. Source: [reading 27, reading 30]. */
export interface WireConfiguration {
  readonly lineBytes: number;
  readonly messageBytes: number;
  readonly fields: number;
  readonly textCharacters: number;
  /** From the first byte of a message to its last. */
  readonly messageSeconds: number;
  /** Silence before the first valid message. */
  readonly idleSeconds: number;
  /** Per listener. */
  readonly connections: number;
  readonly connectionsPerAddress: number;
}

/** Where the Asterisk is, and how it hears what is said. */
export interface AsteriskConfiguration {
  /** Base URL of ARI, without a trailing slash: `http://127.0.0.1:8088/ari`. */
  readonly url: string;
  readonly username: string;
  /** Exactly one of `password` and `passwordFile` is present. */
  readonly password?: string;
  /** To be read by the daemon; already joined to the file's folder. */
  readonly passwordFile?: string;
  readonly application: string;
  /** `path`: Asterisk reads the files of this machine; `http`: the bridge serves them at this address. */
  readonly audio: { readonly kind: 'path' } | { readonly kind: 'http'; readonly url: string; readonly address: Address };
}

/** Which phone system. */
export interface PbxConfiguration {
  readonly driver: 'simulated' | 'asterisk';
  /** Filled in for either driver. */
  readonly asterisk: AsteriskConfiguration;
}

/** Driver and passenger. Source: [TN-18]. */
export interface ConferenceConfiguration {
  /** How long each phone rings. */
  readonly ringSeconds: number;
  /** The longest the two may talk. */
  readonly maximumMinutes: number;
  /** Said to the driver when the passenger cannot be reached; empty: he is hung up on. */
  readonly apology: string;
}

/** What is known of a text that the company says often; what is absent is as for every other text. */
export interface PhraseConfiguration {
  /** WAV file, already joined to the file's folder; absent: the engine says the text. */
  readonly recording?: string;
  /** From receipt to the last moment a call may start. */
  readonly timeToLiveSeconds?: number;
  /** Calls that count. */
  readonly attempts?: number;
  /** How often it is read in one call. */
  readonly readings?: number;
  /** Nothing is said: the phone only rings, and an answer is hung up on. */
  readonly ringOnly?: boolean;
}

/** How texts become sound. */
export interface SpeechConfiguration {
  /** Text, or template with `{slots}` → what is known of it. */
  readonly phrases: Readonly<Record<string, PhraseConfiguration>>;
  /** Phones only ring and no sound is made, but for phrases with `ringOnly: false`. */
  readonly ringOnly: boolean;
  /** How often a text is read in one call, as far as the readings fit into 45 s. */
  readonly readings: number;
  /** One of `0` … `9`, `*`, `#`: says the text once more; absent: no key does. */
  readonly repeatKey?: string;
  /** Joins the called party to the column's operator; another key than `repeatKey`; absent: no key does. */
  readonly operatorKey?: string;
  /** `espeak`: the espeak-ng program; `command`: a program of your own; `none`: recordings only. */
  readonly engine: 'espeak' | 'command' | 'none';
  /** Program and arguments of engine `command`; the text comes on its standard input, WAV leaves on its standard output. */
  readonly command?: readonly string[];
  /** Voice of a text whose language its letters do not tell. */
  readonly language: 'uk' | 'ru';
  /** Recording said when a text cannot be made into sound; absent: the notification ends unspoken, and no call is made. */
  readonly fallback?: string;
  /** Folder of prepared sound, already joined to the file's folder. */
  readonly cache: string;
  /** What that folder may hold, mebibytes. */
  readonly cacheMegabytes: number;
}

/** Who may use the HTTP API. */
export interface HttpToken {
  /** For the log and the stop switch's record; never the token. */
  readonly name: string;
  /** Exactly one of `token` and `tokenFile` is present. */
  readonly token?: string;
  /** To be read by the daemon; already joined to the file's folder. */
  readonly tokenFile?: string;
  readonly role: HttpRole;
  /** Whether phone numbers are shown in full. */
  readonly seesNumbers: boolean;
}

/** The HTTP API and the dashboard. */
export interface HttpConfiguration {
  readonly listen: Address;
  /** The words that allow `listen` on `0.0.0.0` or `::`. */
  readonly listenOnAllAddresses: boolean;
  /** `HOST` or `HOST:PORT` accepted in the Host header besides the address of `listen`; lower case. */
  readonly hosts: readonly string[];
  /** Empty only on loopback: then everybody who reaches the port is `admin`. */
  readonly tokens: readonly HttpToken[];
}

/** Where the bridge keeps what must not be lost. The URL may hold a password: never print it, see `renderConfiguration`. */
export type DatabaseConfiguration =
  | { readonly kind: 'sqlite'; /** Already joined to the file's folder. */ readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string; /** Replaces the password of the URL. */ readonly passwordFile?: string };

/** Levels of the log, from the loudest. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** A value of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The bridge's configuration with every default filled in and every rule checked; what `readConfiguration` returns. */
export interface Configuration {
  /** Name of this bridge among several on one database. */
  readonly node: string;
  /** IANA name; the wall clock of `StatusChangedTime`. Source: [reading 32]. */
  readonly timezone: string;
  /** ISO 3166: whose national numbers these are. Source: [reading 20]. */
  readonly country: 'UA';
  readonly database: DatabaseConfiguration;
  readonly acknowledge: AcknowledgeMode;
  /** Id of the column that gets calls from lines no column names; always one of `columns`. */
  readonly defaultColumn: string;
  /** IP addresses and CIDR blocks of balancers whose PROXY protocol v2 header names the peer; empty: no connection has one. */
  readonly trustedProxies: readonly string[];
  /** At least one. */
  readonly columns: readonly ColumnConfiguration[];
  readonly dialling: DiallingConfiguration;
  readonly delivery: DeliveryConfiguration;
  readonly conference: ConferenceConfiguration;
  /** Placed legs; 0 is no limit. */
  readonly limits: { readonly perPeerPerMinute: number; readonly perCalleePerHour: number };
  readonly wire: WireConfiguration;
  readonly pbx: PbxConfiguration;
  readonly speech: SpeechConfiguration;
  readonly http: HttpConfiguration;
  readonly retention: { readonly textDays: number; readonly numberDays: number };
  readonly log: { readonly level: LogLevel };
}

/** A column as the file may leave it: what depends on other keys is still open. */
export interface ColumnFile extends Omit<ColumnConfiguration, 'allow' | 'acknowledge' | 'routes' | 'channels'> {
  readonly allow?: readonly string[];
  readonly acknowledge?: AcknowledgeMode;
  readonly endpoint?: string;
  readonly routes?: readonly RouteConfiguration[];
  readonly channels?: number;
}

/** A configuration as `configurationSchema` gives it: forms checked and parsed, nothing compared, paths as written. */
export interface ConfigurationFile extends Omit<Configuration, 'node' | 'defaultColumn' | 'columns' | 'dialling' | 'conference'> {
  readonly node?: string;
  readonly databasePasswordFile?: string;
  readonly defaultColumn?: string;
  readonly columns: readonly ColumnFile[];
  readonly dialling: Omit<DiallingConfiguration, 'reserve'> & { readonly reserve?: number };
  readonly conference: Omit<ConferenceConfiguration, 'apology'> & { readonly apology?: string };
}
