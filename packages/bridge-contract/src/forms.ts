import { isIP } from 'node:net';
import { z } from 'zod';
import { formatAddress, isLoopbackHost, isUnspecifiedHost, parseAddress } from './address.ts';
import type { Address } from './address.ts';
import { isAllowEntry } from './allow-list.ts';
import type { DatabaseConfiguration } from './configuration.ts';
import { parseDatabase } from './database.ts';
import { compileNumberPattern } from './number-pattern.ts';
import { expecting, explain } from './setting.ts';

/** A schema whose output is `Output`, written as a string. */
type Written<Output> = z.ZodPipe<z.ZodString, z.ZodTransform<Output, string>>;

/** A whole number within bounds; `of` is the unit, in words. */
export function whole(minimum: number, maximum: number, of: string): z.ZodInt {
  const complaint = expecting(`a whole number of ${of} from ${minimum} to ${maximum}`, `Write a number from ${minimum} to ${maximum}`);
  return z.int(complaint).min(minimum, complaint).max(maximum, complaint);
}

/** A number within bounds, fractions allowed; `of` is the unit, in words. */
export function amount(minimum: number, maximum: number, of: string): z.ZodNumber {
  const complaint = expecting(`a number of ${of} from ${minimum} to ${maximum}`, `Write a number from ${minimum} to ${maximum}`);
  return z.number(complaint).min(minimum, complaint).max(maximum, complaint);
}

/** One of a few words. */
export function oneOf<const Words extends readonly string[]>(words: Words): z.ZodEnum<{ [Word in Words[number]]: Word }> {
  return z.enum(words, expecting(`one of ${words.join(', ')}`, `Write ${words.join(' or ')}`)) as never;
}

/** `true` or `false`. */
export function flag(): z.ZodBoolean {
  return z.boolean(expecting('true or false', 'Write true or false, without quotes'));
}

/** Text of 1 to `most` characters without control characters. */
export function text(expected: string, most: number): z.ZodString {
  const complaint = expecting(`${expected} of 1 to ${most} characters`, 'Shorten it, and remove control characters');
  return z
    .string(complaint)
    .min(1, complaint)
    .max(most, complaint)
    .regex(/^[^\p{Cc}]*$/u, complaint);
}

/** Text of at most `most` characters without control characters; may be empty. */
export function optionalText(most: number): z.ZodString {
  const complaint = expecting(`a text of at most ${most} characters`, 'Shorten it, and remove control characters');
  return z
    .string(complaint)
    .max(most, complaint)
    .regex(/^[^\p{Cc}]*$/u, complaint);
}

/** A path as it is written in the file. */
export function filePath(): z.ZodString {
  return text('a path', 4_096);
}

/** A secret: 1 to `most` printable characters; never shown. */
export function secret(expected: string, least: number, most: number): z.ZodString {
  const complaint = expecting(`${expected} of ${least} to ${most} characters`, 'Set it, or name a file that holds it', true);
  return z
    .string(complaint)
    .min(least, complaint)
    .max(most, complaint)
    .regex(/^[^\p{Cc}]*$/u, complaint);
}

/** Text of one form. */
export function formed(expected: string, form: RegExp, remedy: string): z.ZodString {
  const complaint = expecting(expected, remedy);
  return z.string(complaint).regex(form, complaint);
}

/** `HOST:PORT` that the bridge connects to. */
export function peerAddress(): Written<Address> {
  const remedy = 'Write for example 192.168.1.200:6001';
  return parsed('HOST:PORT with a port from 1 to 65535', remedy, (written) => {
    const address = parseAddress(written);
    return address !== undefined && address.port > 0 ? address : undefined;
  });
}

/** `IP:PORT` that the bridge listens on. */
export function listenAddress(): Written<Address> {
  const remedy = 'Write an IP address of this machine, for example 127.0.0.1:6301 or [::1]:6301';
  return parsed('an IP address of this machine and a port, IP:PORT', remedy, (written) => {
    const address = parseAddress(written);
    return address !== undefined && (isIP(address.host) !== 0 || isLoopbackHost(address.host)) ? address : undefined;
  });
}

/** An IP address or a CIDR block. */
export function allowEntry(): z.ZodString {
  const complaint = expecting(
    'an IP address or a CIDR block',
    'Write for example 192.168.1.200 or 192.168.1.0/24; names are not looked up',
  );
  return z.string(complaint).refine(isAllowEntry, complaint);
}

/** `sqlite:PATH` or `postgres://…`; what was written is never shown, it may hold a password. */
export function databaseLocation(): Written<DatabaseConfiguration> {
  const remedy = 'Write sqlite:taxinav.db or postgres://user:password@host/database';
  return parsed('sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE', remedy, parseDatabase, true);
}

/** A pattern over national numbers. */
export function numberPattern(): z.ZodString {
  return z.string(expecting('a pattern in quotes', String.raw`Write for example '0(50|67)\d{7}'`)).superRefine((pattern, context) => {
    try {
      compileNumberPattern(pattern);
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      context.addIssue({
        code: 'custom',
        message: explain(
          cause,
          String.raw`Write it without lookaround and back-references, in at most 200 characters, for example '0(50|67)\d{7}'`,
        ),
      });
    }
  });
}

/**
 * Base URL of Asterisk's REST interface, `http://HOST:PORT/ari`, behind the `prefix` of http.conf `http://HOST:PORT/prefix/ari`; the
 * trailing slash is dropped. What was written is never shown, it may hold a password.
 */
export function ariUrl(): z.ZodPipe<z.ZodString, z.ZodTransform<string, string>> {
  const remedy = 'Write http://HOST:PORT/ari, for example http://127.0.0.1:8088/ari; with a prefix in http.conf, /PREFIX/ari';
  const complaint = expecting('the base URL of ARI', remedy, true);
  return z.string(complaint).transform((written, context) => {
    const url = URL.parse(written);
    const fault = url === null ? 'no URL' : ariUrlFault(url);
    if (fault === undefined && url !== null) return url.href.replace(/\/$/, '');
    context.addIssue({ code: 'custom', message: explain(`expected the base URL of ARI, got ${fault}`, remedy) });
    return z.NEVER;
  });
}

/** What a URL has that the base of ARI has not. */
function ariUrlFault(url: URL): string | undefined {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'a URL that does not begin with http: or https:';
  if (url.username !== '' || url.password !== '') return 'a URL with a user or password, which belong in the keys username and password';
  if (url.href.includes('?')) return 'a URL with a query (?)';
  if (url.href.includes('#')) return 'a URL with a fragment (#)';
  const path = url.pathname.replace(/\/$/, '');
  if (path === '') return 'a URL without a path';
  if (url.pathname.includes('//')) return 'a URL with an empty step (//) in its path';
  if (path.endsWith('/ari')) return undefined;
  if (/\/ari\//.test(path)) return 'a URL with more behind /ari';
  return 'a URL that does not end in /ari';
}

/** `path`, or where the bridge serves its sound: `http://HOST:PORT`. */
export function audioDelivery(): Written<{ kind: 'path' } | { kind: 'http'; url: string; address: Address }> {
  const remedy = 'Write path, or http://HOST:PORT with an address of this machine that Asterisk can reach';
  return parsed('path or http://HOST:PORT', remedy, (written) => {
    if (written === 'path') return { kind: 'path' as const };
    const match = /^http:\/\/([^/?#@\s]+)\/?$/.exec(written);
    const address = match?.[1] === undefined ? undefined : parseAddress(match[1]);
    // Asterisk is told this address: one that stands for all of them would lead it to itself.
    if (address === undefined || address.port === 0 || isUnspecifiedHost(address.host)) return undefined;
    return { kind: 'http' as const, url: `http://${formatAddress(address)}`, address };
  });
}

/** A mapping with at most `most` entries. */
export function mapping<Key extends z.ZodString, Value extends z.ZodType>(
  key: Key,
  value: Value,
  expected: string,
  most: number,
): z.ZodRecord<Key, Value> {
  const complaint = expecting(`a mapping of ${expected} with at most ${most} entries`, 'Write one KEY: VALUE a line');
  return z.record(key, value, complaint).refine((entries) => Object.keys(entries).length <= most, complaint);
}

/** A list with `least` to `most` entries. */
export function list<Entry extends z.ZodType>(entry: Entry, least: number, most: number): z.ZodArray<Entry> {
  const complaint = expecting(`a list of ${least} to ${most} entries`, 'Write [one, another], or one entry a line after a hyphen');
  return z.array(entry, complaint).min(least, complaint).max(most, complaint);
}

function parsed<Output>(
  expected: string,
  remedy: string,
  parse: (written: string) => Output | undefined,
  hidden: boolean = false,
): Written<Output> {
  const complaint = expecting(expected, remedy, hidden);
  return z.string(complaint).transform((written, context) => {
    const value = parse(written);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: complaint.error({ input: written }) });
    return z.NEVER;
  });
}
