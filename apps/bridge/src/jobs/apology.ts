import type { Announcement } from '@taxinav/telephony';
import type { Clock } from '@taxinav/transport';
import type { Speech } from '../dialling/speech.ts';
import type { Logger } from '../logging.ts';

/** A driver who waits for his call must not wait for a voice: sound that is not ready by then is used the next time. */
const WAIT_MS = 1_000;

/** What preparing the apology needs. */
export interface ApologyParts {
  readonly speech: Pick<Speech, 'prepare'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Aborts when the process stops. */
  readonly signal: AbortSignal;
}

/** What a driver is told when the passenger cannot be reached; undefined when there is nothing to say, or no sound of it in time. */
export async function prepareApology(text: string, { speech, clock, log, signal }: ApologyParts): Promise<Announcement | undefined> {
  if (text === '') return undefined;
  const ready = speech.prepare(text, signal).catch((error: unknown) => {
    if (!signal.aborted) log.error({ event: 'speech-failed', what: 'conference.apology', err: error }, 'the apology cannot be said');
    return undefined;
  });
  const inTime = new AbortController();
  const late = clock.sleep(WAIT_MS, inTime.signal).then(
    () => undefined,
    () => undefined,
  );
  const announcement = await Promise.race([ready, late]);
  inTime.abort();
  return announcement === undefined || announcement.readings === 0 ? undefined : { ...announcement, readings: 1 };
}
