import type { Buffer } from 'node:buffer';
import type { ByteSource } from './byte-source.ts';
import { brokenCapture, MOST_PACKET_BYTES, type Packet } from './packet.ts';

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const OPTION_TIME_RESOLUTION = 9;
const OPTION_TIME_OFFSET = 14;
/** Interfaces of one section; a capture has a handful. */
export const MOST_INTERFACES = 1024;

/** What a Date can hold. */
const MOST_TIME_MS = 8.64e15;

/** What is known of the interface that a packet was captured on. */
interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  /** Units of its clock in a millisecond. */
  readonly perMs: number;
  readonly offsetMs: number;
}

/** Whether these are the first bytes of a capture in the pcapng format. */
export function isPcapng(start: Buffer): boolean {
  return start.length >= 12 && start.readUInt32BE(0) === SECTION_HEADER && isLittle(start, 8) !== undefined;
}

/** The packets of a pcapng capture: sections of either byte order, enhanced and simple packets; other blocks are passed over. @throws CliError `failed` for a broken one. */
export async function* readPcapng(source: ByteSource): AsyncGenerator<Packet, void, undefined> {
  let little = false;
  let interfaces: Interface[] = [];
  let last = 0;
  for (;;) {
    const start = source.offset;
    const head = await source.peek(12);
    if (head.length === 0) return;
    if (head.length < 12) throw brokenCapture(start, `a block has at least 12 bytes, here are ${head.length}`);
    if (head.readUInt32BE(0) === SECTION_HEADER) {
      const order = isLittle(head, 8);
      if (order === undefined) throw brokenCapture(start + 8, 'a section without a byte-order mark');
      little = order;
      interfaces = [];
    }
    const block = await takeBlock(source, head, little);
    const field = new Fields(block, little, start);
    switch (field.u32(0)) {
      case INTERFACE_DESCRIPTION:
        if (interfaces.length >= MOST_INTERFACES) throw brokenCapture(start, `more than ${MOST_INTERFACES} interfaces`);
        interfaces.push(readInterface(field));
        break;
      case ENHANCED_PACKET: {
        const from = interfaces[field.u32(8)];
        if (from === undefined) throw brokenCapture(start + 8, `a packet of interface ${field.u32(8)}, which was not described`);
        last = (field.u32(12) * 2 ** 32 + field.u32(16)) / from.perMs + from.offsetMs;
        if (Math.abs(last) > MOST_TIME_MS) throw brokenCapture(start + 12, 'the time of a packet is beyond every calendar');
        yield { at: last, linkType: from.linkType, bytes: field.packet(28, field.u32(20)) };
        break;
      }
      case SIMPLE_PACKET: {
        const [from] = interfaces;
        if (from === undefined) throw brokenCapture(start, 'a packet before the description of its interface');
        const there = block.length - 16;
        const length = Math.min(field.u32(8), from.snapLength === 0 ? there : from.snapLength);
        if (Math.abs(last) > MOST_TIME_MS) throw brokenCapture(start + 12, 'the time of a packet is beyond every calendar');
        yield { at: last, linkType: from.linkType, bytes: field.packet(12, length) };
        break;
      }
      default:
    }
  }
}

function isLittle(head: Buffer, at: number): boolean | undefined {
  const mark = head.readUInt32BE(at);
  if (mark === 0x1a2b3c4d) return false;
  return mark === 0x4d3c2b1a ? true : undefined;
}

/** One whole block, whose length must be there twice. */
async function takeBlock(source: ByteSource, head: Buffer, little: boolean): Promise<Buffer> {
  const start = source.offset;
  const length = little ? head.readUInt32LE(4) : head.readUInt32BE(4);
  if (length < 12 || length % 4 !== 0 || length > MOST_PACKET_BYTES)
    throw brokenCapture(start + 4, `a block of ${length} bytes; expected a multiple of 4 from 12 to ${MOST_PACKET_BYTES}`);
  const block = await source.take(length);
  if (block.length < length) throw brokenCapture(start, `a block of ${length} bytes, of which ${block.length} are there`);
  const again = little ? block.readUInt32LE(length - 4) : block.readUInt32BE(length - 4);
  if (again !== length) throw brokenCapture(start + length - 4, `a block of ${length} bytes that ends as one of ${again}`);
  return block;
}

/** Reads numbers of one block, and says where it is broken. */
class Fields {
  readonly #block: Buffer;
  readonly #little: boolean;
  readonly #start: number;

  constructor(block: Buffer, little: boolean, start: number) {
    this.#block = block;
    this.#little = little;
    this.#start = start;
  }

  /** Where the block's own fields end. */
  get end(): number {
    return this.#block.length - 4;
  }

  u8(at: number): number {
    return this.#within(at, 1).readUInt8(at);
  }

  u16(at: number): number {
    const block = this.#within(at, 2);
    return this.#little ? block.readUInt16LE(at) : block.readUInt16BE(at);
  }

  u32(at: number): number {
    const block = this.#within(at, 4);
    return this.#little ? block.readUInt32LE(at) : block.readUInt32BE(at);
  }

  i64(at: number): number {
    const block = this.#within(at, 8);
    return Number(this.#little ? block.readBigInt64LE(at) : block.readBigInt64BE(at));
  }

  packet(at: number, length: number): Buffer {
    return this.#within(at, length).subarray(at, at + length);
  }

  #within(at: number, length: number): Buffer {
    // The block's own type and length stand before byte 12 and always are there.
    if (at + length > this.end && at >= 8)
      throw brokenCapture(this.#start + at, `${length} bytes are expected in a block that ends ${Math.max(this.end - at, 0)} bytes on`);
    return this.#block;
  }
}

function readInterface(field: Fields): Interface {
  const linkType = field.u16(8);
  const snapLength = field.u32(12);
  let perMs = 1000;
  let offsetMs = 0;
  for (let at = 16; at + 4 <= field.end;) {
    const [code, length] = [field.u16(at), field.u16(at + 2)];
    if (code === 0) break;
    if (code === OPTION_TIME_RESOLUTION && length === 1) {
      const resolution = field.u8(at + 4);
      perMs = (resolution >= 0x80 ? 2 ** (resolution - 0x80) : 10 ** resolution) / 1000;
    }
    if (code === OPTION_TIME_OFFSET && length === 8) offsetMs = field.i64(at + 4) * 1000;
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return { linkType, snapLength, perMs, offsetMs };
}
