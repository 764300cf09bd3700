import { isAbsolute, join } from 'node:path';
import { defaultAllowList } from './allow-list.ts';
import { DEFAULT_ENDPOINT } from './column-schema.ts';
import type {
  ColumnConfiguration,
  ColumnFile,
  Configuration,
  ConfigurationFile,
  DatabaseConfiguration,
  RouteConfiguration,
} from './configuration.ts';
import { DEFAULT_PASSWORD } from './configuration-schema.ts';

/** Said to a driver whose passenger cannot be reached, unless the file has a sentence of its own. */
const APOLOGIES = {
  uk: 'Не вдалося додзвонитися до пасажира.',
  ru: 'Не удалось дозвониться до пассажира.',
} as const satisfies Record<Configuration['speech']['language'], string>;

/** Fills in what depends on other keys, the machine or the file's folder. Compares nothing: see `crossProblems`. */
export function resolveConfiguration(
  file: ConfigurationFile,
  machine: { readonly folder: string; readonly hostName: string },
): Configuration {
  const { databasePasswordFile, ...rest } = file;
  const at = (path: string): string => (isAbsolute(path) ? path : join(machine.folder, path));
  const { asterisk } = file.pbx;
  const written = asterisk.password !== undefined || asterisk.passwordFile !== undefined;
  return {
    ...rest,
    node: file.node ?? machine.hostName,
    database: database(file.database, databasePasswordFile, at),
    defaultColumn: file.defaultColumn ?? file.columns[0]?.id ?? '',
    columns: file.columns.map((column) => resolveColumn(column, file)),
    dialling: { ...file.dialling, reserve: file.dialling.reserve ?? Math.min(1, file.dialling.channels - 1) },
    conference: { ...file.conference, apology: file.conference.apology ?? APOLOGIES[file.speech.language] },
    pbx: {
      ...file.pbx,
      asterisk: {
        ...asterisk,
        ...(written ? {} : { password: DEFAULT_PASSWORD }),
        ...(asterisk.passwordFile === undefined ? {} : { passwordFile: at(asterisk.passwordFile) }),
      },
    },
    speech: {
      ...file.speech,
      phrases: Object.fromEntries(
        Object.entries(file.speech.phrases).map(([text, phrase]) => [
          text,
          phrase.recording === undefined ? phrase : { ...phrase, recording: at(phrase.recording) },
        ]),
      ),
      cache: at(file.speech.cache),
      ...(file.speech.fallback === undefined ? {} : { fallback: at(file.speech.fallback) }),
    },
    http: {
      ...file.http,
      tokens: file.http.tokens.map((token) => (token.tokenFile === undefined ? token : { ...token, tokenFile: at(token.tokenFile) })),
    },
  };
}

function database(written: DatabaseConfiguration, passwordFile: string | undefined, at: (path: string) => string): DatabaseConfiguration {
  if (written.kind === 'sqlite') return { kind: 'sqlite', path: at(written.path) };
  return passwordFile === undefined ? written : { ...written, passwordFile: at(passwordFile) };
}

function resolveColumn(column: ColumnFile, file: ConfigurationFile): ColumnConfiguration {
  const { endpoint, routes, ...rest } = column;
  const written: readonly RouteConfiguration[] = routes ?? [{ endpoint: endpoint ?? DEFAULT_ENDPOINT, progress: 'announcement' }];
  return {
    ...rest,
    allow: column.allow ?? defaultAllowList(column),
    acknowledge: column.acknowledge ?? file.acknowledge,
    routes:
      column.callerId === undefined ? written : written.map((route) => ({ callerId: column.callerId, ...route }) as RouteConfiguration),
    channels: column.channels ?? file.dialling.channels,
  };
}
