import { BlockList, isIP, isIPv4 } from 'node:net';
import { TransportError } from './errors.ts';

const MAPPED_DOTTED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;
const MAPPED_HEX = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/**
 * The one spelling of an address that this package reports and compares: an IPv4 address mapped into IPv6 becomes
 * IPv4, a zone (`%eth0`) is left out, IPv6 is compressed and in lower case.
 */
export function normalAddress(address: string): string {
  if (isIPv4(address) || address === '::1') return address;
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

function invalid(option: string, entry: string, expected: string): TransportError {
  return new TransportError(
    'TRANSPORT_ALLOW_INVALID',
    `${option}: ${JSON.stringify(entry.slice(0, 64))} ${expected}; write an IP address or a CIDR block, such as 192.168.1.21 or 192.168.1.0/24`,
  );
}

interface Block {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

function parsed(option: string, entry: string): Block {
  const [written = '', prefix, ...rest] = entry.trim().split('/');
  const version = isIP(written);
  if (version === 0) {
    const isName = /[a-z]/i.test(written) && !written.includes(':');
    throw invalid(option, entry, isName ? 'is a host name, which is not looked up here' : 'is no IP address');
  }
  const bits = version === 4 ? 32 : 128;
  if (rest.length > 0 || (prefix !== undefined && !(/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits))) {
    throw invalid(option, entry, `has no prefix length from 0 to ${bits}`);
  }
  const address = normalAddress(written);
  const length = prefix === undefined ? bits : Number(prefix);
  if (version === 4) return { address, prefix: length, family: 'ipv4' };
  if (!isIPv4(address)) return { address, prefix: length, family: 'ipv6' };
  if (length < 96) throw invalid(option, entry, 'covers every IPv4 address mapped into IPv6: use 0.0.0.0/0 if that is meant');
  return { address, prefix: length - 96, family: 'ipv4' };
}

/** Addresses and CIDR blocks that may connect. */
export class AddressList {
  readonly #entries: readonly Block[];
  /** Made for the first question: a company may have thousands of ports that nobody has yet connected to. */
  #blocks: BlockList | undefined;

  /**
   * @param entries - IPv4 or IPv6 addresses or CIDR blocks; an empty list covers nobody.
   * @param option - the option they were given in, for the error.
   * @throws TransportError `TRANSPORT_ALLOW_INVALID`, naming the entry.
   */
  constructor(entries: readonly string[], option = 'allow') {
    this.#entries = entries.map((entry) => parsed(option, entry));
  }

  /** Whether `address` may connect; one that is no IP address may not. */
  covers(address: string): boolean {
    const normal = normalAddress(address);
    const version = isIP(normal);
    if (version === 0) return false;
    this.#blocks ??= this.#made();
    return this.#blocks.check(normal, version === 4 ? 'ipv4' : 'ipv6');
  }

  #made(): BlockList {
    const blocks = new BlockList();
    for (const { address, prefix, family } of this.#entries) blocks.addSubnet(address, prefix, family);
    return blocks;
  }
}
