import { historySchema, type HistoryJson } from '@taxinav/bridge-contract';
import { canonicalGuid, parseGuid } from '@taxinav/codec';
import { askBridge, bridgeTarget, type BridgeTarget } from '../bridge-client.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { notificationPath, type OneNotificationOptions } from '../one-notification.ts';
import type { Output } from '../output.ts';
import { maskedHistory } from '../show-notification.ts';
import { followEvents } from '../trace/event-stream.ts';
import { isOver, timeline, type Moment } from '../trace/timeline.ts';
import { visible } from '../visible.ts';

/** What `trace` is told. */
export interface TraceOptions extends OneNotificationOptions {
  readonly mask: boolean;
  /** Whether it goes on until nothing more can happen. */
  readonly follow: boolean;
}

/** A report that is delivered raises no event: the history is looked at this often too. */
const LOOK_MS = 1_000;

/** Prints everything that is known of a notification in the order of time; follows it to its end. */
export async function trace(context: CommandContext, { guid, column, mask, follow, ...where }: TraceOptions): Promise<ExitCode> {
  const { output, env } = context;
  const target = bridgeTarget(where, env);
  const history = async (): Promise<HistoryJson> => {
    const found = await askBridge(target, { method: 'GET', path: notificationPath(guid, ''), query: { column }, schema: historySchema });
    return mask ? maskedHistory(found) : found;
  };
  const printed = new Set<string>();
  const print = (found: HistoryJson): void => {
    if (printed.size === 0 && !output.json)
      output.record({}, () => output.style('bold', `${found.canonicalGuid}  column ${visible(found.columnId)}, times in UTC`));
    for (const moment of timeline(found)) {
      if (printed.has(moment.key)) continue;
      printed.add(moment.key);
      show(moment, found, output);
    }
  };
  if (!follow) {
    print(await history());
    return EXIT.done;
  }
  await followed({ target, guid: canonicalGuid(guid), history, print, output, signal: context.interrupted() });
  return EXIT.done;
}

async function followed(parts: {
  readonly target: BridgeTarget;
  readonly guid: string;
  readonly history: () => Promise<HistoryJson>;
  readonly print: (found: HistoryJson) => void;
  readonly output: Output;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { target, guid, history, print, output, signal } = parts;
  const over = new AbortController();
  const ended = AbortSignal.any([signal, over.signal]);
  let wake: () => void = () => undefined;
  // Events make it quick; without them it only is a second late.
  const events = followEvents(target, ended, (changed) => {
    const parsed = parseGuid(changed);
    if (parsed !== undefined && canonicalGuid(parsed) === guid) wake();
  }).catch((error: unknown) => {
    if (!ended.aborted) output.talk(`no events: ${(error as Error).message}; looking every ${LOOK_MS / 1_000} s`);
  });
  try {
    while (!signal.aborted) {
      const next = new Promise<void>((resolve) => (wake = resolve));
      const found = await history();
      print(found);
      if (isOver(found)) return;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, LOOK_MS);
        ended.addEventListener('abort', () => resolve(), { once: true });
      });
      await Promise.race([next, late]);
      clearTimeout(timer);
    }
  } finally {
    over.abort();
    await events;
  }
}

function show({ at, round, what, text, ...details }: Moment, { rounds }: HistoryJson, output: Output): void {
  const { key: _key, ...more } = details;
  output.record({ time: at, round, what, ...more }, () => {
    const time = new Date(at);
    const two = (value: number, digits = 2): string => String(value).padStart(digits, '0');
    const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${two(time.getMilliseconds(), 3)}`;
    const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
    const which = rounds.length > 1 ? `round ${round}  ` : '';
    return `${output.style('dim', `${day} ${clock}`)}  ${which}${output.style('bold', what.padEnd(9))}  ${visible(text)}`;
  });
}
