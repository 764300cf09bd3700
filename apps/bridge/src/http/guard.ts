import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { formatAddress, isLoopbackHost, type Address, type HttpConfiguration, type HttpRole } from '@taxinav/bridge-contract';
import { Problem } from './problem.ts';

/** Who asks, and what he may. */
export interface Caller {
  readonly name: string;
  readonly role: HttpRole;
  /** Whether phone numbers are shown in full. */
  readonly seesNumbers: boolean;
}

/** Whoever reaches a loopback port without tokens: he may do everything, but numbers stay masked. */
const LOCAL: Caller = { name: 'local', role: 'admin', seesNumbers: false };

const RANK = { viewer: 0, operator: 1, admin: 2 } as const satisfies Record<HttpRole, number>;

/** Decides who may ask. Host and Origin are checked on loopback too: a web page must not reach the port through a browser. */
export class Guard {
  readonly #hosts: ReadonlySet<string>;
  readonly #tokens: readonly { readonly digest: Buffer; readonly caller: Caller }[];

  constructor(configuration: HttpConfiguration, bound: Address) {
    const { port } = bound;
    const names = isLoopbackHost(configuration.listen.host) ? ['localhost', '127.0.0.1', '::1', configuration.listen.host] : [configuration.listen.host];
    this.#hosts = new Set([
      ...names.map((host) => formatAddress({ host, port })),
      ...configuration.hosts.flatMap((host) => (/:\d+$/.test(host) ? [host] : [host, `${host}:${port}`])),
    ]);
    this.#tokens = configuration.tokens.map(({ token = '', name, role, seesNumbers }) => ({ digest: digest(token), caller: { name, role, seesNumbers } }));
  }

  /** Refuses requests that were made for another host, or by a page of another origin. */
  checkOrigin(headers: IncomingHttpHeaders): void {
    const host = (headers.host ?? '').toLowerCase();
    if (!this.#hosts.has(host)) throw new Problem(421, 'host-unknown', 'This port does not answer for that host. Add it to http.hosts if it should.');
    const { origin } = headers;
    if (origin === undefined) return;
    let from: string;
    try {
      from = new URL(origin).host.toLowerCase();
    } catch {
      from = '';
    }
    if (!this.#hosts.has(from)) throw new Problem(403, 'origin-refused', 'Requests from pages of another origin are refused.');
  }

  /** Who asks. Without configured tokens (only possible on loopback) everybody may. */
  identify(headers: IncomingHttpHeaders): Caller {
    if (this.#tokens.length === 0) return LOCAL;
    const [scheme = '', token = ''] = (headers.authorization ?? '').split(' ');
    if (scheme.toLowerCase() === 'bearer') {
      const presented = digest(token);
      // Every token is compared, so that the time taken tells nothing.
      const found = this.#tokens.filter((known) => timingSafeEqual(known.digest, presented));
      if (found[0] !== undefined) return found[0].caller;
    }
    throw new Problem(401, 'token-needed', 'Send a token of http.tokens as "Authorization: Bearer TOKEN".');
  }

  /** Refuses a caller whose role is below `role`. */
  require(caller: Caller, role: HttpRole): void {
    if (RANK[caller.role] < RANK[role]) throw new Problem(403, 'role-too-low', `This needs the role ${role}; the token has ${caller.role}.`);
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
