import { accessSync, constants, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import {
  DEFAULT_PASSWORD,
  SECRET_CHARACTERS,
  formatProblem,
  isLoopbackHost,
  readConfiguration,
  type Configuration,
} from '@taxinav/bridge-contract';

/** The configuration cannot be used; `lines` say where, why and what to do, one line each. Exit code 78. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly lines: readonly string[];

  constructor(lines: readonly string[], options?: ErrorOptions) {
    super(lines.join('\n'), options);
    this.lines = lines;
  }
}

/** A configuration with its secrets read from their files. */
export interface LoadedConfiguration {
  readonly file: string;
  readonly configuration: Configuration;
}

/**
 * Reads the configuration file and the environment: the one place that looks at `process.env`.
 *
 * @throws ConfigurationError naming file, line, column, cause and remedy
 */
export function loadConfiguration(path: string, env: NodeJS.ProcessEnv = process.env): LoadedConfiguration {
  const file = resolve(path);
  const read = readConfiguration(readText(file, 'configuration', 'Give the path of the YAML file after --config.'), {
    file,
    env,
    hostName: hostname(),
  });
  if (!read.ok) throw new ConfigurationError(read.problems.map(formatProblem));
  return { file, configuration: withSecrets(read.configuration, file) };
}

/** What a configuration names must be there before a half start: secret files, and a folder for the database that can be written. */
function withSecrets(configuration: Configuration, file: string): Configuration {
  const { database, http, pbx } = configuration;
  if (database.kind === 'sqlite') {
    const folder = dirname(database.path);
    try {
      accessSync(folder, constants.W_OK | constants.X_OK);
    } catch (error) {
      throw new ConfigurationError([`${file}: database: the folder ${folder} cannot be written. Make it, or give its owner this user.`], {
        cause: error,
      });
    }
  }
  const password = secretIn(pbx.asterisk.passwordFile, 'pbx.asterisk.passwordFile', SECRET_CHARACTERS.password) ?? pbx.asterisk.password;
  const { hostname } = new URL(pbx.asterisk.url);
  // The contract has judged a password that is written in the file itself.
  if (pbx.driver === 'asterisk' && password === DEFAULT_PASSWORD && !isLoopbackHost(hostname))
    throw new ConfigurationError([
      `${file}: pbx.asterisk.passwordFile: it holds the default password, towards ${hostname}, which is not this machine. Set another password in ari.conf and in the file.`,
    ]);
  return {
    ...configuration,
    database: withPassword(
      database,
      database.kind === 'postgres' ? secretIn(database.passwordFile, 'databasePasswordFile', SECRET_CHARACTERS.password) : undefined,
    ),
    pbx: { ...pbx, asterisk: { ...pbx.asterisk, ...(password === undefined ? {} : { password }) } },
    http: {
      ...http,
      tokens: http.tokens.map((token) => {
        const text = secretIn(token.tokenFile, 'http.tokens.tokenFile', SECRET_CHARACTERS.token) ?? token.token;
        return text === undefined ? token : { ...token, token: text };
      }),
    },
  };
}

/** A secret from a file of its own has the bounds of one in the configuration: with an empty token everybody would be let in. */
function secretIn(path: string | undefined, what: string, { least, most }: { least: number; most: number }): string | undefined {
  if (path === undefined) return undefined;
  const text = readText(path, what, 'Make the file readable for this user.').trim();
  const isPrintable = !/[\p{Cc}\uFFFD]/u.test(text);
  if (text.length >= least && text.length <= most && isPrintable) return text;
  const got = text === '' ? 'nothing' : `${text.length} characters${isPrintable ? '' : ', not all of them printable UTF-8'}`;
  throw new ConfigurationError([
    `${path}: the ${what} file: expected one line of ${least} to ${most} characters, got ${got}. Write the secret into it, and nothing else.`,
  ]);
}

function withPassword(database: Configuration['database'], password: string | undefined): Configuration['database'] {
  if (database.kind === 'sqlite' || password === undefined) return database;
  const url = new URL(database.url);
  url.password = encodeURIComponent(password);
  return { kind: 'postgres', url: url.href };
}

function readText(path: string, what: string, remedy: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new ConfigurationError([`${path}: the ${what} file cannot be read (${code}). ${remedy}`], { cause: error });
  }
}
