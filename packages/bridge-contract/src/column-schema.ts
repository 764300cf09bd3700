import { isIP } from 'node:net';
import { z } from 'zod';
import { ACKNOWLEDGE_MODES, COLUMN_ENCODINGS, LINE_CAR_TYPES, POPUP_MOMENTS } from './configuration.ts';
import type { ColumnFile, RouteConfiguration } from './configuration.ts';
import { allowEntry, flag, formed, list, listenAddress, mapping, numberPattern, oneOf, peerAddress, whole } from './forms.ts';
import { UKRAINIAN_NUMBERS } from './number-pattern.ts';
import { expecting, optional, required, section, setting } from './setting.ts';

/** The placeholders of an endpoint: national digits, E.164 with `+`, E.164 without it. */
export const ENDPOINT_PLACEHOLDERS = ['number', 'e164', 'digits'] as const;

/** How the PBX reaches a phone when a column has neither `endpoint` nor `routes`. */
export const DEFAULT_ENDPOINT = 'PJSIP/{number}@trunk';

/** Forms of ids: they stand in URLs, file names and metrics. */
export const ID_FORM: RegExp = /^[a-z0-9][a-z0-9_-]{0,31}$/;

const ENDPOINT_FORM = /^[A-Za-z][A-Za-z0-9]{0,19}\/[A-Za-z0-9_.@:;=+\-/{}]{1,160}$/;
const TARGET_FORM = /^[A-Za-z][A-Za-z0-9]{0,19}\/[A-Za-z0-9_.@:;=+\-/]{1,160}$/;

function id(): z.ZodString {
  return formed('an id of lower-case letters, digits, - and _, at most 32 characters', ID_FORM, 'Write for example north');
}

function phoneDigits(): z.ZodString {
  return formed('2 to 15 digits in quotes', /^\+?[0-9]{2,15}$/, 'Write for example "0445550101"');
}

function workstation(): z.ZodString {
  const complaint = expecting('an IP address', 'Write for example 192.168.1.21: PJSIP/101');
  return z.string(complaint).refine((address) => isIP(address) !== 0, complaint);
}

function target(): z.ZodString {
  return formed('TECHNOLOGY/RESOURCE as the PBX dials it', TARGET_FORM, 'Write for example PJSIP/100');
}

function endpoint(): z.ZodString {
  return formed('TECHNOLOGY/RESOURCE with a placeholder for the number', ENDPOINT_FORM, `Write for example ${DEFAULT_ENDPOINT}`);
}

/** One line: it becomes a header of an INVITE as it stands. */
function sipHeader(): z.ZodString {
  return formed(
    'one SIP header of ASCII characters, Name: value',
    /^[A-Za-z][A-Za-z0-9-]{0,63}: [\u0021-\u007E](?:[\u0020-\u007E]{0,253}[\u0021-\u007E])?$/,
    'Write for example "Call-Info: <sip:taxinav>;answer-after=0", in quotes',
  );
}

function routeSchema(): z.ZodType<RouteConfiguration> {
  return section({
    match: optional(
      numberPattern(),
      'every number',
      'pattern',
      'Whole national numbers this route is for; the first route that matches is taken.',
    ),
    endpoint: required(
      endpoint(),
      'dial string',
      'How the PBX reaches a phone by this route: {number} national, {e164} with +, {digits} E.164 without +.',
    ),
    callerId: optional(phoneDigits(), "the column's callerId", 'digits', 'Shown to the called party.'),
    channels: optional(whole(1, 1_000, 'channels'), 'no limit of its own', 'channels', 'Outside legs alive at once on this route.'),
    progress: setting(
      oneOf(['announcement', 'ringing']),
      'announcement',
      '-',
      'What early media (183) without ringing means on this trunk: the network speaks, or it rings.',
    ),
  });
}

/** A column of the file. */
export const columnSchema: z.ZodType<ColumnFile> = section({
  id: required(id(), 'id', 'Name of the column, unique: in URLs, logs and metrics.'),
  listen: required(listenAddress(), 'IP:PORT', 'Taxi Navigator connects here with Dial, SayText and Conference.'),
  listenOnAllAddresses: setting(
    flag(),
    false,
    '-',
    'The words that allow listen on 0.0.0.0 or [::]: whoever reaches the port can place calls.',
  ),
  navigator: required(peerAddress(), 'HOST:PORT', 'Taxi Navigator accepts Call here.'),
  status: required(peerAddress(), 'HOST:PORT', 'Taxi Navigator accepts SayTextStatus here.'),
  allow: optional(
    list(allowEntry(), 1, 256),
    'loopback, the hosts of navigator and status where they are addresses, the keys of operators',
    'addresses, CIDR blocks',
    'Who may connect to listen; checked at accept.',
  ),
  encoding: setting(
    oneOf(COLUMN_ENCODINGS),
    'auto',
    '-',
    'Text encoding on the wire; auto reads UTF-8 or windows-1251 by validity and writes UTF-8.',
  ),
  acknowledge: optional(
    oneOf(ACKNOWLEDGE_MODES),
    'the top-level acknowledge',
    '-',
    'documented: Dial and SayText get no answer on their connection; all: they are ACKed once durable or handed over.',
  ),
  conferenceReply: setting(
    oneOf(['compact', 'spaced']),
    'compact',
    '-',
    'How the reply to Conference is spelled: Message:ACK or Message: ACK.',
  ),
  operator: optional(target(), 'a Dial from a workstation not in operators is refused', 'dial string', 'Whom Dial connects.'),
  operators: setting(
    mapping(workstation(), target(), 'IP address to dial string', 1_000),
    {},
    'address: dial string',
    'Whom Dial connects, by the address of the workstation that sent it; goes before operator.',
  ),
  autoAnswer: optional(
    sipHeader(),
    'the phone rings',
    'Name: value',
    "SIP header that makes the operator's phone pick up by itself; only sent to PJSIP phones.",
  ),
  lines: setting(
    mapping(phoneDigits(), oneOf(LINE_CAR_TYPES), 'dialled number to car type', 1_000),
    {},
    'digits: car type',
    'The phone lines of the column: dialled number to the car type of its popup.',
  ),
  popups: setting(
    oneOf(POPUP_MOMENTS),
    'incoming',
    '-',
    'When a call opens an order form: as it comes in, missed (only when nobody took it), or both.',
  ),
  endpoint: optional(
    endpoint(),
    DEFAULT_ENDPOINT,
    'dial string',
    'How the PBX reaches a phone: {number} national, {e164} with +, {digits} E.164 without +. Not together with routes.',
  ),
  routes: optional(list(routeSchema(), 1, 32), 'one route to endpoint', 'routes', 'Several ways to reach phones, instead of endpoint.'),
  callerId: optional(phoneDigits(), 'what the PBX shows', 'digits', 'Shown to called parties.'),
  withheldCallerId: optional(
    formed('ten digits in quotes', /^[0-9]{10}$/, 'Write for example "0000000000"'),
    'no popup for such a call',
    'ten digits',
    'Stands in the popup of a caller who withholds his number.',
  ),
  numbers: setting(
    list(numberPattern(), 0, 32),
    [...UKRAINIAN_NUMBERS],
    'patterns',
    'What may be dialled: patterns over whole national numbers; an empty list allows nothing. Premium (0900), international and short numbers are denied before any pattern.',
  ),
  channels: optional(whole(1, 1_000, 'channels'), 'dialling.channels', 'channels', 'Outside legs of this column alive at once.'),
});

/** What is wrong with the placeholders of an endpoint; undefined when there is exactly one known. */
export function placeholderFault(written: string): string | undefined {
  const names = [...written.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? '');
  const known: readonly string[] = ENDPOINT_PLACEHOLDERS;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) return `unknown placeholder {${unknown}}`;
  if (/[{}]/.test(written.replace(/\{[^{}]*\}/g, ''))) return 'a brace without its partner';
  if (names.length === 0) return 'no placeholder for the number';
  return names.length > 1 ? 'more than one placeholder' : undefined;
}
