import { endianness } from 'node:os';
import { isIPv4 } from 'node:net';
import { readTcpTable } from './tcp-table.ts';

/** The system's number for each state of a TCP socket that matters here; `/proc/net/tcp` writes them in hex. */
const STATES = {
  '01': 'established',
  '04': 'fin-wait-1',
  '05': 'fin-wait-2',
  '06': 'time-wait',
  '08': 'close-wait',
  '09': 'last-ack',
  '0B': 'closing',
} as const;

/**
 * What the system knows of our end of a connection: a state, `absent` when it holds no such socket (any more), `unknown`
 * when it never tells (anything but Linux), or `unreadable` when it could not be asked now, e.g. for want of descriptors.
 * `close-wait`: the peer has ended, we have not, and its system has confirmed every byte of ours; `close-wait-unconfirmed`: not yet.
 */
export type TcpState = (typeof STATES)[keyof typeof STATES] | 'close-wait-unconfirmed' | 'absent' | 'unknown' | 'unreadable';

/** Both ends of a connection, seen from here. */
export interface SocketPair {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

const littleEndian = endianness() === 'LE';

function ipv6Bytes(address: string): Uint8Array {
  const mapped = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const plain = mapped === null ? address : new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail = ''] = plain.replace(/%.*$/, '').split('::');
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const before = groups(head);
  const after = groups(tail);
  const words = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Uint8Array.from(words.flatMap((word) => [word >> 8, word & 255]));
}

/** An address and port as `/proc/net/tcp` and `tcp6` spell them: 32-bit words in the machine's byte order, in hex. */
function spelled(address: string, port: number): string {
  const bytes = isIPv4(address) ? Uint8Array.from(address.split('.').map(Number)) : ipv6Bytes(address);
  let text = '';
  for (let word = 0; word < bytes.length; word += 4) {
    const part = bytes.subarray(word, word + 4);
    text += Buffer.from(littleEndian ? part.toReversed() : part).toString('hex');
  }
  return `${text}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}

/** Asks the system in which state our end of a connection is, also after the socket was closed here. */
export async function tcpState(pair: SocketPair): Promise<TcpState> {
  const table = await readTcpTable(isIPv4(pair.localAddress) ? '/proc/net/tcp' : '/proc/net/tcp6');
  if (typeof table === 'string') return table;
  const ends = `: ${spelled(pair.localAddress, pair.localPort)} ${spelled(pair.remoteAddress, pair.remotePort)} `;
  const at = table.indexOf(ends, 0, 'latin1');
  if (at < 0) return 'absent';
  // The state's two digits, a space, and eight of the bytes that were written and not confirmed.
  const [code = '', unconfirmed = ''] = table.toString('latin1', at + ends.length, at + ends.length + 11).split(' ');
  if (!(code in STATES)) return 'unreadable';
  const state = STATES[code as keyof typeof STATES];
  return state === 'close-wait' && !/^0+$/.test(unconfirmed) ? 'close-wait-unconfirmed' : state;
}
