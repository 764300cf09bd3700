import type { Buffer } from 'node:buffer';
import { ipPacketOf } from './link-layer.ts';
import type { Packet } from './packet.ts';

/** One TCP segment, as far as it was captured. */
export interface Segment {
  readonly at: number;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly sequence: number;
  /** What the sender has of the other side, where it says so. */
  readonly acknowledged: number | undefined;
  readonly syn: boolean;
  readonly fin: boolean;
  readonly reset: boolean;
  /** Bytes that were captured of it; fewer than {@link length} where the capture cut packets. */
  readonly payload: Buffer;
  /** Bytes that were sent. */
  readonly length: number;
}

/** An address and a port. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Why a packet holds no segment: it is of another kind, a fragment, of a link that is not known, or too short. */
export type Passed = 'not-tcp' | 'fragment' | 'unknown-link' | 'cut';

const TCP = 6;
/** Extension headers of IPv6 that may stand before TCP; all but the fragment's have their length in their second byte. */
const EXTENSIONS: ReadonlySet<number> = new Set([0, 43, 60, 135]);
const FRAGMENT = 44;

/** Finds the TCP segment of a packet, through link and IP. */
export function segmentOf({ at, linkType, bytes }: Packet): Segment | Passed {
  const ip = ipPacketOf(linkType, bytes);
  if (typeof ip === 'string') return ip;
  if (ip.length === 0) return 'cut';
  switch (ip.readUInt8(0) >> 4) {
    case 4:
      return ofIpv4(at, ip);
    case 6:
      return ofIpv6(at, ip);
    default:
      return 'not-tcp';
  }
}

function ofIpv4(at: number, ip: Buffer): Segment | Passed {
  const header = (ip.readUInt8(0) & 0x0f) * 4;
  if (ip.length < 20 || ip.length < header) return 'cut';
  if (header < 20) return 'not-tcp';
  if (ip.readUInt8(9) !== TCP) return 'not-tcp';
  if ((ip.readUInt16BE(6) & 0x3fff) !== 0) return 'fragment';
  // Captured before the network card has split it, a packet may have no length of its own.
  const total = ip.readUInt16BE(2) || ip.length;
  return tcp(at, ip.subarray(header), total - header, ipv4Text(ip, 12), ipv4Text(ip, 16));
}

function ofIpv6(at: number, ip: Buffer): Segment | Passed {
  if (ip.length < 40) return 'cut';
  const total = ip.readUInt16BE(4) === 0 ? ip.length : 40 + ip.readUInt16BE(4);
  let next = ip.readUInt8(6);
  let header = 40;
  for (;;) {
    if (next === TCP) return tcp(at, ip.subarray(header), total - header, ipv6Text(ip, 8), ipv6Text(ip, 24));
    if (next !== FRAGMENT && !EXTENSIONS.has(next)) return 'not-tcp';
    if (ip.length < header + 8) return 'cut';
    if (next === FRAGMENT && (ip.readUInt16BE(header + 2) & 0xfff9) !== 0) return 'fragment';
    const length = next === FRAGMENT ? 8 : 8 + ip.readUInt8(header + 1) * 8;
    next = ip.readUInt8(header);
    header += length;
  }
}

function tcp(at: number, bytes: Buffer, length: number, from: string, to: string): Segment | Passed {
  if (bytes.length < 20) return 'cut';
  const header = (bytes.readUInt8(12) >> 4) * 4;
  if (header < 20 || length < header) return 'cut';
  const flags = bytes.readUInt8(13);
  return {
    at,
    from: { host: from, port: bytes.readUInt16BE(0) },
    to: { host: to, port: bytes.readUInt16BE(2) },
    sequence: bytes.readUInt32BE(4),
    fin: (flags & 0x01) !== 0,
    syn: (flags & 0x02) !== 0,
    reset: (flags & 0x04) !== 0,
    acknowledged: (flags & 0x10) === 0 ? undefined : bytes.readUInt32BE(8),
    payload: bytes.subarray(Math.min(header, bytes.length), Math.min(length, bytes.length)),
    length: length - header,
  };
}

function ipv4Text(ip: Buffer, at: number): string {
  return [...ip.subarray(at, at + 4)].join('.');
}

/** The address in its short form. */
function ipv6Text(ip: Buffer, at: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => ip.readUInt16BE(at + 2 * index).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
