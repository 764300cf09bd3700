import { diallingSchema, type DiallingJson } from '@taxinav/bridge-contract';
import { askBridge } from '../bridge-client.ts';
import { atBridgeOrDatabase, type BridgeOrDatabaseOptions } from '../bridge-or-database.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { visible } from '../visible.ts';

const path = '/api/v1/controls/dialling';

/** Says whether phones are called. */
export async function diallingShow(context: CommandContext, options: BridgeOrDatabaseOptions): Promise<ExitCode> {
  const dialling = await atBridgeOrDatabase(options, context, {
    bridge: (target) => askBridge(target, { method: 'GET', path, schema: diallingSchema }),
    database: (tracker) => tracker.dialling(),
  });
  show(dialling, context);
  return EXIT.done;
}

/** Throws the switch that stops all dialling, or lets it go on; it is kept in the database and outlives every restart. */
export async function diallingSwitch(
  context: CommandContext,
  { enabled, reason, ...where }: BridgeOrDatabaseOptions & { readonly enabled: boolean; readonly reason?: string | undefined },
): Promise<ExitCode> {
  const wanted: DiallingJson = { enabled, ...(reason !== undefined && { reason }) };
  const dialling = await atBridgeOrDatabase<DiallingJson>(where, context, {
    bridge: (target) => askBridge(target, { method: 'PUT', path, body: wanted, schema: diallingSchema }),
    async database(tracker) {
      await tracker.setDialling({ now: Date.now(), ...wanted });
      return await tracker.dialling();
    },
  });
  show(dialling, context);
  return EXIT.done;
}

function show({ enabled, reason }: DiallingJson, { output }: CommandContext): void {
  output.record({ enabled, ...(reason !== undefined && { reason }) }, () => {
    const why = reason === undefined ? '' : `: ${visible(reason)}`;
    return enabled
      ? `${output.style('green', 'dialling')}${why}`
      : `${output.style('red', 'stopped')}${why}. SayText is answered with Canceled, Dial and Conference are refused; taxinav dialling start lets it go on`;
  });
}
