import { isIP } from 'node:net';

/** A TCP address; IPv6 hosts without brackets, names in lower case. */
export interface Address {
  readonly host: string;
  /** 0–65535; 0 lets the system choose, for listeners only. */
  readonly port: number;
}

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?)*\.?$/;
const DOTTED_DIGITS = /^[0-9.]+$/;

/** Reads `HOST:PORT` or `[IPV6]:PORT`; undefined when it is neither. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):([0-9]{1,5})$/.exec(text.trim());
  if (match === null) return undefined;
  const [, bracketed, plain, digits] = match;
  const port = Number(digits);
  if (port > 65_535) return undefined;
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? { host: bracketed.toLowerCase(), port } : undefined;
  const host = (plain ?? '').toLowerCase();
  if (isIP(host) === 4) return { host, port };
  // 127.1 and 300.0.0.1 would be looked up as names: what is written in digits has to be an address.
  return HOST_NAME.test(host) && !DOTTED_DIGITS.test(host) ? { host, port } : undefined;
}

/** Writes an address the way the file has it: `127.0.0.1:6301`, `[::1]:6301`. */
export function formatAddress(address: Address): string {
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}

/** Whether a host can only be this machine: `127.0.0.0/8`, `::1` or `localhost`. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return (
    bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.')) || /^::ffff:127\.\d+\.\d+\.\d+$/.test(bare)
  );
}

/** Whether a host stands for every address of the machine. */
export function isUnspecifiedHost(host: string): boolean {
  return host === '0.0.0.0' || (isIP(host) === 6 && /^[0:]+$/.test(host)) || /^::ffff:0\.0\.0\.0$/.test(host);
}
