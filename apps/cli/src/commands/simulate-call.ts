import { incomingCallSchema } from '@taxinav/bridge-contract';
import { maskPhoneNumber, nationalNumber, type CarType, type PhoneNumber } from '@taxinav/codec';
import { askBridge, bridgeTarget, type BridgeTargetOptions } from '../bridge-client.ts';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { visible } from '../visible.ts';

/** What `simulate call` is told: one of `line` and `column` says where the call comes in. */
export interface SimulateCallOptions extends BridgeTargetOptions {
  readonly callerId: PhoneNumber;
  readonly line?: string | undefined;
  readonly column?: string | undefined;
  readonly carType?: CarType | undefined;
  readonly mask: boolean;
}

/** Injects an incoming call into the bridge; says what Taxi Navigator did with the popup. */
export async function simulateCall({ output, env }: CommandContext, options: SimulateCallOptions): Promise<ExitCode> {
  const { callerId, line, column, carType, mask } = options;
  if ((line === undefined) === (column === undefined))
    throw new CliError('usage', 'simulate call: give either --line DIGITS or --column ID.');
  const number = nationalNumber(callerId);
  const popup = await askBridge(bridgeTarget(options, env), {
    method: 'POST',
    path: '/api/v1/calls',
    body: { callerId: number, line, column, carType },
    schema: incomingCallSchema,
  });
  const shown = mask ? maskPhoneNumber(number) : number;
  const done = popup.outcome === 'acknowledged';
  output.record({ ...popup, callerId: shown }, () => {
    const outcome = output.style(done ? 'green' : 'yellow', popup.outcome);
    return `${outcome}  Call from ${shown} to column ${visible(popup.columnId)}, ${popup.carType}. ${visible(popup.evidence)}`;
  });
  switch (popup.outcome) {
    case 'acknowledged':
      return EXIT.done;
    case 'refused':
      return EXIT.refused;
    case 'taken':
    case 'unconfirmed':
    case 'inDoubt':
    case 'late':
      return EXIT.noAnswer;
    case 'notSent':
      return EXIT.failed;
    default:
      return popup.outcome satisfies never;
  }
}
