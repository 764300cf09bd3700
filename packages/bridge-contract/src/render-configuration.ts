import { formatAddress } from './address.ts';
import type { ColumnConfiguration, Configuration, HttpToken, PhraseConfiguration } from './configuration.ts';
import { formatDatabase } from './database.ts';

const MASK = '***';

/**
 * A configuration as the file would have it, every default written out; with `redact`, every secret is `***`.
 * Without `redact` it reads back as the same configuration.
 */
export function renderConfiguration(configuration: Configuration, options: { readonly redact: boolean }): Record<string, unknown> {
  const secret = (value: string): string => (options.redact ? MASK : value);
  const { database, columns, pbx, speech, http, ...rest } = configuration;
  const { password, audio, ...asterisk } = pbx.asterisk;
  return {
    ...rest,
    database: formatDatabase(database, options.redact),
    ...(database.kind === 'postgres' && database.passwordFile !== undefined ? { databasePasswordFile: database.passwordFile } : {}),
    columns: columns.map(renderColumn),
    pbx: {
      ...pbx,
      asterisk: {
        ...asterisk,
        ...(password === undefined ? {} : { password: secret(password) }),
        audio: audio.kind === 'path' ? 'path' : audio.url,
      },
    },
    speech: {
      ...speech,
      phrases: Object.fromEntries(Object.entries(speech.phrases).map(([text, phrase]) => [text, renderPhrase(phrase)])),
    },
    http: { ...http, listen: formatAddress(http.listen), tokens: http.tokens.map((token) => renderToken(token, secret)) },
  };
}

/** A phrase with nothing but its recording stands in the file as a path. */
function renderPhrase(phrase: PhraseConfiguration): string | Record<string, unknown> {
  const { recording, ...settings } = phrase;
  return recording !== undefined && Object.keys(settings).length === 0 ? recording : { ...phrase };
}

function renderToken(token: HttpToken, secret: (value: string) => string): Record<string, unknown> {
  return token.token === undefined ? { ...token } : { ...token, token: secret(token.token) };
}

function renderColumn(column: ColumnConfiguration): Record<string, unknown> {
  const { routes, ...rest } = column;
  const [only, ...others] = routes;
  const plain = only !== undefined && others.length === 0 && only.match === undefined && only.channels === undefined;
  const simple = plain && only.progress === 'announcement' && only.callerId === column.callerId;
  return {
    ...rest,
    listen: formatAddress(column.listen),
    navigator: formatAddress(column.navigator),
    status: formatAddress(column.status),
    ...(simple ? { endpoint: only.endpoint } : { routes: routes.map((route) => ({ ...route })) }),
  };
}
