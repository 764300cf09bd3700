import { isIP } from 'node:net';
import type { Address } from '@taxinav/bridge-contract';

// The contract reads addresses too, but behind its schemas, which take longer to load than all of `send` or `decode`.

/** Reads `HOST:PORT` or `[IPV6]:PORT` exactly as the bridge's configuration does; undefined when it is neither. */
export function parseHostPort(text: string): Address | undefined {
  const [, bracketed, plain = '', digits] = /^(?:\[([^\]]*)\]|([^:[\]]*)):([0-9]{1,5})$/.exec(text.trim()) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) return undefined;
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? { host: bracketed.toLowerCase(), port } : undefined;
  const host = plain.toLowerCase();
  if (isIP(host) === 4) return { host, port };
  // 127.1 would be looked up as a name: what is written in digits has to be an address.
  return isHostName(host) && !/^[0-9.]+$/.test(host) ? { host, port } : undefined;
}

/** Writes an address the way it is read. */
export function formatHostPort({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function isHostName(host: string): boolean {
  const labels = host.replace(/\.$/, '').split('.');
  return host.length <= 253 && labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?$/.test(label));
}
