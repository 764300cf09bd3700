import { isIP } from 'node:net';
import type { Address } from './address.ts';

/** What may always connect unless `allow` is written: this machine. */
export const LOOPBACK_BLOCKS: readonly string[] = ['127.0.0.0/8', '::1'];

/** Whether an entry is an IP address or a CIDR block. */
export function isAllowEntry(entry: string): boolean {
  const [address, prefix, ...rest] = entry.split('/');
  if (address === undefined || rest.length > 0 || address.includes('%')) return false;
  const family = isIP(address);
  if (family === 0) return false;
  return prefix === undefined || (/^(?:0|[1-9][0-9]{0,2})$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

/** The allow list of a column that has none of its own: loopback, the hosts of its peers that are addresses, its workstations. */
export function defaultAllowList(column: {
  readonly navigator: Address;
  readonly status: Address;
  readonly operators: Readonly<Record<string, string>>;
}): readonly string[] {
  const hosts = [column.navigator.host, column.status.host, ...Object.keys(column.operators)];
  return [...new Set([...LOOPBACK_BLOCKS, ...hosts.filter((host) => isIP(host) !== 0 && !host.startsWith('127.'))])];
}
