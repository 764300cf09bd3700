import type { Address } from '@taxinav/bridge-contract';
import type { TextEncoding } from '@taxinav/codec';
import { answerTo, type AckMode } from '../ack-mode.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { clockTime, diagnosticLine, rawJson, rawText, resultJson, resultLine } from '../show.ts';
import { openWatchedPort } from '../watched-port.ts';
import type { Sighting } from '../wire-watch.ts';

/** What `listen` is told. */
export interface ListenCommandOptions {
  readonly address: Address;
  readonly ack: AckMode;
  readonly allow?: readonly string[] | undefined;
  readonly encoding: TextEncoding;
  /** Messages and faults after which it ends; absent: at SIGINT. */
  readonly count?: number | undefined;
  readonly mask: boolean;
}

/** How long answers may take to leave at the end. */
const DRAIN_MS = 1_000;

/** Prints every message, fault and diagnostic that arrives at a port, decoded and raw, and answers as it was told. */
export async function listenCommand({ output, interrupted }: CommandContext, options: ListenCommandOptions): Promise<ExitCode> {
  const ended = Promise.withResolvers<void>();
  const signal = interrupted();
  signal.addEventListener('abort', () => ended.resolve(), { once: true });
  let left = options.count ?? Infinity;
  const listener = await openWatchedPort(
    options,
    async (received) => {
      left -= 1;
      if (left === 0) ended.resolve();
      return await Promise.resolve(left < 0 ? undefined : answerTo(received, options.ack));
    },
    (sighting) => show(sighting, options, output),
    output,
  );
  await ended.promise;
  await listener.drain(DRAIN_MS);
  return EXIT.done;
}

function show(sighting: Sighting, options: ListenCommandOptions, output: Output): void {
  const { direction, peer, result, diagnostics } = sighting;
  const from = `${peer.address}:${peer.port}`;
  const envelope = { time: new Date(sighting.at).toISOString(), direction, peer: from, connection: peer.connection };
  const indent = ' '.repeat(12);
  if (result !== undefined) {
    output.record({ ...envelope, ...resultJson(result, options), raw: rawJson(sighting.raw, options) }, () => [
      `${output.style('dim', clockTime(sighting.at))}  ${from} ${direction === 'in' ? '→' : '←'}  ${resultLine(result, options, output)}`,
      `${indent}  ${output.style('dim', `raw  ${rawText(sighting.raw, options)}`)}`,
    ]);
  }
  for (const diagnostic of diagnostics) {
    output.record(
      {
        ...envelope,
        diagnostic: diagnostic.code,
        reading: diagnostic.reading,
        ...(diagnostic.field !== undefined && { field: diagnostic.field }),
      },
      () => `${indent}  ${diagnosticLine(diagnostic, output)}`,
    );
  }
}
