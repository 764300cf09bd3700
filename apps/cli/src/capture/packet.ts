import type { Buffer } from 'node:buffer';
import { CliError } from '../cli-error.ts';

/** A packet as a capture holds it. */
export interface Packet {
  /** UTC milliseconds; a simple packet of pcapng has no time, and gets that of the packet before it. */
  readonly at: number;
  /** The LINKTYPE of the interface it was captured on. */
  readonly linkType: number;
  /** What was captured of it, which may be less than there was. */
  readonly bytes: Buffer;
}

/** Most bytes of one packet or block: more is no capture, but a broken one. */
export const MOST_PACKET_BYTES: number = 16 * 1024 * 1024;

/** A capture that cannot be read on, with the offset of the byte where that shows. */
export function brokenCapture(offset: number, what: string): CliError {
  return new CliError(
    'failed',
    `The capture is broken at byte ${offset}: ${what}. What came before it was read; capture again, or cut the file there.`,
  );
}
