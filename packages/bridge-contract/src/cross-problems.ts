import { isIP } from 'node:net';
import { formatAddress, isLoopbackHost, isUnspecifiedHost } from './address.ts';
import type { Address } from './address.ts';
import { placeholderFault } from './column-schema.ts';
import type { ColumnFile, Configuration, ConfigurationFile } from './configuration.ts';
import { DEFAULT_PASSWORD } from './configuration-schema.ts';
import { formatPath } from './path.ts';
import type { Path } from './path.ts';
import { phraseFault } from './phrase-text.ts';
import type { PathProblem } from './schema-problems.ts';

/** What is wrong between keys that are each well formed: duplicates, openings to the network, alternatives given together. */
export function crossProblems(file: ConfigurationFile, resolved: Configuration): readonly PathProblem[] {
  return [
    ...columnIds(file),
    ...listenAddresses(resolved),
    ...openListeners(resolved),
    ...lines(file),
    ...file.columns.flatMap((column, index) => columnProblems(column, ['columns', index])),
    ...dialling(file, resolved),
    ...database(file),
    ...asterisk(file, resolved),
    ...speech(file),
    ...phrases(file),
    ...keys(file),
    ...http(resolved),
  ];
}

function problem(path: Path, message: string, remedy: string): PathProblem {
  return { path, message, remedy };
}

function columnIds(file: ConfigurationFile): readonly PathProblem[] {
  const ids = file.columns.map((column) => column.id);
  const repeated = ids.flatMap((id, index) =>
    ids.indexOf(id) < index
      ? [problem(['columns', index, 'id'], `the id ${id} is also that of columns[${ids.indexOf(id)}]`, 'Give each column its own id')]
      : [],
  );
  const wanted = file.defaultColumn;
  if (wanted === undefined || ids.includes(wanted)) return repeated;
  return [...repeated, problem(['defaultColumn'], `there is no column ${wanted}`, `Write one of ${ids.join(', ')}`)];
}

interface Listener {
  readonly path: Path;
  readonly address: Address;
}

function listeners(resolved: Configuration): readonly Listener[] {
  const { driver, asterisk: ari } = resolved.pbx;
  return [
    ...resolved.columns.map((column, index) => ({ path: ['columns', index, 'listen'], address: column.listen })),
    { path: ['http', 'listen'], address: resolved.http.listen },
    ...(driver === 'asterisk' && ari.audio.kind === 'http' ? [{ path: ['pbx', 'asterisk', 'audio'], address: ari.audio.address }] : []),
  ];
}

function overlap(left: Address, right: Address): boolean {
  if (left.port !== right.port || left.port === 0) return false;
  return boundHost(left.host) === boundHost(right.host) || isUnspecifiedHost(left.host) || isUnspecifiedHost(right.host);
}

/** One spelling of a host: an IPv6 address has many, and one that stands for an IPv4 address takes that one's port. */
function boundHost(host: string): string {
  if (host === 'localhost') return '127.0.0.1';
  if (isIP(host) !== 6) return host;
  const short = URL.parse(`http://[${host}]/`)?.hostname ?? host;
  const mapped = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(short);
  if (mapped === null) return short;
  const [high, low] = [Number.parseInt(mapped[1] ?? '', 16), Number.parseInt(mapped[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function listenAddresses(resolved: Configuration): readonly PathProblem[] {
  const open = listeners(resolved);
  const twice = open.flatMap((listener, index) => {
    const earlier = open.slice(0, index).find((other) => overlap(other.address, listener.address));
    if (earlier === undefined) return [];
    const [at, other] = [formatAddress(listener.address), `${formatPath(earlier.path)} (${formatAddress(earlier.address)})`];
    return [problem(listener.path, `${at} is also listened on by ${other}`, 'Give each listener its own port')];
  });
  const loops = resolved.columns.flatMap((column, index) =>
    (['navigator', 'status'] as const).flatMap((key) => {
      const own = open.find((listener) => overlap(listener.address, column[key]));
      if (own === undefined || isUnspecifiedHost(own.address.host)) return [];
      return [
        problem(
          ['columns', index, key],
          `${formatAddress(column[key])} is the bridge's own ${formatPath(own.path)}`,
          "Write Taxi Navigator's address",
        ),
      ];
    }),
  );
  return [...twice, ...loops];
}

function openListeners(resolved: Configuration): readonly PathProblem[] {
  const columns = resolved.columns.map((column, index) => ({ path: ['columns', index], listener: column }));
  return [...columns, { path: ['http'], listener: resolved.http }].flatMap(({ path, listener }) =>
    isUnspecifiedHost(listener.listen.host) && !listener.listenOnAllAddresses
      ? [
          problem(
            [...path, 'listen'],
            `${formatAddress(listener.listen)} opens the port on every network of this machine`,
            'Write the one address that peers connect to, or add listenOnAllAddresses: true',
          ),
        ]
      : [],
  );
}

function lines(file: ConfigurationFile): readonly PathProblem[] {
  const owners = new Map<string, string>();
  const problems: PathProblem[] = [];
  for (const [index, column] of file.columns.entries()) {
    for (const line of Object.keys(column.lines)) {
      const owner = owners.get(line);
      if (owner === undefined) owners.set(line, column.id);
      else
        problems.push({
          ...problem(['columns', index, 'lines', line], `the line is also one of column ${owner}`, 'Keep it in one column'),
          atKey: true,
        });
    }
  }
  return problems;
}

function columnProblems(column: ColumnFile, path: Path): readonly PathProblem[] {
  const problems: PathProblem[] = [];
  if (column.endpoint !== undefined && column.routes !== undefined) {
    problems.push(problem([...path, 'endpoint'], 'endpoint and routes are both written', 'Keep one of them'));
  }
  const phones = [column.operator ?? [], ...Object.values(column.operators)].flat();
  if (column.autoAnswer !== undefined && !phones.some((phone) => /^PJSIP\//i.test(phone))) {
    problems.push(
      problem([...path, 'autoAnswer'], 'no operator of the column has a PJSIP phone', 'Write operator: PJSIP/100, or remove autoAnswer'),
    );
  }
  if (column.endpoint !== undefined) problems.push(...endpoint(column.endpoint, [...path, 'endpoint']));
  for (const [index, route] of (column.routes ?? []).entries()) {
    problems.push(...endpoint(route.endpoint, [...path, 'routes', index, 'endpoint']));
    const covering = column.routes?.findIndex((earlier) => earlier.match === undefined || earlier.match === route.match) ?? index;
    if (covering < index) {
      problems.push(
        problem(
          [...path, 'routes', index],
          `routes[${covering}] already takes every number of this route`,
          'Put the narrower route first, or remove one',
        ),
      );
    }
  }
  return problems;
}

function endpoint(written: string, path: Path): readonly PathProblem[] {
  const fault = placeholderFault(written);
  return fault === undefined
    ? []
    : [problem(path, `${fault} in ${written}`, 'Write {number}, {e164} or {digits} once, for example PJSIP/{number}@trunk')];
}

function dialling(file: ConfigurationFile, resolved: Configuration): readonly PathProblem[] {
  const { channels, reserve } = resolved.dialling;
  if (reserve < channels) return [];
  const path = file.dialling.reserve === undefined ? ['dialling', 'channels'] : ['dialling', 'reserve'];
  return [
    problem(
      path,
      `reserve ${reserve} of ${channels} channels leaves none for SayText`,
      `Write a reserve below ${channels}, or more channels`,
    ),
  ];
}

function database(file: ConfigurationFile): readonly PathProblem[] {
  if (file.databasePasswordFile === undefined || file.database.kind === 'postgres') return [];
  return [problem(['databasePasswordFile'], 'a password for a database that is a file', 'Remove it, or write database: postgres://…')];
}

function asterisk(file: ConfigurationFile, resolved: Configuration): readonly PathProblem[] {
  const { password, passwordFile } = file.pbx.asterisk;
  const path = ['pbx', 'asterisk'];
  if (password !== undefined && passwordFile !== undefined) {
    return [problem([...path, 'password'], 'password and passwordFile are both written', 'Keep one of them')];
  }
  const { url, password: used } = resolved.pbx.asterisk;
  const { hostname } = new URL(url);
  if (resolved.pbx.driver === 'simulated' || used !== DEFAULT_PASSWORD || isLoopbackHost(hostname)) return [];
  return [
    problem(
      [...path, 'password'],
      `the default password towards ${hostname}, which is not this machine`,
      'Set another password in ari.conf, and write it here or name its passwordFile',
    ),
  ];
}

function speech(file: ConfigurationFile): readonly PathProblem[] {
  const { engine, command } = file.speech;
  if (engine === 'command' && command === undefined) {
    return [problem(['speech', 'engine'], 'engine command without a command', 'Add command: [PROGRAM, ARGUMENT]')];
  }
  if (engine !== 'command' && command !== undefined) {
    return [problem(['speech', 'command'], `a command that engine ${engine} does not run`, 'Write engine: command, or remove it')];
  }
  if (engine !== 'none' || file.speech.fallback !== undefined) return [];
  return Object.entries(file.speech.phrases).flatMap(([text, phrase]) =>
    phrase.recording === undefined && !(phrase.ringOnly ?? file.speech.ringOnly)
      ? [
          problem(
            ['speech', 'phrases', text],
            'a phrase without a recording, while engine is none',
            'Add its recording or ringOnly: true, or choose an engine',
          ),
        ]
      : [],
  );
}

function phrases(file: ConfigurationFile): readonly PathProblem[] {
  return Object.keys(file.speech.phrases).flatMap((text) => {
    const fault = phraseFault(text);
    return fault === undefined ? [] : [{ ...problem(['speech', 'phrases', text], fault.message, fault.remedy), atKey: true }];
  });
}

/** What the keys of a called phone do. */
function keys(file: ConfigurationFile): readonly PathProblem[] {
  const { repeatKey, operatorKey } = file.speech;
  if (operatorKey === undefined) return [];
  const path = ['speech', 'operatorKey'];
  if (repeatKey === operatorKey) return [problem(path, `the key ${operatorKey} is also repeatKey`, 'Give each its own key')];
  const alone = file.columns.find((column) => column.operator === undefined);
  if (alone === undefined) return [];
  return [problem(path, `column ${alone.id} has no operator to be joined to`, 'Add operator: PJSIP/100 to the column, or remove the key')];
}

function http(resolved: Configuration): readonly PathProblem[] {
  const { listen, tokens } = resolved.http;
  const problems: PathProblem[] = [];
  if (tokens.length === 0 && !isLoopbackHost(listen.host)) {
    problems.push(
      problem(
        ['http', 'listen'],
        `${formatAddress(listen)} can be reached from other machines, and there are no tokens`,
        'Add http.tokens, or listen on 127.0.0.1',
      ),
    );
  }
  for (const [index, token] of tokens.entries()) {
    const path = ['http', 'tokens', index];
    if ((token.token === undefined) === (token.tokenFile === undefined)) {
      const which = token.token === undefined ? 'neither token nor tokenFile is written' : 'token and tokenFile are both written';
      problems.push(problem(path, which, 'Write one of them'));
    }
    const same = tokens.findIndex((other) => other.name === token.name || (other.token !== undefined && other.token === token.token));
    if (same < index)
      problems.push(problem(path, `the same name or token as http.tokens[${same}]`, 'Give each token its own name and value'));
  }
  return problems;
}
