import type { Clock } from '../clock.ts';
import { LinkedIds } from '../linked-ids.ts';
import type { IncomingCall, IncomingCallOutcome } from '../pbx.ts';
import { isAriError } from './ari-error.ts';
import type { AriClient } from './ari-client.ts';
import { isObject, type AriChannel, type AriEvent } from './ari-events.ts';
import type { AsteriskWarning } from './options.ts';
import { RoutedCall } from './routed-call.ts';

/** What {@link IncomingCalls} needs to hear on `<application>-events`. */
export const INCOMING_CALL_EVENTS: readonly AriEvent['type'][] = [
  'ChannelUserevent',
  'Dial',
  'ChannelEnteredBridge',
  'ChannelLeftBridge',
  'ChannelDestroyed',
];

/** The dialplan's word for a call from outside. */
const USER_EVENT = 'taxinavigatorcall';
/** Longer ids and fields are cut: nothing real is. */
const FIELD_CHARACTERS = 160;

/** What calls from outside need of the driver. */
export interface IncomingCallsParts {
  readonly clock: Clock;
  readonly client: Pick<AriClient, 'continueInDialplan' | 'get'>;
  /** The application for call control; its channels that are not ours are callers. */
  readonly application: string;
  /** Linked ids remembered at most within their minute, and calls followed at most to their outcome. */
  readonly linkedIds: number;
  readonly onCall: (call: IncomingCall) => void;
  readonly onOutcome: (outcome: IncomingCallOutcome) => void;
  readonly onWarning: (warning: AsteriskWarning) => void;
  /** @defaultValue what Asterisk did not name itself: its own ids end in seconds since 1970, a dot and a counter */
  readonly isOurs?: (channelId: string) => boolean;
}

/**
 * Calls from outside, told once per linked id, and what the PBX's own routing makes of them.
 *
 * Told by the dialplan's `UserEvent(TaxiNavigatorCall,…)`, or by a channel that the dialplan hands to the application: that one
 * is given back before anything else. Source: [TN-4, reading 35].
 */
export class IncomingCalls {
  readonly #parts: IncomingCallsParts;
  readonly #linkedIds: LinkedIds;
  readonly #isOurs: (channelId: string) => boolean;
  /** Calls whose outcome is not known yet, by linked id; the oldest go first when there are too many. */
  readonly #routed = new Map<string, RoutedCall>();

  constructor(parts: IncomingCallsParts) {
    this.#parts = parts;
    this.#linkedIds = new LinkedIds(parts.linkedIds);
    this.#isOurs = parts.isOurs ?? ((channelId) => !isAsterisksOwn(channelId));
  }

  /** An event of `<application>-events`. */
  onEvent(event: AriEvent): void {
    switch (event.type) {
      case 'ChannelUserevent':
        if (event.eventName.toLowerCase() === USER_EVENT) this.#onUserEvent(event.fields, event.channel);
        return;
      case 'Dial':
      case 'ChannelEnteredBridge':
      case 'ChannelLeftBridge':
      case 'ChannelDestroyed':
        for (const routed of this.#routed.values()) routed.onEvent(event);
        return;
      default:
    }
  }

  /** An event of the application for call control, about a channel that is not ours. */
  onControlEvent(event: AriEvent): void {
    if (event.type !== 'StasisStart') return;
    this.#giveBack(event.channel);
    // Who takes a place in a call of ours, by a transfer, has called no line.
    if (event.replacedId === undefined) this.#tellWaiting(event.channel, event.args);
  }

  /** Events may have been missed: what became of the calls from before is not known any more, so it is not told. */
  forget(): void {
    this.#routed.clear();
  }

  /** Gives back every caller who waits in the application: whoever came while it was open and nobody listened. */
  async connected(): Promise<void> {
    const { client, application } = this.#parts;
    let waiting: readonly string[];
    let channels: readonly unknown[];
    try {
      const found = await client.get(`/applications/${encodeURIComponent(application)}`);
      waiting = isObject(found) && Array.isArray(found['channel_ids']) ? found['channel_ids'].filter((id) => typeof id === 'string') : [];
      waiting = waiting.filter((channelId) => !this.#isOurs(channelId));
      if (waiting.length === 0) return;
      const all = await client.get('/channels');
      channels = Array.isArray(all) ? all : [];
    } catch (cause) {
      this.#warn('ARI_REQUEST_FAILED', 'Looking for callers who wait in the application failed.', cause);
      return;
    }
    for (const channelId of waiting) {
      const found = channels.find((each) => isObject(each) && each['id'] === channelId);
      const channel = { id: channelId, name: '', state: 'Unknown', ...callerOf(found) };
      this.#giveBack(channel);
      this.#tellWaiting(channel, argumentsOf(found));
    }
  }

  #onUserEvent(fields: Readonly<Record<string, string>>, channel: AriChannel | undefined): void {
    const field = (...names: readonly string[]): string | undefined => {
      const found = Object.entries(fields).find(([name, value]) => names.includes(name.toLowerCase()) && value.trim() !== '');
      return found?.[1].trim().slice(0, FIELD_CHARACTERS);
    };
    const linkedId = field('call') ?? channel?.id;
    if (linkedId === undefined) {
      this.#warn(
        'ARI_EVENT_UNREADABLE',
        'TaxiNavigatorCall: neither a field Call nor a channel; add Call: ${CHANNEL(linkedid)} to the dialplan.',
      );
      return;
    }
    const call = { line: field('line', 'did'), callerId: field('callerid', 'phone'), columnId: field('column'), carType: field('cartype') };
    this.#tell(linkedId, channel?.id, channel?.name, call);
  }

  /** The dialplan's `Stasis(application,[column],[line])`: the caller must not wait for us. */
  #giveBack(channel: AriChannel): void {
    void this.#parts.client.continueInDialplan(channel.id).catch((cause: unknown) => {
      // Who hung up in the meantime, or was given back already, is not waiting.
      if (isAriError(cause, 'ARI_NOT_FOUND', 'ARI_CONFLICT')) return;
      this.#warn('ARI_REQUEST_FAILED', 'A caller could not be given back to the dialplan; he waits until the next connection.', cause);
    });
  }

  #tellWaiting(channel: AriChannel, [columnId, line]: readonly string[]): void {
    const call = { line: line === '' ? channel.extension : (line ?? channel.extension), callerId: channel.callerNumber, columnId };
    this.#tell(channel.id, channel.id, channel.name, call);
  }

  #tell(
    linkedId: string,
    channelId: string | undefined,
    channelName: string | undefined,
    told: { readonly [Field in 'line' | 'callerId' | 'columnId' | 'carType']?: string | undefined },
  ): void {
    const { clock, onCall } = this.#parts;
    // A call that is still being routed is no new one, though its minute may be over.
    if (!this.#linkedIds.isNew(linkedId, clock.monotonic()) || this.#routed.has(linkedId)) return;
    const callerId = told.callerId === undefined ? undefined : numberIn(told.callerId);
    const call: IncomingCall = {
      linkedId,
      ...(told.line === undefined || told.line === '' ? {} : { line: told.line }),
      ...(callerId === undefined ? {} : { callerId }),
      ...(told.columnId === undefined || told.columnId === '' ? {} : { columnId: told.columnId }),
      ...(told.carType === undefined || told.carType === '' ? {} : { carType: told.carType }),
      at: clock.now(),
    };
    if (channelId !== undefined) this.#follow(call, channelId, channelName ?? '');
    onCall(call);
  }

  #follow(call: IncomingCall, channelId: string, channelName: string): void {
    for (const oldest of this.#routed.keys()) {
      if (this.#routed.size < this.#parts.linkedIds) break;
      this.#routed.delete(oldest);
    }
    const routed = new RoutedCall(channelId, channelName, (outcome, endpoint) => {
      this.#routed.delete(call.linkedId);
      this.#parts.onOutcome({ call, outcome, ...(endpoint === undefined ? {} : { endpoint }), at: this.#parts.clock.now() });
    });
    this.#routed.set(call.linkedId, routed);
  }

  #warn(code: AsteriskWarning['code'], message: string, cause?: unknown): void {
    this.#parts.onWarning({ code, message, ...(cause === undefined ? {} : { cause }) });
  }
}

/** Whether Asterisk named the channel itself: `pbx-1795378381.12`. Ids of ours never hold a dot behind so long a number. */
function isAsterisksOwn(channelId: string): boolean {
  return /(?:^|-)\d{9,}\.\d+$/.test(channelId);
}

/** The number in what Asterisk calls a caller id: `0671234567`, `"Name" <0671234567>`; `undefined` where it is withheld. */
function numberIn(callerId: string): string | undefined {
  const number = /<([^>]*)>\s*$/.exec(callerId)?.[1] ?? callerId;
  // `anonymous`, `Restricted` and their like.
  return /\d/.test(number) ? number.trim() : undefined;
}

function callerOf(channel: unknown): { readonly callerNumber?: string; readonly extension?: string } {
  if (!isObject(channel)) return {};
  const number = isObject(channel['caller']) ? channel['caller']['number'] : undefined;
  const extension = isObject(channel['dialplan']) ? channel['dialplan']['exten'] : undefined;
  return { ...(typeof number === 'string' ? { callerNumber: number } : {}), ...(typeof extension === 'string' ? { extension } : {}) };
}

/** What the dialplan gave to `Stasis(application,column,line)`. */
function argumentsOf(channel: unknown): readonly string[] {
  const data = isObject(channel) && isObject(channel['dialplan']) ? channel['dialplan']['app_data'] : undefined;
  return typeof data === 'string' ? data.split(',').slice(1) : [];
}
