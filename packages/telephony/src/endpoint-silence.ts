/**
 * Remembers over which endpoints a set-up went unanswered altogether, so that a driver can tell a silent phone from a
 * silent trunk: only the second silence in a row is trunk trouble. Source: [reading 40].
 *
 * An endpoint is told from another with its number left out: `PJSIP/0671234567@trunk` and `PJSIP/0501234567@trunk` are one.
 * Keeps `endpoints` of them at most; the one silent for the longest goes first.
 */
export class EndpointSilence {
  readonly #silent = new Set<string>();
  readonly #endpoints: number;

  /** @param endpoints how many silent endpoints are remembered at most; 1000 unless told */
  constructor(endpoints = 1000) {
    this.#endpoints = endpoints;
  }

  /** A provisional or final answer came over this endpoint. */
  heard(endpoint: string): void {
    this.#silent.delete(withoutNumber(endpoint));
  }

  /** A set-up over this endpoint timed out without any provisional answer. Returns whether it is the first in a row. */
  silent(endpoint: string): boolean {
    const key = withoutNumber(endpoint);
    if (this.#silent.has(key)) return false;
    this.#silent.add(key);
    if (this.#silent.size > this.#endpoints) {
      for (const oldest of this.#silent) {
        this.#silent.delete(oldest);
        break;
      }
    }
    return true;
  }
}

function withoutNumber(endpoint: string): string {
  return endpoint.replace(/\+?\d{9,}/, '{number}');
}
