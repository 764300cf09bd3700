import { BlockList, isIP, isIPv4 } from 'node:net';
import { TransportError } from './errors.ts';

const MAPPED_DOTTED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;
const MAPPED_HEX = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/**
 * The one spelling of an address that this package reports and compares: an IPv4 address mapped into IPv6 becomes
 * IPv4, a zone (`%eth0`) is left out, IPv6 is compressed and in lower case.
 */
export function normalAddress(address: string): string {
  if (isIPv4(address)) return address;
  const dotted = MAPPED_DOTTED.exec(address)?.[1];
  if (dotted !== undefined && isIPv4(dotted)) return dotted;
  const bare = address.replace(/%.*$/, '');
  if (isIP(bare) !== 6) return address;
  const compressed = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const mapped = MAPPED_HEX.exec(compressed);
  if (mapped === null) return compressed;
  const high = Number.parseInt(mapped[1] ?? '', 16);
  const low = Number.parseInt(mapped[2] ?? '', 16);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

function invalid(entry: string, expected: string): TransportError {
  return new TransportError(
    'TRANSPORT_ALLOW_INVALID',
    `allow: ${JSON.stringify(entry.slice(0, 64))} ${expected}; write an IP address or a CIDR block, such as 192.168.1.21 or 192.168.1.0/24`,
  );
}

/** Addresses and CIDR blocks that may connect. */
export class AddressList {
  readonly #blocks = new BlockList();

  /**
   * @param entries - IPv4 or IPv6 addresses or CIDR blocks; an empty list covers nobody.
   * @throws TransportError `TRANSPORT_ALLOW_INVALID`, naming the entry.
   */
  constructor(entries: readonly string[]) {
    for (const entry of entries) this.#add(entry);
  }

  /** Whether `address` may connect; one that is no IP address may not. */
  covers(address: string): boolean {
    const normal = normalAddress(address);
    const family = isIP(normal);
    return family !== 0 && this.#blocks.check(normal, family === 4 ? 'ipv4' : 'ipv6');
  }

  #add(entry: string): void {
    const [written = '', prefix, ...rest] = entry.trim().split('/');
    const family = isIP(written);
    if (family === 0) {
      throw invalid(
        entry,
        /[a-z]/i.test(written) && !written.includes(':') ? 'is a host name, which is not looked up here' : 'is no IP address',
      );
    }
    const bits = family === 4 ? 32 : 128;
    if (rest.length > 0 || (prefix !== undefined && !(/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits))) {
      throw invalid(entry, `has no prefix length from 0 to ${bits}`);
    }
    const address = normalAddress(written);
    const length = prefix === undefined ? bits : Number(prefix);
    if (family === 4) {
      this.#blocks.addSubnet(address, length, 'ipv4');
    } else if (isIPv4(address)) {
      if (length < 96) throw invalid(entry, 'covers every IPv4 address mapped into IPv6: use 0.0.0.0/0 if that is meant');
      this.#blocks.addSubnet(address, length - 96, 'ipv4');
    } else {
      this.#blocks.addSubnet(address, length, 'ipv6');
    }
  }
}
