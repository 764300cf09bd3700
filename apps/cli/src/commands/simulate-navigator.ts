import { isFault, type Ack, type Fault, type Message } from '@taxinav/codec';
import type { MessageListener } from '@taxinav/transport';
import { answerTo, type AckMode } from '../ack-mode.ts';
import { targetOfConfiguration } from '../bridge-client.ts';
import { loadBridgeConfiguration, TOKEN_VARIABLE } from '../bridge-configuration.ts';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Awaited } from '../navigator/awaited.ts';
import { HeldConnections } from '../navigator/held-connections.ts';
import { merged, navigatorPorts, type NavigatorPort } from '../navigator/navigator-ports.ts';
import { play } from '../navigator/play.ts';
import { Screen, type ScreenOptions } from '../screen.ts';
import { openWatchedPort } from '../watched-port.ts';
import type { Sighting } from '../wire-watch.ts';

/** What `simulate navigator` is told. */
export interface SimulateNavigatorOptions extends ScreenOptions {
  /** The bridge's configuration; else ports of 127.0.0.1. */
  readonly config?: string | undefined;
  readonly callPort?: number | undefined;
  readonly statusPort?: number | undefined;
  readonly allow?: readonly string[] | undefined;
  /** The answer to Call [TN-8]. */
  readonly ack: AckMode;
  /** The answer to SayTextStatus; the document knows none. */
  readonly ackStatus: AckMode;
  /** Whether a connection is closed in turn when the bridge has closed its side. */
  readonly close: boolean;
  readonly play: boolean;
  readonly exitAfterPlay: boolean;
  /** The column to play with; absent: the first. */
  readonly column?: string | undefined;
  readonly token?: string | undefined;
}

const DRAIN_MS = 1_000;
/** Connections that are left open with `close: false`. */
const HELD = 256;

/** Plays Taxi Navigator: opens the ports it has for each column, answers, prints what crosses; with `play` also works with the bridge. */
export async function simulateNavigator(context: CommandContext, options: SimulateNavigatorOptions): Promise<ExitCode> {
  const { output } = context;
  const stopping = context.interrupted();
  const screen = new Screen(output, options, { self: 'TN', other: 'bridge' });
  const received = new Awaited<Message>();
  const loaded = options.config === undefined ? undefined : loadBridgeConfiguration(options.config, context.env);
  if (loaded === undefined && options.play) throw new CliError('usage', "--play needs --config FILE, the bridge's configuration.");
  const playing = options.play && loaded !== undefined ? playedColumn(loaded.configuration, options.column) : undefined;
  const ports = loaded === undefined ? givenPorts(options) : navigatorPorts(loaded.configuration);
  const held = new HeldConnections(HELD);
  const listeners: MessageListener[] = [];
  try {
    for (const port of ports) {
      const answer = async (result: Message | Fault): Promise<Ack | undefined> => {
        if (!isFault(result)) received.tell(result);
        const ack = answerTo(result, isStatus(result) ? options.ackStatus : options.ack);
        // A connection is ended once everything it brought is handled: who never ends it leaves the last thing unhandled.
        if (ack === undefined && !options.close) await held.hold();
        return ack;
      };
      const see = (sighting: Sighting): void => screen.show(port.columns.join('+'), sighting);
      listeners.push(await openWatchedPort({ ...port, allow: options.allow }, answer, see, output));
    }
    if (playing !== undefined && loaded !== undefined) {
      const target = targetOfConfiguration(loaded.configuration, options.token ?? context.env[TOKEN_VARIABLE]);
      const see = (sighting: Sighting): void => screen.show(playing.id, sighting);
      const { done, of } = await play({ column: playing, target, received, see, output, random: Math.random, signal: stopping });
      if (options.exitAfterPlay) return done === of ? EXIT.done : EXIT.failed;
    }
    if (!stopping.aborted) await new Promise((resolve) => stopping.addEventListener('abort', resolve, { once: true }));
    return EXIT.done;
  } finally {
    held.release();
    await Promise.all(listeners.map((listener) => listener.drain(DRAIN_MS)));
  }
}

function isStatus(result: Message | Fault): boolean {
  return (isFault(result) ? result.concerns : result.message) === 'SayTextStatus';
}

function givenPorts({ callPort, statusPort }: SimulateNavigatorOptions): NavigatorPort[] {
  if (callPort === undefined && statusPort === undefined) {
    throw new CliError('usage', "give --config FILE, the bridge's configuration, or --call-port and --status-port.");
  }
  const given = [callPort, statusPort].filter((port) => port !== undefined);
  return merged(given.map((port) => ({ address: { host: '127.0.0.1', port }, encoding: 'auto', columns: ['TN'] })));
}

type Loaded = ReturnType<typeof loadBridgeConfiguration>['configuration'];

function playedColumn({ columns, pbx }: Loaded, wanted: string | undefined): Loaded['columns'][number] {
  // Numbers are made up: on a real phone system they would ring somebody.
  if (pbx.driver !== 'simulated') throw new CliError('usage', '--play dials made-up numbers: it works only with pbx.driver simulated.');
  const column = wanted === undefined ? columns[0] : columns.find(({ id }) => id === wanted);
  if (column === undefined) throw new CliError('usage', `--column ${wanted}: expected one of ${columns.map(({ id }) => id).join(', ')}.`);
  return column;
}
