import type { AnnounceRequest, CallId, CallTarget, JoinRequest } from './pbx.ts';

/**
 * Refuses an announcement that no driver could make.
 *
 * @throws RangeError naming the value
 */
export function checkAnnounceRequest(request: AnnounceRequest): void {
  checkCallId(request.callId);
  checkTarget('target', request.target);
  const { audio, readings } = request.announcement;
  if (audio !== undefined) checkBounds('announcement.audio.durationMs', audio.durationMs, 3_600_000);
  if (readings === undefined) return;
  if (!Number.isInteger(readings)) throw new RangeError(`announcement.readings: expected a whole number, got ${readings}.`);
  checkBounds('announcement.readings', readings, 100);
}

/**
 * Refuses a join that no driver could make.
 *
 * @throws RangeError naming the value
 */
export function checkJoinRequest(request: JoinRequest): void {
  checkCallId(request.callId);
  checkTarget('first', request.first);
  checkTarget('second', request.second);
  if (request.maximumMinutes !== undefined) checkBounds('maximumMinutes', request.maximumMinutes, 1_440);
}

function checkCallId(callId: CallId): void {
  if (/^[A-Za-z0-9-]{1,120}$/.test(callId)) return;
  throw new RangeError(`callId: expected 1 to 120 of A-Z, a-z, 0-9 and -, got ${JSON.stringify(callId.slice(0, 40))}.`);
}

function checkTarget(name: string, target: CallTarget): void {
  // An endpoint holds a phone number, so it is not repeated here.
  if (target.endpoint === '') throw new RangeError(`${name}.endpoint: expected what the PBX dials, such as PJSIP/100, got nothing.`);
  if (target.ringSeconds !== undefined) checkBounds(`${name}.ringSeconds`, target.ringSeconds, 3_600);
}

function checkBounds(name: string, value: number, most: number): void {
  if (value > 0 && value <= most) return;
  throw new RangeError(`${name}: expected a number above 0, at most ${most}, got ${value}.`);
}
