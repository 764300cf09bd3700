import type { CallId } from '../pbx.ts';
import type { Errand } from '../errand.ts';
import type { FoundCall } from './ari-call.ts';
import { isAriError } from './ari-error.ts';
import type { AriChannel } from './ari-events.ts';
import type { CallParts } from './call-parts.ts';
import { callIdOfChannel, channelIdOf } from './channel-ids.ts';
import { readCallRecord, RECORD_VARIABLE, SAID_VARIABLE } from './call-record.ts';

type Channels = ReadonlyMap<string, AriChannel>;

/**
 * A call of an earlier process as Asterisk has it; `undefined` when no channel of it is left, or when nothing tells what it
 * is for: then it is hung up.
 *
 * @throws AriError when Asterisk cannot be asked
 */
export async function findCall(
  parts: CallParts,
  callId: CallId,
  channels: Channels,
): Promise<{ readonly errand: Errand; readonly call: FoundCall } | undefined> {
  const first = channels.get(channelIdOf(callId, 'first'));
  const second = channels.get(channelIdOf(callId, 'second'));
  const channelId = (first ?? second)?.id;
  if (channelId === undefined) return undefined;
  const record = await variable(parts, channelId, RECORD_VARIABLE);
  const errand = record === undefined ? undefined : readCallRecord(callId, record);
  if (errand === undefined) {
    for (const channel of [first, second]) {
      if (channel !== undefined) await hangUpOrphan(parts, channel.id);
    }
    return undefined;
  }
  const said = first === undefined ? undefined : await variable(parts, first.id, SAID_VARIABLE);
  return {
    errand,
    call: { ...(first === undefined ? {} : { first }), ...(second === undefined ? {} : { second }), said: countOf(said) },
  };
}

/**
 * Hangs up the channels, and takes away the empty bridges, of calls of this installation that were settled long ago.
 *
 * @param isWanted whether a call is asked for or followed
 * @throws AriError when Asterisk cannot be asked
 */
export async function hangUpOrphans(
  parts: CallParts,
  channels: Channels,
  callIdPrefix: string,
  isWanted: (callId: CallId) => boolean,
): Promise<void> {
  const isOrphan = (callId: CallId): boolean => callId.startsWith(callIdPrefix) && !isWanted(callId);
  for (const channelId of channels.keys()) {
    const callId = callIdOfChannel(channelId);
    // The far half of a Local channel goes with its near one.
    if (callId !== undefined && isOrphan(callId) && !channelId.includes(';')) await hangUpOrphan(parts, channelId);
  }
  for (const bridge of await parts.client.bridges()) {
    if (!isOrphan(bridge.id)) continue;
    await ignoringAbsence(() => parts.client.destroyBridge(bridge.id));
  }
}

async function hangUpOrphan(parts: CallParts, channelId: string): Promise<void> {
  parts.warn({
    code: 'ORPHAN_HUNG_UP',
    message: `Channel ${channelId} belonged to no call any more and was hung up.`,
    callId: callIdOfChannel(channelId) ?? channelId,
  });
  await ignoringAbsence(() => parts.client.hangUp(channelId));
}

async function variable(parts: CallParts, channelId: string, name: string): Promise<string | undefined> {
  return ignoringAbsence(() => parts.client.variable(channelId, name));
}

/** What is gone, or never was, is no error. */
async function ignoringAbsence<Result>(ask: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isAriError(error, 'ARI_NOT_FOUND')) return undefined;
    throw error;
  }
}

function countOf(said: string | undefined): number {
  return said !== undefined && /^\d{1,3}$/.test(said) ? Number(said) : 0;
}
