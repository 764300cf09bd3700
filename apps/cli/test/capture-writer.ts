import { Buffer } from 'node:buffer';

/** A packet to be written into a capture. */
export interface WrittenPacket {
  /** UTC milliseconds. */
  readonly at: number;
  readonly bytes: Buffer;
}

/** A number of so many bytes, in either byte order. */
function number(value: number, bytes: 2 | 4, little: boolean): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 2) void (little ? buffer.writeUInt16LE(value) : buffer.writeUInt16BE(value));
  else void (little ? buffer.writeUInt32LE(value) : buffer.writeUInt32BE(value));
  return buffer;
}

/** A classic capture. */
export function pcap(
  packets: readonly WrittenPacket[],
  { linkType = 1, little = true, nanoseconds = false }: { linkType?: number; little?: boolean; nanoseconds?: boolean } = {},
): Buffer {
  const u32 = (value: number): Buffer => number(value, 4, little);
  const u16 = (value: number): Buffer => number(value, 2, little);
  const perMs = nanoseconds ? 1_000_000 : 1000;
  return Buffer.concat([
    u32(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4),
    u16(2),
    u16(4),
    u32(0),
    u32(0),
    u32(262_144),
    u32(linkType),
    ...packets.flatMap(({ at, bytes }) => [
      u32(Math.floor(at / 1000)),
      u32((at % 1000) * perMs),
      u32(bytes.length),
      u32(bytes.length),
      bytes,
    ]),
  ]);
}

/** One section of a pcapng capture with one interface whose clock counts nanoseconds; `simple` packets have no time. */
export function pcapng(
  packets: readonly WrittenPacket[],
  { linkType = 1, little = true, simple = false }: { linkType?: number; little?: boolean; simple?: boolean } = {},
): Buffer {
  const u32 = (value: number): Buffer => number(value, 4, little);
  const u16 = (value: number): Buffer => number(value, 2, little);
  const block = (type: number, ...parts: readonly Buffer[]): Buffer => {
    const body = Buffer.concat(parts);
    const padding = Buffer.alloc((4 - (body.length % 4)) % 4);
    const length = u32(12 + body.length + padding.length);
    return Buffer.concat([u32(type), length, body, padding, length]);
  };
  const nothing = u32(0xffffffff);
  return Buffer.concat([
    block(0x0a0d0d0a, u32(0x1a2b3c4d), u16(1), u16(0), nothing, nothing),
    block(1, u16(linkType), u16(0), u32(0), u16(9), u16(1), Buffer.from([9, 0, 0, 0]), u16(0), u16(0)),
    // A block of another kind, as every writer has some.
    block(5, u32(0), u32(0), u32(0)),
    ...packets.map(({ at, bytes }) => {
      if (simple) return block(3, u32(bytes.length), bytes);
      const time = BigInt(at) * 1_000_000n;
      return block(6, u32(0), u32(Number(time >> 32n)), u32(Number(time & 0xffffffffn)), u32(bytes.length), u32(bytes.length), bytes);
    }),
  ]);
}

/** Flags of a segment, one letter each: S, A, F, R. */
type Flags = string;

/** The TCP segment with its IP header. */
export function segment(
  from: string,
  to: string,
  sequence: number,
  acknowledged: number,
  flags: Flags,
  payload: string | Uint8Array = '',
): Buffer {
  const data = Buffer.from(payload as string, 'utf8');
  const tcp = Buffer.alloc(20);
  tcp.writeUInt16BE(portOf(from), 0);
  tcp.writeUInt16BE(portOf(to), 2);
  tcp.writeUInt32BE(sequence >>> 0, 4);
  tcp.writeUInt32BE(acknowledged >>> 0, 8);
  tcp.writeUInt8(0x50, 12);
  tcp.writeUInt8(
    ['F', 'S', 'R', '.', 'A'].reduce((bits, letter, bit) => (flags.includes(letter) ? bits | (1 << bit) : bits), 0),
    13,
  );
  return ipPacket(from, to, 6, Buffer.concat([tcp, data]));
}

/** A packet of IPv4, or of IPv6 where the addresses are such. */
export function ipPacket(from: string, to: string, protocol: number, payload: Buffer, fragment = 0): Buffer {
  if (from.startsWith('[')) {
    const ip = Buffer.alloc(40);
    ip.writeUInt8(0x60, 0);
    ip.writeUInt16BE(payload.length, 4);
    ip.writeUInt8(protocol, 6);
    ipv6(from).copy(ip, 8);
    ipv6(to).copy(ip, 24);
    return Buffer.concat([ip, payload]);
  }
  const ip = Buffer.alloc(20);
  ip.writeUInt8(0x45, 0);
  ip.writeUInt16BE(20 + payload.length, 2);
  ip.writeUInt16BE(fragment, 6);
  ip.writeUInt8(protocol, 9);
  for (const [offset, address] of [
    [12, from],
    [16, to],
  ] as const)
    Buffer.from((address.split(':')[0] ?? '').split('.').map(Number)).copy(ip, offset);
  return Buffer.concat([ip, payload]);
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

/** Addresses of the tests are written out: eight groups. */
function ipv6(address: string): Buffer {
  const groups = address.slice(1, address.indexOf(']')).split(':');
  return Buffer.concat(groups.map((group) => number(Number.parseInt(group, 16), 2, false)));
}

/** An Ethernet frame, with VLAN tags if wanted; padded as short frames are. */
export function ethernet(ip: Buffer, vlans: readonly number[] = []): Buffer {
  const type = ip.readUInt8(0) >> 4 === 6 ? 0x86dd : 0x0800;
  const tags = vlans.map((tag) => Buffer.concat([number(0x8100, 2, false), number(tag, 2, false)]));
  const frame = Buffer.concat([Buffer.alloc(12), ...tags, number(type, 2, false), ip]);
  return Buffer.concat([frame, Buffer.alloc(Math.max(0, 60 - frame.length))]);
}

/** A TCP connection being written, packet by packet: each call is one segment, in the order in which it was sent. */
export class WrittenConnection {
  readonly packets: WrittenPacket[] = [];
  readonly #client: string;
  readonly #server: string;
  /** Next sequence numbers. */
  #sent: { client: number; server: number };
  #at: number;

  constructor(client: string, server: string, at: number, isn: { client: number; server: number } = { client: 1000, server: 0xfffffff0 }) {
    this.#client = client;
    this.#server = server;
    this.#at = at;
    this.#sent = { ...isn };
  }

  /** The three packets that open it. */
  open(): this {
    this.#packet('client', 'S');
    this.#sent.client += 1;
    this.#packet('server', 'SA');
    this.#sent.server += 1;
    return this.#packet('client', 'A');
  }

  /** One segment of data. */
  say(side: 'client' | 'server', payload: string | Uint8Array): this {
    this.#packet(side, 'A', payload);
    this.#sent[side] += Buffer.byteLength(payload);
    return this;
  }

  /** Data that was sent, and is not in the capture. */
  lose(side: 'client' | 'server', payload: string): this {
    this.#sent[side] += Buffer.byteLength(payload);
    return this;
  }

  /** An orderly end, first by this side. */
  close(first: 'client' | 'server' = 'client'): this {
    const second = first === 'client' ? 'server' : 'client';
    for (const side of [first, second] as const) {
      this.#packet(side, 'FA');
      this.#sent[side] += 1;
    }
    return this.#packet(first, 'A');
  }

  reset(side: 'client' | 'server'): this {
    return this.#packet(side, 'RA');
  }

  acknowledge(side: 'client' | 'server', laterMs = 1): this {
    this.#at += laterMs - 1;
    return this.#packet(side, 'A');
  }

  #packet(side: 'client' | 'server', flags: Flags, payload: string | Uint8Array = ''): this {
    const [from, to] = side === 'client' ? [this.#client, this.#server] : [this.#server, this.#client];
    const other = side === 'client' ? 'server' : 'client';
    const acknowledged = flags.includes('A') ? this.#sent[other] : 0;
    this.packets.push({ at: this.#at, bytes: segment(from, to, this.#sent[side], acknowledged, flags, payload) });
    this.#at += 1;
    return this;
  }
}

/** All of them as Ethernet frames. */
export function framed(packets: readonly WrittenPacket[], vlans: readonly number[] = []): WrittenPacket[] {
  return packets.map(({ at, bytes }) => ({ at, bytes: ethernet(bytes, vlans) }));
}
