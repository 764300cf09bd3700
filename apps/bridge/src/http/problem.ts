import { STATUS_CODES } from 'node:http';

/** What went wrong, as RFC 9457 wants it told: thrown by a route, written by the server. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  /** A literal that programs match. */
  readonly code: string;
  /** Members besides the standard ones. */
  readonly extra: Readonly<Record<string, unknown>>;

  /** `detail` says what failed and what to do, in one or two English sentences. */
  constructor(status: number, code: string, detail: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.extra = extra;
  }

  /** The document, for `application/problem+json`. */
  toDocument(): Record<string, unknown> {
    const { status, code, message: detail, extra } = this;
    return { ...extra, type: `urn:taxinav:problem:${code}`, title: STATUS_CODES[status] ?? 'Error', status, detail, code };
  }
}
