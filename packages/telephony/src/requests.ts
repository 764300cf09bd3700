import type { Announcement, AnnouncementKeys, AnnounceRequest, CallId, CallTarget, JoinRequest } from './pbx.ts';

/**
 * Refuses an announcement that no driver could make.
 *
 * @throws RangeError naming the value
 */
export function checkAnnounceRequest(request: AnnounceRequest): void {
  checkCallId(request.callId);
  checkTarget('target', request.target);
  checkAnnouncement('announcement', request.announcement);
  if (request.keys !== undefined) checkKeys(request.keys);
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
  if (request.apology !== undefined) checkAnnouncement('apology', request.apology);
}

function checkAnnouncement(name: string, { audio, readings }: Announcement): void {
  if (audio !== undefined) checkBounds(`${name}.audio.durationMs`, audio.durationMs, 3_600_000);
  if (readings === undefined || (Number.isInteger(readings) && readings >= 0 && readings <= 100)) return;
  throw new RangeError(`${name}.readings: expected a whole number from 0 to 100, got ${readings}.`);
}

function checkKeys({ repeat, operator }: AnnouncementKeys): void {
  if (repeat !== undefined) checkKey('keys.repeat', repeat);
  if (operator === undefined) return;
  checkKey('keys.operator.digit', operator.digit);
  if (operator.digit === repeat) throw new RangeError(`keys: expected a key of its own for the operator, got ${repeat} for both.`);
  checkTarget('keys.operator.target', operator.target);
}

function checkKey(name: string, key: string): void {
  if (/^[0-9*#]$/.test(key)) return;
  throw new RangeError(`${name}: expected one of 0 to 9, * and #, got ${JSON.stringify(key.slice(0, 10))}.`);
}

function checkCallId(callId: CallId): void {
  if (/^[A-Za-z0-9-]{1,120}$/.test(callId)) return;
  throw new RangeError(`callId: expected 1 to 120 of A-Z, a-z, 0-9 and -, got ${JSON.stringify(callId.slice(0, 40))}.`);
}

function checkTarget(name: string, target: CallTarget): void {
  // An endpoint holds a phone number, so it is not repeated here.
  if (target.endpoint === '') throw new RangeError(`${name}.endpoint: expected what the PBX dials, such as PJSIP/100, got nothing.`);
  if (target.ringSeconds !== undefined) checkBounds(`${name}.ringSeconds`, target.ringSeconds, 3_600);
  if (target.autoAnswer !== undefined) checkAutoAnswer(name, target.endpoint, target.autoAnswer);
}

function checkAutoAnswer(name: string, endpoint: string, header: string): void {
  if (!endpoint.startsWith('PJSIP/')) throw new RangeError(`${name}.autoAnswer: expected only with an endpoint PJSIP/….`);
  if (/^[A-Za-z][A-Za-z0-9-]{0,63}: [\x20-\x7e]{1,200}$/.test(header)) return;
  throw new RangeError(`${name}.autoAnswer: expected a SIP header such as Call-Info: <sip:taxinav>;answer-after=0.`);
}

function checkBounds(name: string, value: number, most: number): void {
  if (value > 0 && value <= most) return;
  throw new RangeError(`${name}: expected a number above 0, at most ${most}, got ${value}.`);
}
