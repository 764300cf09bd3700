import { MessageDecoder, type DecoderLimits, type TextEncoding } from '@taxinav/codec';

/** What `listen` does where nothing else is said; milliseconds and counts. */
export const LISTEN_DEFAULTS = {
  allow: ['127.0.0.0/8', '::1'],
  messageDeadlineMs: 10_000,
  idleMs: 60_000,
  connections: 512,
  connectionsPerAddress: 32,
  unanswered: 64,
  writeDeadlineMs: 10_000,
  keepAliveMs: 30_000,
} as const;

/** What `send` and a sender do where nothing else is said; milliseconds and counts. */
export const SEND_DEFAULTS = {
  connectMs: 5_000,
  waitMs: 2_000,
  halfCloseAfterMs: 5,
  waiting: 1_000,
  keepAliveMs: 30_000,
} as const;

/** @throws RangeError when one of the named options is given and is not a positive, finite number. */
export function requirePositive<Options extends object>(
  caller: string,
  options: Options,
  names: readonly (keyof Options & string)[],
): void {
  for (const name of names) {
    const value: unknown = options[name];
    if (value !== undefined && !(typeof value === 'number' && value > 0 && value < Infinity)) {
      throw new RangeError(`${caller}: ${name} is a positive number, got ${typeof value === 'number' ? value : typeof value}`);
    }
  }
}

/** @throws RangeError when `port` is not a whole number from `lowest` to 65,535. */
export function requirePort(caller: string, port: number, lowest: 0 | 1): void {
  if (!Number.isInteger(port) || port < lowest || port > 65_535) {
    throw new RangeError(`${caller}: port is a whole number from ${lowest} to 65535, got ${String(port)}`);
  }
}

/** @throws TypeError when `host` is no text or empty: an empty one would mean every address of the machine. */
export function requireHost(caller: string, host: string): void {
  if (typeof host !== 'string' || host.trim() === '') {
    throw new TypeError(`${caller}: host is an address such as 127.0.0.1, got ${JSON.stringify(host)}`);
  }
}

/** @throws RangeError, the codec's, for an encoding or a limit that it does not know: now, and not at the first connection. */
export function requireCodecOptions({ encoding, limits }: CodecOptions): void {
  if (encoding === undefined && limits === undefined) return;
  void new MessageDecoder({ ...(encoding !== undefined && { encoding }), ...(limits !== undefined && { limits }) });
}

interface CodecOptions {
  readonly encoding?: TextEncoding;
  readonly limits?: Partial<DecoderLimits>;
}
