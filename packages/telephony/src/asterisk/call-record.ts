import type { Announcement, AnnouncementKeys, CallTarget } from '../pbx.ts';
import { checkAnnounceRequest, checkJoinRequest } from '../requests.ts';
import type { Errand } from '../errand.ts';
import { isObject } from './ari-events.ts';

/** The channel variable that tells a later process what a call is for; on both legs. */
export const RECORD_VARIABLE = 'TAXINAV_CALL';
/** The channel variable that counts what was said to the first leg; set when the playback was accepted. */
export const SAID_VARIABLE = 'TAXINAV_SAID';

/**
 * What a call is for, as a channel variable keeps it: base64url of JSON, so that no dialplan trips over it. Texts are left
 * out; phone numbers and the paths of prepared sounds are in it, since Asterisk has both anyway.
 */
export function writeCallRecord({ errand, request }: Errand): string {
  const record =
    errand === 'announce'
      ? { errand, target: request.target, announcement: withoutText(request.announcement), keys: request.keys }
      : {
          errand,
          first: request.first,
          second: request.second,
          maximumMinutes: request.maximumMinutes,
          apology: request.apology === undefined ? undefined : withoutText(request.apology),
        };
  return Buffer.from(JSON.stringify(record)).toString('base64url');
}

/** Reads what {@link writeCallRecord} wrote; `undefined` when it is none, or asks for what no driver would do. */
export function readCallRecord(callId: string, written: string): Errand | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(written, 'base64url').toString('utf8'));
    if (!isObject(json)) return undefined;
    return json['errand'] === 'announce' ? announceErrand(callId, json) : joinErrand(callId, json);
  } catch {
    return undefined;
  }
}

type Json = Readonly<Record<string, unknown>>;

function announceErrand(callId: string, json: Json): Errand | undefined {
  const target = readTarget(json['target']);
  const announcement = readAnnouncement(json['announcement']);
  if (target === undefined || announcement === undefined) return undefined;
  const keys = readKeys(json['keys']);
  const request = { callId, target, announcement, ...(keys === undefined ? {} : { keys }) };
  checkAnnounceRequest(request);
  return { errand: 'announce', request };
}

function joinErrand(callId: string, json: Json): Errand | undefined {
  const { errand, maximumMinutes } = json;
  const first = readTarget(json['first']);
  const second = readTarget(json['second']);
  if ((errand !== 'connect' && errand !== 'conference') || first === undefined || second === undefined) return undefined;
  const apology = readAnnouncement(json['apology']);
  const request = {
    callId,
    first,
    second,
    ...(typeof maximumMinutes === 'number' ? { maximumMinutes } : {}),
    ...(apology === undefined ? {} : { apology }),
  };
  checkJoinRequest(request);
  return { errand, request };
}

function readTarget(json: unknown): CallTarget | undefined {
  if (!isObject(json)) return undefined;
  const { endpoint, callerId, ringSeconds, progress, autoAnswer } = json;
  if (typeof endpoint !== 'string') return undefined;
  return {
    endpoint,
    ...(typeof callerId === 'string' ? { callerId } : {}),
    ...(typeof ringSeconds === 'number' ? { ringSeconds } : {}),
    ...(progress === 'ringing' || progress === 'announcement' ? { progress } : {}),
    ...(typeof autoAnswer === 'string' ? { autoAnswer } : {}),
  };
}

function readAnnouncement(json: unknown): Announcement | undefined {
  if (!isObject(json)) return undefined;
  const { audio, readings } = json;
  const path = isObject(audio) ? audio['path'] : undefined;
  const durationMs = isObject(audio) ? audio['durationMs'] : undefined;
  return {
    text: '',
    ...(typeof path === 'string' && typeof durationMs === 'number' ? { audio: { path, durationMs } } : {}),
    ...(typeof readings === 'number' ? { readings } : {}),
  };
}

function readKeys(json: unknown): AnnouncementKeys | undefined {
  if (!isObject(json)) return undefined;
  const { repeat, operator } = json;
  const digit = isObject(operator) ? operator['digit'] : undefined;
  const target = isObject(operator) ? readTarget(operator['target']) : undefined;
  return {
    ...(typeof repeat === 'string' ? { repeat } : {}),
    ...(typeof digit === 'string' && target !== undefined ? { operator: { digit, target } } : {}),
  };
}

function withoutText({ audio, readings }: Announcement): Omit<Announcement, 'text'> {
  return { ...(audio === undefined ? {} : { audio }), ...(readings === undefined ? {} : { readings }) };
}
