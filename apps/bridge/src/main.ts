import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { TrackingError, type Store } from '@taxinav/notification-tracking';
import { openPostgresStore } from '@taxinav/notification-tracking/postgres';
import { openSqliteStore } from '@taxinav/notification-tracking/sqlite';
import { TransportError, listen, send, systemClock } from '@taxinav/transport';
import { formatAddress } from '@taxinav/bridge-contract';
import { createBridge, type Bridge } from './bridge.ts';
import { ConfigurationError, loadConfiguration, type LoadedConfiguration } from './configuration.ts';
import { OriginateGate } from './dialling/originate-gate.ts';
import { openHttp, type HttpServer } from './http/server.ts';
import { createLog, type Logger } from './logging.ts';
import { openPbx, type OpenedPbx } from './pbx-driver.ts';

const USAGE = `Joins the dispatch program Taxi Navigator to a phone system.

usage: taxinav-bridge --config FILE

  --config FILE   the YAML configuration (or TAXINAV_CONFIG)
  --version       print the version
  --help          print this

Signals: SIGTERM and SIGINT stop within 10 s; SIGHUP reloads columns, policy and limits.
Exit codes: 0 stopped, 1 failed, 2 usage, 78 bad configuration (one line says where, why and what to do).
`;

/** After this a stop that hangs is ended; everything that was answered is on disk. */
const STOP_MS = 9_500;

const EXIT = { done: 0, failed: 1, usage: 2, configuration: 78 } as const;

/** Runs the daemon until a signal; resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let path: string | undefined;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { config: { type: 'string' }, version: { type: 'boolean' }, help: { type: 'boolean' } },
    });
    if (values.help === true) return print(USAGE);
    if (values.version === true) return print(`${version()}\n`);
    path = values.config ?? process.env['TAXINAV_CONFIG'];
  } catch (error) {
    process.stderr.write(`taxinav-bridge: ${(error as Error).message}\n\n${USAGE}`);
    return EXIT.usage;
  }
  if (path === undefined) {
    process.stderr.write(`taxinav-bridge: --config FILE is missing\n\n${USAGE}`);
    return EXIT.usage;
  }
  try {
    return await run(loadConfiguration(path));
  } catch (error) {
    const lines = unusable(error, path);
    if (lines === undefined && error instanceof TrackingError) {
      process.stderr.write(`taxinav-bridge: ${error.message} taxinav db verify says more, and what to do.\n`);
      return EXIT.failed;
    }
    if (lines === undefined) throw error;
    for (const line of lines) process.stderr.write(`taxinav-bridge: ${line}\n`);
    return EXIT.configuration;
  }
}

async function run(loaded: LoadedConfiguration): Promise<number> {
  const { configuration, file } = loaded;
  const log = createLog(configuration.log.level);
  const originateGate = new OriginateGate();
  const opened = await openPbx(configuration, file, { clock: systemClock, random: Math.random, log, mayOriginate: originateGate.isOpen });
  const store = await openStore(loaded).catch(async (error: unknown) => {
    await opened.close();
    throw error;
  });
  const bridge = createBridge(configuration, {
    clock: systemClock,
    random: Math.random,
    log,
    store,
    ...opened,
    originateGate,
    listen,
    send,
  });
  let http: HttpServer | undefined;
  const started = Promise.withResolvers<undefined>();
  const ended = Promise.withResolvers<number>();
  // Before the start: a signal that comes meanwhile waits for its end, it does not cut it off half-way.
  const stop = (signal: string): void => {
    void started.promise.then(() => {
      log.info({ event: 'stopping', signal }, 'stopping');
      void stopAll(bridge, opened, http, store, log).then(ended.resolve);
    });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.on('SIGHUP', () => void started.promise.then(() => reload(file, bridge, log)));
  try {
    // First: a port that cannot be opened must be known before anybody is called or told anything.
    http = await openHttp(configuration.http, bridge, { log, clock: systemClock, version: version() });
    await bridge.start();
  } catch (error) {
    await bridge.stop();
    await opened.close();
    await http?.close();
    await store.close();
    throw error;
  }
  void store.failed.then((error) => {
    log.fatal({ event: 'database-failed', err: error }, 'the database has failed: nothing more can be promised');
    ended.resolve(EXIT.failed);
  });
  announceReady(bridge, http);
  started.resolve(undefined);
  return await ended.promise;
}

function openStore({ configuration }: LoadedConfiguration): Promise<Store> {
  const { database } = configuration;
  if (database.kind === 'sqlite') return openSqliteStore({ path: database.path });
  return openPostgresStore({ url: database.url });
}

async function stopAll(bridge: Bridge, opened: OpenedPbx, http: HttpServer | undefined, store: Store, log: Logger): Promise<number> {
  const stopped = (async () => {
    await bridge.stop();
    await opened.close();
    await http?.close();
    await store.close();
  })().then(
    () => true,
    (error: unknown) => {
      log.error({ event: 'stop-failed', err: error }, 'the stop failed');
      return false;
    },
  );
  const late = systemClock.sleep(STOP_MS).then(() => {
    log.warn({ event: 'stop-late' }, 'not everything ended in time; the next start takes it up');
    return true;
  });
  const fine = await Promise.race([stopped, late]);
  log.info({ event: 'stopped' }, 'stopped');
  return fine ? EXIT.done : EXIT.failed;
}

async function reload(file: string, bridge: Bridge, log: Logger): Promise<void> {
  try {
    const fixed = await bridge.reload(loadConfiguration(file).configuration);
    log.info({ event: 'reloaded' }, 'configuration reloaded');
    if (fixed.length > 0) log.warn({ event: 'restart-needed', keys: fixed }, 'these keys take effect at the next start');
  } catch (error) {
    log.error({ event: 'reload-refused', problems: unusable(error, file) ?? [String(error)] }, 'the configuration stays as it was');
  }
}

/** The lines of an error that a person can mend in the configuration or the machine; undefined for any other. */
function unusable(error: unknown, file: string): readonly string[] | undefined {
  if (error instanceof ConfigurationError) return error.lines;
  if (error instanceof TransportError && error.code === 'TRANSPORT_LISTEN_FAILED') return [`${file}: ${error.message}`];
  if (error instanceof TrackingError && (error.code === 'TRACKING_STORE_OPEN_FAILED' || error.code === 'TRACKING_SCHEMA_NEWER'))
    return [error.message];
  return undefined;
}

/** The one line that whoever started us waits for, whatever the log level. */
function announceReady(bridge: Bridge, http: HttpServer): void {
  const columns = bridge
    .columns()
    .map(({ column, port }) => ({ id: column.id, listen: formatAddress({ ...column.configuration.listen, port }) }));
  const line = {
    level: 'info',
    time: new Date().toISOString(),
    event: 'ready',
    node: bridge.configuration.node,
    pid: process.pid,
    columns,
    http: formatAddress(http.address),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function version(): string {
  return (createRequire(import.meta.url)('../package.json') as { version: string }).version;
}

function print(text: string): number {
  process.stdout.write(text);
  return EXIT.done;
}
