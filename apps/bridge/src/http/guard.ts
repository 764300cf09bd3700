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

/** Decides who may ask. Host and Origin are checked on loopback too: no web page may reach the port through a browser. */
export class Guard {
  readonly #hosts: ReadonlySet<string>;
  readonly #tokens: readonly { readonly digest: Buffer; readonly caller: Caller }[];

  /** `bound` is the address in use, which has a port also where 0 was asked for. */
  constructor(configuration: HttpConfiguration, bound: Address) {
    const { port } = bound;
    const loopback = isLoopbackHost(configuration.listen.host) ? ['localhost', '127.0.0.1', '::1'] : [];
    const own = [configuration.listen.host, ...loopback].map((host) => formatAddress({ host, port }));
    const others = configuration.hosts.flatMap((host) => (/:\d+$/.test(host) ? [host] : [host, `${host}:${port}`]));
    this.#hosts = new Set([...own, ...others]);
    this.#tokens = configuration.tokens.map(({ token = '', name, role, seesNumbers }) => ({
      digest: digest(token),
      caller: { name, role, seesNumbers },
    }));
  }

  /** Refuses requests that were made for another server, or by a page of one. */
  checkOrigin(headers: IncomingHttpHeaders): void {
    if (!this.#hosts.has((headers.host ?? '').toLowerCase()))
      throw new Problem('host-not-allowed', 'This port does not answer for that host. Add it to http.hosts if it should.');
    if (headers.origin !== undefined && !this.#hosts.has(hostOf(headers.origin)))
      throw new Problem('origin-not-allowed', 'Requests from pages of another server are refused.');
  }

  /** Who asks. Without configured tokens, which is only possible on loopback, everybody may. */
  identify(headers: IncomingHttpHeaders): Caller {
    if (this.#tokens.length === 0) return LOCAL;
    const [scheme = '', token = ''] = (headers.authorization ?? '').split(' ');
    const presented = digest(token);
    // Every token is compared, so that the time taken tells nothing.
    const [known] = this.#tokens.filter((each) => timingSafeEqual(each.digest, presented));
    // The configuration refuses a token without characters; here nobody who sends none is anybody, all the same.
    if (scheme.toLowerCase() === 'bearer' && token !== '' && known !== undefined) return known.caller;
    throw new Problem('unauthorized', 'Send a token of http.tokens as "Authorization: Bearer TOKEN".');
  }
}

/** Refuses a caller whose role is below `role`. */
export function requireRole(caller: Caller, role: HttpRole): void {
  if (RANK[caller.role] < RANK[role]) throw new Problem('forbidden', `This needs the role ${role}; the token has ${caller.role}.`);
}

function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host.toLowerCase() : '';
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
