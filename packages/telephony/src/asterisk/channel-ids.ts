import type { CallId, Leg } from '../pbx.ts';

const SUFFIXES = { first: '-1', second: '-2' } as const satisfies Record<Leg, string>;

/**
 * The id that a call's leg is given as a channel. No such id begins another call's: Asterisk refuses a new id that a live one begins with,
 * in whatever case, so that `…-1` could not be called while `…-14` lives.
 */
export function channelIdOf(callId: CallId, leg: Leg): string {
  return callId + SUFFIXES[leg];
}

/** The call that a channel id of ours belongs to, the far half of a Local channel's included; undefined for any other form. */
export function callIdOfChannel(channelId: string): CallId | undefined {
  return /^([A-Za-z0-9-]{1,120})-[12](?:;[12])?$/.exec(channelId)?.[1];
}
