import { LISTENING_MS, readingsThatFit, REPEATS_LIMIT, SILENCE_MS } from './announcement-timing.ts';
import type { Errand } from './errand.ts';
import type { Announcement, CallTarget, Leg } from './pbx.ts';

/** How long a set-up may take until the first ringing, milliseconds. */
export const SET_UP_MS = 15_000;
/** How long a phone may ring unless the target says otherwise, seconds. */
const RING_SECONDS = 25;
const MAXIMUM_MINUTES = { connect: 120, conference: 30 } as const;

/** How long a phone may ring, milliseconds. */
export function ringMsOf(target: CallTarget): number {
  return (target.ringSeconds ?? RING_SECONDS) * 1_000;
}

/** How long the phones of a call may talk: with the operator of a key as long as with that of a click. */
export function maximumMinutes({ errand, request }: Errand): number {
  return errand === 'announce' ? MAXIMUM_MINUTES.connect : (request.maximumMinutes ?? MAXIMUM_MINUTES[errand]);
}

/** Silence and one reading, milliseconds. */
export function onceMs(announcement: Announcement, charactersPerSecond: number): number {
  return SILENCE_MS + readingMs(announcement, charactersPerSecond);
}

/** Silence and all readings that fit, milliseconds. */
export function spokenMs(announcement: Announcement, charactersPerSecond: number): number {
  const reading = readingMs(announcement, charactersPerSecond);
  return SILENCE_MS + reading * readingsThatFit(announcement, reading);
}

/** How long a leg may be up at the longest, by what it was called for. Milliseconds. */
export function longestUpMs({ errand, request }: Errand, leg: Leg, charactersPerSecond: number): number {
  const talkMs = maximumMinutes({ errand, request } as Errand) * 60_000;
  if (leg === 'second') return talkMs;
  if (errand !== 'announce') {
    const apologyMs = request.apology === undefined ? 0 : spokenMs(request.apology, charactersPerSecond);
    return SET_UP_MS + ringMsOf(request.second) + talkMs + apologyMs;
  }
  const { announcement, keys } = request;
  const repeatsMs = keys?.repeat === undefined ? 0 : REPEATS_LIMIT * (onceMs(announcement, charactersPerSecond) + LISTENING_MS);
  const operatorMs = keys?.operator === undefined ? 0 : SET_UP_MS + ringMsOf(keys.operator.target) + talkMs;
  return spokenMs(announcement, charactersPerSecond) + LISTENING_MS + repeatsMs + operatorMs;
}

function readingMs({ audio, text }: Announcement, charactersPerSecond: number): number {
  return audio?.durationMs ?? (text.length / charactersPerSecond) * 1_000;
}
