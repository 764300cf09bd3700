import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatDatabase, type Configuration, type DatabaseConfiguration } from '@taxinav/bridge-contract';
import { loadBridgeConfiguration } from '../bridge-configuration.ts';
import { CliError } from '../cli-error.ts';

/** How commands are told which database: one of the two. */
export interface DatabaseOptions {
  /** The bridge's configuration. */
  readonly config?: string | undefined;
  /** `sqlite:PATH` or `postgres://…`. */
  readonly database?: string | undefined;
}

/** A database, and how it is named to people: without its password. */
export interface DatabaseLocation {
  readonly database:
    | { readonly kind: 'sqlite'; readonly path: string }
    | { readonly kind: 'postgres'; readonly url: string; readonly password?: string };
  readonly shown: string;
  /** Where a configuration named it. */
  readonly configuration?: Configuration;
}

/** @throws CliError `usage` when neither or both are given, `configuration` for a file that is not in order */
export function databaseLocation({ config, database }: DatabaseOptions, env: NodeJS.ProcessEnv): DatabaseLocation {
  if ((config === undefined) === (database === undefined))
    throw new CliError('usage', "give either --config FILE, the bridge's configuration, or --database sqlite:PATH or postgres://…");
  if (database !== undefined) return writtenDatabase(database);
  const { configuration } = loadBridgeConfiguration(config ?? '', env);
  return { ...located(configuration.database), configuration };
}

/** Reads `sqlite:PATH` or `postgres://…`; a path starts where the command was called. @throws CliError `usage` */
export function writtenDatabase(written: string): DatabaseLocation {
  const [, path = ''] = /^sqlite:(?!\/\/|:)(.+)$/s.exec(written) ?? [];
  if (path !== '') return located({ kind: 'sqlite', path: resolve(path) });
  if (/^postgres(?:ql)?:\/\//.test(written) && URL.canParse(written)) return located({ kind: 'postgres', url: written });
  throw new CliError('usage', 'the database is not named as sqlite:PATH or postgres://user@host/database.');
}

function located(database: DatabaseConfiguration): DatabaseLocation {
  const shown = formatDatabase(database, true);
  if (database.kind === 'sqlite') return { database, shown };
  const { url, passwordFile } = database;
  return { database: { kind: 'postgres', url, ...(passwordFile !== undefined && { password: passwordIn(passwordFile) }) }, shown };
}

function passwordIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new CliError('configuration', `${file}: the database's password cannot be read (${code}). Let this user read it.`, {
      cause: error,
    });
  }
}
