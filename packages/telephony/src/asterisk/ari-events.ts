/** A channel as ARI describes it; only what is used. Source: ARI's model `Channel`. */
export interface AriChannel {
  readonly id: string;
  /** `PJSIP/trunk-00000012`. */
  readonly name: string;
  /** `Down`, `Ring`, `Ringing`, `Up`, …; `Unknown` when it is not said. */
  readonly state: string;
  /** The caller's number; absent when there is none. */
  readonly callerNumber?: string;
  readonly connectedNumber?: string;
  /** Where it is in the dialplan; for a call from a trunk the dialled line. */
  readonly context?: string;
  readonly extension?: string;
  /** When it was made, as Asterisk writes it: `2026-11-22T20:03:53.866+0000`. */
  readonly creationTime?: string;
}

/** What Asterisk tells a websocket, as far as this driver listens; told apart by `type`. */
export type AriEvent =
  /** `replacedId`: the channel whose place this one takes, at a transfer. */
  | { readonly type: 'StasisStart'; readonly channel: AriChannel; readonly args: readonly string[]; readonly replacedId?: string }
  | { readonly type: 'StasisEnd'; readonly channel: AriChannel }
  | { readonly type: 'ChannelCreated'; readonly channel: AriChannel }
  | { readonly type: 'ChannelStateChange'; readonly channel: AriChannel }
  /** `soft` where we asked for it; `techCause` is the SIP status where there is one. */
  | {
      readonly type: 'ChannelHangupRequest';
      readonly channel: AriChannel;
      readonly cause?: number;
      readonly techCause?: number;
      readonly soft: boolean;
    }
  | { readonly type: 'ChannelDestroyed'; readonly channel: AriChannel; readonly cause: number; readonly techCause?: number }
  | { readonly type: 'ChannelDtmfReceived'; readonly channel: AriChannel; readonly digit: string }
  | { readonly type: 'ChannelEnteredBridge'; readonly channel: AriChannel; readonly bridgeId: string }
  | { readonly type: 'ChannelLeftBridge'; readonly channel: AriChannel; readonly bridgeId: string }
  /** `dialStatus` is empty at first, then `RINGING`, `PROGRESS`, `ANSWER`, `BUSY`, …; no `caller` in an originate's. */
  | { readonly type: 'Dial'; readonly peer: AriChannel; readonly caller?: AriChannel; readonly dialStatus: string }
  | { readonly type: 'PlaybackFinished'; readonly playbackId: string; readonly state: string }
  | {
      readonly type: 'ChannelUserevent';
      readonly eventName: string;
      /** The event's own fields, with their names as the dialplan wrote them. */
      readonly fields: Readonly<Record<string, string>>;
      readonly channel?: AriChannel;
    }
  | { readonly type: 'ApplicationReplaced'; readonly application: string };

/** Types of Asterisk's events that this driver hears and has no use for. */
const OF_NO_USE = new Set([
  'ApplicationMoveFailed',
  'ApplicationRegistered',
  'ApplicationUnregistered',
  'BridgeAttendedTransfer',
  'BridgeBlindTransfer',
  'BridgeCreated',
  'BridgeDestroyed',
  'BridgeMerged',
  'BridgeVideoSourceChanged',
  'ChannelCallerId',
  'ChannelConnectedLine',
  'ChannelDialplan',
  'ChannelHold',
  'ChannelTalkingFinished',
  'ChannelTalkingStarted',
  'ChannelToneDetected',
  'ChannelTransfer',
  'ChannelUnhold',
  'ChannelVarset',
  'ContactInfo',
  'ContactStatusChange',
  'DeviceStateChanged',
  'EndpointStateChange',
  'Peer',
  'PeerStatusChange',
  'PlaybackContinuing',
  'PlaybackStarted',
  'RecordingFailed',
  'RecordingFinished',
  'RecordingStarted',
  'RESTResponse',
  'TextMessageReceived',
]);

/** An event, `ignored` where its type is known and of no use, or why it cannot be read. */
export type ReadEvent = { readonly event: AriEvent } | { readonly ignored: string } | { readonly unreadable: string };

/** Reads one frame of an ARI websocket; nothing in it is trusted, and it never throws. */
export function readAriEvent(text: string): ReadEvent {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { unreadable: 'not JSON' };
  }
  if (!isObject(json)) return { unreadable: 'not an object' };
  const type = json['type'];
  if (typeof type !== 'string') return { unreadable: 'no type' };
  if (OF_NO_USE.has(type)) return { ignored: type };
  const read = READERS[type];
  if (read === undefined) return { unreadable: `unknown type ${type.slice(0, 40).replaceAll(/[^A-Za-z]/g, '?')}` };
  const event = read(json);
  return event === undefined ? { unreadable: `${type} lacks a field or has a wrong one` } : { event };
}

type Json = Readonly<Record<string, unknown>>;

const READERS: Readonly<Record<string, (json: Json) => AriEvent | undefined>> = {
  __proto__: null as never,
  StasisStart: (json) =>
    withChannel(json, (channel) => {
      const replacedId = readAriChannel(json['replace_channel'])?.id;
      return { type: 'StasisStart', channel, args: stringsOf(json['args']), ...(replacedId === undefined ? {} : { replacedId }) };
    }),
  StasisEnd: (json) => withChannel(json, (channel) => ({ type: 'StasisEnd', channel })),
  ChannelCreated: (json) => withChannel(json, (channel) => ({ type: 'ChannelCreated', channel })),
  ChannelStateChange: (json) => withChannel(json, (channel) => ({ type: 'ChannelStateChange', channel })),
  ChannelHangupRequest: (json) =>
    withChannel(json, (channel) => ({
      type: 'ChannelHangupRequest',
      channel,
      soft: json['soft'] === true,
      ...numberField('cause', json['cause']),
      ...numberField('techCause', json['tech_cause']),
    })),
  ChannelDestroyed: (json) =>
    withChannel(json, (channel) => ({
      type: 'ChannelDestroyed',
      channel,
      cause: numberOf(json['cause']) ?? 0,
      ...numberField('techCause', json['tech_cause']),
    })),
  ChannelDtmfReceived: (json) =>
    withChannel(json, (channel) => {
      const digit = json['digit'];
      return typeof digit === 'string' && /^[0-9A-D*#]$/.test(digit) ? { type: 'ChannelDtmfReceived', channel, digit } : undefined;
    }),
  ChannelEnteredBridge: (json) => withChannelAndBridge(json, 'ChannelEnteredBridge'),
  ChannelLeftBridge: (json) => withChannelAndBridge(json, 'ChannelLeftBridge'),
  Dial: (json) => {
    const peer = readAriChannel(json['peer']);
    const caller = readAriChannel(json['caller']);
    const dialStatus = json['dialstatus'];
    if (peer === undefined || typeof dialStatus !== 'string') return undefined;
    return { type: 'Dial', peer, dialStatus, ...(caller === undefined ? {} : { caller }) };
  },
  PlaybackFinished: (json) => {
    const playback = json['playback'];
    if (!isObject(playback) || typeof playback['id'] !== 'string' || typeof playback['state'] !== 'string') return undefined;
    return { type: 'PlaybackFinished', playbackId: playback['id'], state: playback['state'] };
  },
  ChannelUserevent: (json) => {
    const eventName = json['eventname'];
    const userevent = json['userevent'];
    if (typeof eventName !== 'string') return undefined;
    const fields: Record<string, string> = {};
    for (const [name, value] of Object.entries(isObject(userevent) ? userevent : {})) {
      if (name !== 'eventname' && name !== '__proto__' && typeof value === 'string') fields[name] = value;
    }
    const channel = readAriChannel(json['channel']);
    return { type: 'ChannelUserevent', eventName, fields, ...(channel === undefined ? {} : { channel }) };
  },
  ApplicationReplaced: (json) => ({
    type: 'ApplicationReplaced',
    application: typeof json['application'] === 'string' ? json['application'] : '',
  }),
};

/** Reads ARI's model of a channel; `undefined` when it is none. */
export function readAriChannel(json: unknown): AriChannel | undefined {
  if (!isObject(json)) return undefined;
  const { id, name, state, caller, connected, dialplan, creationtime } = json;
  if (typeof id !== 'string' || id === '') return undefined;
  return {
    id,
    name: typeof name === 'string' ? name : '',
    state: typeof state === 'string' ? state : 'Unknown',
    ...textField('callerNumber', isObject(caller) ? caller['number'] : undefined),
    ...textField('connectedNumber', isObject(connected) ? connected['number'] : undefined),
    ...textField('context', isObject(dialplan) ? dialplan['context'] : undefined),
    ...textField('extension', isObject(dialplan) ? dialplan['exten'] : undefined),
    ...textField('creationTime', creationtime),
  };
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withChannel(json: Json, make: (channel: AriChannel) => AriEvent | undefined): AriEvent | undefined {
  const channel = readAriChannel(json['channel']);
  return channel === undefined ? undefined : make(channel);
}

function withChannelAndBridge(json: Json, type: 'ChannelEnteredBridge' | 'ChannelLeftBridge'): AriEvent | undefined {
  const bridge = json['bridge'];
  const bridgeId = isObject(bridge) ? bridge['id'] : undefined;
  return withChannel(json, (channel) => (typeof bridgeId === 'string' ? { type, channel, bridgeId } : undefined));
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

function numberField<Name extends string>(name: Name, value: unknown): { readonly [Key in Name]?: number } {
  const number = numberOf(value);
  return number === undefined ? {} : ({ [name]: number } as { readonly [Key in Name]?: number });
}

function textField<Name extends string>(name: Name, value: unknown): { readonly [Key in Name]?: string } {
  return typeof value === 'string' && value !== '' ? ({ [name]: value } as { readonly [Key in Name]?: string }) : {};
}
