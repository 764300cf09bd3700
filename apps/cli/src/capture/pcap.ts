import type { Buffer } from 'node:buffer';
import type { ByteSource } from './byte-source.ts';
import { brokenCapture, MOST_PACKET_BYTES, type Packet } from './packet.ts';

/** Byte order and unit of the fractions of a second, by the first four bytes as a big-endian number. */
const MAGIC: ReadonlyMap<number, { readonly little: boolean; readonly perMs: number }> = new Map([
  [0xa1b2c3d4, { little: false, perMs: 1000 }],
  [0xd4c3b2a1, { little: true, perMs: 1000 }],
  [0xa1b23c4d, { little: false, perMs: 1_000_000 }],
  [0x4d3cb2a1, { little: true, perMs: 1_000_000 }],
]);
const FILE_HEADER = 24;
const PACKET_HEADER = 16;

/** Whether these are the first bytes of a capture in the classic format. */
export function isPcap(start: Buffer): boolean {
  return start.length >= 4 && MAGIC.has(start.readUInt32BE(0));
}

/** The packets of a classic capture, of either byte order, with micro- or nanoseconds. @throws CliError `failed` for a broken one. */
export async function* readPcap(source: ByteSource): AsyncGenerator<Packet, void, undefined> {
  const header = await source.take(FILE_HEADER);
  const order = header.length < 4 ? undefined : MAGIC.get(header.readUInt32BE(0));
  if (order === undefined || header.length < FILE_HEADER) throw brokenCapture(header.length, `a file header has ${FILE_HEADER} bytes`);
  const { little, perMs } = order;
  const number = (bytes: Buffer, at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  // The upper bits tell of a checksum at the end of each packet, which lies behind the IP packet and is never looked at.
  const linkType = number(header, 20) & 0xffff;
  for (;;) {
    const at = source.offset;
    const packet = await source.take(PACKET_HEADER);
    if (packet.length === 0) return;
    if (packet.length < PACKET_HEADER)
      throw brokenCapture(at, `the header of a packet has ${PACKET_HEADER} bytes, here are ${packet.length}`);
    const length = number(packet, 8);
    if (length > MOST_PACKET_BYTES) throw brokenCapture(at + 8, `a packet of ${length} bytes; expected at most ${MOST_PACKET_BYTES}`);
    const ms = number(packet, 0) * 1000 + number(packet, 4) / perMs;
    const bytes = await source.take(length);
    if (bytes.length < length) throw brokenCapture(at, `a packet of ${length} bytes, of which ${bytes.length} are there`);
    yield { at: ms, linkType, bytes };
  }
}
