import { z } from 'zod';
import { columnSchema, ID_FORM } from './column-schema.ts';
import { ACKNOWLEDGE_MODES, HTTP_ROLES, LOG_LEVELS } from './configuration.ts';
import type { ConfigurationFile, HttpToken } from './configuration.ts';
import {
  allowEntry,
  amount,
  ariUrl,
  audioDelivery,
  databaseLocation,
  filePath,
  flag,
  formed,
  list,
  listenAddress,
  oneOf,
  optionalText,
  secret,
  text,
  whole,
} from './forms.ts';
import { speechSchema } from './speech-schema.ts';
import { defaulted, expecting, optional, required, section, setting } from './setting.ts';

/** The password that stands in every example; refused towards an Asterisk that is not on loopback. */
export const DEFAULT_PASSWORD = 'taxinav';

/** How long a token and a password may be, in the file or in a file of their own. */
export const SECRET_CHARACTERS = { token: { least: 8, most: 200 }, password: { least: 1, most: 200 } } as const;

function id(example: string): z.ZodString {
  return formed('an id of lower-case letters, digits, - and _, at most 32 characters', ID_FORM, `Write for example ${example}`);
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function timezone(): z.ZodString {
  const complaint = expecting('the IANA name of a time zone', 'Write for example Europe/Kyiv');
  return z.string(complaint).max(64, complaint).refine(isTimezone, complaint);
}

/** Roles that see whole numbers unless the token says otherwise: whoever may change everything. */
function tokens(): z.ZodType<readonly HttpToken[]> {
  const { least, most } = SECRET_CHARACTERS.token;
  const token = secret('a token', least, most);
  const written = section({
    name: optional(id('office'), 'token-1, token-2, … by place', 'id', 'Stands in the log and beside what was done with the token.'),
    token: optional(token, 'see tokenFile', `${least}–${most} characters`, 'The token itself.'),
    tokenFile: optional(filePath(), 'see token', 'path', 'File that holds the token; exactly one of token and tokenFile is written.'),
    role: setting(
      oneOf(HTTP_ROLES),
      'viewer',
      '-',
      'viewer looks; operator also cancels, resends and calls; admin also throws the stop switch.',
    ),
    seesNumbers: optional(flag(), 'true for admin, else false', '-', 'Whether phone numbers are shown in full.'),
  });
  return list(
    z.union([token, written], expecting('a token or a mapping', 'Write a token in quotes, or {tokenFile: PATH, role: viewer}', true)),
    0,
    64,
  ).transform((entries) => entries.map(numbered));
}

function numbered(
  entry: string | { name?: string; token?: string; tokenFile?: string; role: HttpToken['role']; seesNumbers?: boolean },
  index: number,
): HttpToken {
  const name = `token-${index + 1}`;
  if (typeof entry === 'string') return { name, token: entry, role: 'admin', seesNumbers: true };
  return { name, seesNumbers: entry.role === 'admin', ...entry };
}

/**
 * The configuration file: every key with its form, bounds, default, unit and meaning. Addresses, the database and
 * tokens come out parsed; what compares keys, and defaults that depend on other keys, is `readConfiguration`'s.
 */
export const configurationSchema: z.ZodType<ConfigurationFile> = section({
  node: optional(text('a name', 64), 'the host name', '-', 'Name of this bridge among several on one database.'),
  timezone: setting(timezone(), 'Europe/Kyiv', 'IANA name', 'Wall clock of StatusChangedTime.'),
  country: setting(oneOf(['UA']), 'UA', 'ISO 3166', 'Whose national numbers these are.'),
  database: setting(
    databaseLocation(),
    'sqlite:taxinav.db',
    'sqlite:PATH or postgres://…',
    'Where notifications, reports owed and the call log are kept.',
  ),
  databasePasswordFile: optional(filePath(), 'the password of the URL', 'path', 'File that holds the password of a postgres database.'),
  acknowledge: setting(oneOf(ACKNOWLEDGE_MODES), 'documented', '-', 'acknowledge of every column that has none of its own.'),
  defaultColumn: optional(id('north'), 'the first column', 'id', 'Column that gets calls from lines no column names.'),
  trustedProxies: setting(
    list(allowEntry(), 0, 64),
    [],
    'addresses, CIDR blocks',
    'Balancers before the columns: they must send a PROXY protocol v2 header, and the peer that it names is judged by allow.',
  ),
  columns: required(list(columnSchema, 1, 256), 'columns', 'The fleet units, each with its own ports.'),
  dialling: defaulted(
    {
      channels: setting(
        whole(1, 1_000, 'channels'),
        4,
        'channels',
        'Outside legs alive at once, in all: SayText and Dial take 1, Conference 2.',
      ),
      reserve: optional(
        whole(0, 999, 'channels'),
        'one, or none when channels is 1',
        'channels',
        'Channels that SayText never takes; less than channels.',
      ),
      attempts: setting(whole(1, 20, 'attempts'), 3, 'attempts', 'Calls of one notification that count.'),
      ringSeconds: setting(amount(0.1, 180, 'seconds'), 25, 'seconds', 'How long a phone rings, from the first ringing.'),
      timeToLiveSeconds: setting(amount(0.1, 86_400, 'seconds'), 300, 'seconds', 'From receipt to the last moment a call may start.'),
      retryAfterSeconds: defaulted(
        {
          busy: setting(amount(0, 86_400, 'seconds'), 30, 'seconds', 'Pause after busy.'),
          unanswered: setting(amount(0, 86_400, 'seconds'), 60, 'seconds', 'Pause after unanswered.'),
          unreachable: setting(amount(0, 86_400, 'seconds'), 60, 'seconds', 'Pause after unreachable.'),
        },
        'Pauses before the next call of a notification, by how the last one ended.',
      ),
      attemptStatuses: setting(
        oneOf(['each', 'final']),
        'each',
        '-',
        "each: every call's result is reported; final: Queued in its place while calls are left.",
      ),
    },
    'How calls are placed and repeated.',
  ),
  delivery: defaulted(
    {
      evidence: setting(
        oneOf(['auto', 'ack', 'close']),
        'auto',
        '-',
        "What counts as delivered: ack only an ACK, close also an orderly close, auto also the system's proof where the address never ACKed.",
      ),
      waitSeconds: setting(amount(0.05, 60, 'seconds'), 2, 'seconds', 'How long a reaction to a report is awaited.'),
      coalesceLate: setting(flag(), false, '-', 'Drop late reports that are not final when a newer one of the GUID waits.'),
      deadAfterDays: setting(amount(0.01, 365, 'days'), 7, 'days', 'Age at which an undelivered report is a dead letter.'),
    },
    'How SayTextStatus is delivered.',
  ),
  conference: defaulted(
    {
      ringSeconds: setting(amount(0.1, 180, 'seconds'), 30, 'seconds', 'How long each phone rings.'),
      maximumMinutes: setting(amount(0.1, 1_440, 'minutes'), 30, 'minutes', 'The longest the two may talk.'),
      apology: optional(
        optionalText(500),
        'a sentence in the language of speech.language',
        'text',
        'Said to the driver when the passenger cannot be reached; "" hangs up instead.',
      ),
    },
    'Driver and passenger.',
  ),
  limits: defaulted(
    {
      perPeerPerMinute: setting(
        whole(0, 1_000_000, 'legs'),
        600,
        'legs a minute, 0 = no limit',
        'Legs one peer may ask for; beyond they are refused.',
      ),
      perCalleePerHour: setting(
        whole(0, 1_000_000, 'legs'),
        20,
        'legs an hour, 0 = no limit',
        'Legs placed to one number; beyond they are refused.',
      ),
    },
    'Limits on placed legs; a restart does not reset them.',
  ),
  wire: defaulted(
    {
      lineBytes: setting(whole(64, 1_048_576, 'bytes'), 4_096, 'bytes', 'The longest line.'),
      messageBytes: setting(whole(64, 4_194_304, 'bytes'), 16_384, 'bytes', 'The longest message.'),
      fields: setting(whole(4, 1_000, 'fields'), 32, 'fields', 'The most fields of a message.'),
      textCharacters: setting(whole(1, 10_000, 'characters'), 500, 'characters', 'The longest TextToSay.'),
      messageSeconds: setting(amount(0.05, 3_600, 'seconds'), 10, 'seconds', 'From the first byte of a message to its last.'),
      idleSeconds: setting(
        amount(0.05, 86_400, 'seconds'),
        60,
        'seconds',
        'Silence before the first valid message; afterwards there is no such limit.',
      ),
      connections: setting(whole(1, 65_535, 'connections'), 512, 'connections', 'Per column; at the cap the longest-idle one makes room.'),
      connectionsPerAddress: setting(
        whole(1, 65_535, 'connections'),
        32,
        'connections',
        'Per column and peer address; a further one is refused.',
      ),
    },
    'Caps on what peers may send.',
  ),
  pbx: defaulted(
    {
      driver: setting(oneOf(['simulated', 'asterisk']), 'simulated', '-', 'Which phone system.'),
      asterisk: defaulted(
        {
          url: setting(ariUrl(), 'http://127.0.0.1:8088/ari', 'URL', 'Base of ARI: ends in /ari, without user, query and fragment.'),
          username: setting(text('a name', 64), 'taxinav', '-', 'User of ari.conf.'),
          password: optional(
            secret('a password', SECRET_CHARACTERS.password.least, SECRET_CHARACTERS.password.most),
            `${DEFAULT_PASSWORD}, which is refused beyond loopback`,
            '-',
            'Password of ari.conf.',
          ),
          passwordFile: optional(filePath(), 'see password', 'path', 'File that holds the password; not together with password.'),
          application: setting(
            formed('letters, digits, - and _, at most 60 characters', /^[A-Za-z][A-Za-z0-9_-]{0,59}$/, 'Write for example taxinav'),
            'taxinav',
            '-',
            'ARI application for call control; the bridge also opens NAME-events.',
          ),
          audio: setting(
            audioDelivery(),
            'path',
            'path or http://HOST:PORT',
            'How Asterisk gets what is said: from the same file system, or from the bridge.',
          ),
        },
        'Used by driver asterisk.',
      ),
    },
    'The phone system.',
  ),
  speech: speechSchema,
  http: defaulted(
    {
      listen: setting(listenAddress(), '127.0.0.1:8080', 'IP:PORT', 'API, metrics and dashboard.'),
      listenOnAllAddresses: setting(flag(), false, '-', 'The words that allow listen on 0.0.0.0 or [::].'),
      hosts: setting(
        list(
          formed(
            'HOST or HOST:PORT',
            /^(?:[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/,
            'Write for example taxi.example.com, in lower case',
          ),
          0,
          32,
        ),
        [],
        'HOST or HOST:PORT',
        'Names accepted in the Host and Origin headers besides the address of listen.',
      ),
      tokens: setting(
        tokens(),
        [],
        'tokens',
        'Who may use the API; required beyond loopback. A plain string is a token of role admin that sees numbers.',
      ),
    },
    'The HTTP API.',
  ),
  retention: defaulted(
    {
      textDays: setting(whole(1, 36_500, 'days'), 30, 'days', 'How long texts are kept.'),
      numberDays: setting(whole(1, 36_500, 'days'), 180, 'days', 'How long phone numbers are kept.'),
    },
    'How long personal data is kept.',
  ),
  log: defaulted({ level: setting(oneOf(LOG_LEVELS), 'info', '-', 'The quietest level that is written.') }, 'The log.'),
});
