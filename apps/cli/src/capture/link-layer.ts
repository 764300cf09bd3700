import type { Buffer } from 'node:buffer';

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
/** EtherTypes that a VLAN tag begins with. */
const VLAN: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);

/** The link types that are read, by their numbers in captures. */
const LINKS: Readonly<Record<number, (bytes: Buffer) => Buffer | 'not-tcp' | 'cut'>> = {
  0: loopback,
  1: (bytes) => afterType(bytes, 12),
  12: (bytes) => bytes,
  14: (bytes) => bytes,
  101: (bytes) => bytes,
  108: loopback,
  113: (bytes) => afterType(bytes, 14),
  228: (bytes) => bytes,
  229: (bytes) => bytes,
  // "Linux cooked" of the second kind begins with the type.
  276: (bytes) => (bytes.length < 20 ? 'cut' : ofType(bytes.readUInt16BE(0), bytes.subarray(20))),
};

/** The links that are read, in words. */
export const LINKS_READ = 'Ethernet, Linux cooked, raw IP and loopback';

/** The IP packet within a packet of a link. */
export function ipPacketOf(linkType: number, bytes: Buffer): Buffer | 'not-tcp' | 'cut' | 'unknown-link' {
  return LINKS[linkType]?.(bytes) ?? 'unknown-link';
}

function afterType(bytes: Buffer, at: number): Buffer | 'not-tcp' | 'cut' {
  return bytes.length < at + 2 ? 'cut' : ofType(bytes.readUInt16BE(at), bytes.subarray(at + 2));
}

/** What follows an EtherType, VLAN tags passed over. */
function ofType(first: number, after: Buffer): Buffer | 'not-tcp' | 'cut' {
  let [type, bytes] = [first, after];
  while (VLAN.has(type)) {
    if (bytes.length < 4) return 'cut';
    type = bytes.readUInt16BE(2);
    bytes = bytes.subarray(4);
  }
  return type === IPV4 || type === IPV6 ? bytes : 'not-tcp';
}

/** Four bytes name the family, in the byte order of the capturing machine; 24, 28 and 30 are IPv6 on the BSDs, 10 on Linux. */
function loopback(bytes: Buffer): Buffer | 'not-tcp' | 'cut' {
  if (bytes.length < 4) return 'cut';
  const family = Math.min(bytes.readUInt32BE(0), bytes.readUInt32LE(0));
  return [2, 10, 24, 28, 30].includes(family) ? bytes.subarray(4) : 'not-tcp';
}
