import type { Clock } from '../clock.ts';
import { startTimer } from '../timer.ts';
import type { AriClient } from './ari-client.ts';
import { isAriError } from './ari-error.ts';
import type { AriEvent } from './ari-events.ts';

/** The event that an application is sent by ourselves. */
const EVENT_NAME = 'TaxinavHearing';
/** How long its echo may take once Asterisk has taken it, milliseconds. */
const ECHO_MS = 5_000;

/** What {@link Hearing} needs. */
export interface HearingParts {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly application: string;
  readonly client: Pick<AriClient, 'tellApplication'>;
}

/**
 * Whether what happens in an application comes over our websocket. An open one that answers pings may be deaf: Asterisk gives the application
 * to the handshake it carried out last, and takes it away when that one ends, without a word to the other. So the application is sent an
 * event of our own, which must come back.
 */
export class Hearing {
  readonly #parts: HearingParts;
  #serial = 0;
  /** By nonce: a slow Asterisk may be asked again before the last echo has come. */
  readonly #asked = new Map<string, () => void>();
  #heard = false;

  constructor(parts: HearingParts) {
    this.#parts = parts;
  }

  /** Notes an event of the websocket; true when it is one of these, and nobody else's business. */
  notes(event: AriEvent): boolean {
    this.#heard = true;
    if (event.type !== 'ChannelUserevent' || event.eventName !== EVENT_NAME) return false;
    this.#asked.get(event.fields['nonce'] ?? '')?.();
    return true;
  }

  /** Whether anything was heard since this was asked last. */
  heardSince(): boolean {
    const heard = this.#heard;
    this.#heard = false;
    return heard;
  }

  /** Whether the echo came in time. @throws AriError when the application could not be asked */
  async isWhole(): Promise<boolean> {
    const { clock, random, application, client } = this.#parts;
    this.#serial += 1;
    const nonce = `${Math.trunc(random() * 2 ** 48).toString(36)}-${this.#serial}`;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#asked.set(nonce, () => resolve(true));
    let callOff = (): void => {};
    try {
      await client.tellApplication(application, EVENT_NAME, { nonce });
      callOff = startTimer(clock, ECHO_MS, () => resolve(false));
      return await promise;
    } catch (cause) {
      // Nobody has the application, not even we.
      if (isAriError(cause, 'ARI_NOT_FOUND')) return false;
      throw cause;
    } finally {
      callOff();
      this.#asked.delete(nonce);
    }
  }
}
