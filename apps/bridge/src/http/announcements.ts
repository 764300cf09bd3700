import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { BlockList, isIP, type AddressInfo, type Socket } from 'node:net';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { formatAddress, type Address } from '@taxinav/bridge-contract';
import { ConfigurationError } from '../configuration.ts';

/** Where prepared sound is served, and to whom. */
export interface AnnouncementsOptions {
  readonly listen: Address;
  /** IP addresses and CIDR blocks of the PBX; nobody else is let in. */
  readonly allow: readonly string[];
  /** The cache of prepared sound: `<2 digits>/<64 digits>.wav`. */
  readonly folder: string;
  /** How the PBX reaches the port, `http://HOST:PORT`. @defaultValue the address that was opened */
  readonly publicUrl?: string;
  /** What a peer may take; the defaults are {@link ANNOUNCEMENT_LIMITS}. */
  readonly limits?: Partial<AnnouncementLimits>;
}

/** What a peer of the port may take. */
export interface AnnouncementLimits {
  /** Connections at once; further ones are dropped. A PBX needs one for each announcement that begins. */
  readonly connections: number;
  /** For the head of a request, and for all of it, ms. */
  readonly requestMs: number;
  /** A connection on which nothing moves, be it a peer that does not read or one that does not ask, ms. */
  readonly idleMs: number;
  /** Bytes of a request's head. */
  readonly headBytes: number;
}

/** The limits that are not given. */
export const ANNOUNCEMENT_LIMITS: AnnouncementLimits = { connections: 128, requestMs: 5_000, idleMs: 10_000, headBytes: 8_192 };

/** The open port. */
export interface Announcements {
  readonly address: Address;
  /**
   * What Asterisk is told to play: `sound:http://…`, above 60 characters, since it fails at short ones.
   *
   * @throws RangeError for a path that is no prepared sound of the folder
   */
  mediaFor(path: string): string;
  close(): Promise<void>;
}

const SOUND = /^\/announcements\/([0-9a-f]{64})\.wav$/;
const KEY = /^[0-9a-f]{64}$/;

/**
 * Opens a port of its own that serves prepared sound to the PBX and nothing else: GET and HEAD of names that are 64 hexadecimal digits,
 * each with a strong ETag, so that Asterisk fetches a sound once and asks later whether it is still the same.
 *
 * @throws ConfigurationError when the port cannot be opened or an entry of `allow` is no address
 */
export async function openAnnouncements(options: AnnouncementsOptions): Promise<Announcements> {
  const { connections, requestMs, idleMs, headBytes } = { ...ANNOUNCEMENT_LIMITS, ...options.limits };
  const folder = resolve(options.folder);
  const allowed = allowList(options.allow);
  const server = createServer(
    {
      maxHeaderSize: headBytes,
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      keepAliveTimeout: requestMs,
      connectionsCheckingInterval: 500,
    },
    (request, response) => void answer(request, response, folder),
  );
  server.maxConnections = connections;
  server.setTimeout(idleMs);
  server.on('connection', (socket) => {
    if (!isAllowed(socket, allowed)) socket.resetAndDestroy();
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  const address = await listening(server, options.listen);
  const url = (options.publicUrl ?? `http://${formatAddress(address)}`).replace(/\/+$/, '');
  return {
    address,
    mediaFor(path) {
      const key = basename(path);
      if (!KEY.test(key) || resolve(path) !== join(folder, key.slice(0, 2), key))
        throw new RangeError(`expected a prepared sound of ${folder} without its extension, got ${path.slice(0, 200)}`);
      return `sound:${url}/announcements/${key}.wav`;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, folder: string): Promise<void> {
  // Only the path as it is written counts: there is nothing to decode in a name of digits.
  const key = SOUND.exec(request.url ?? '')?.[1];
  // A body is not awaited.
  if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined)
    response.setHeader('connection', 'close');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, { allow: 'GET, HEAD' });
  if (key === undefined) return refuse(response, 404);
  try {
    await using file = await open(join(folder, key.slice(0, 2), `${key}.wav`), constants.O_RDONLY | constants.O_NOFOLLOW);
    await serve(request, response, file, key);
  } catch (error) {
    if (response.headersSent) return void response.destroy();
    const { code } = error as NodeJS.ErrnoException;
    refuse(response, code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR' ? 404 : 500);
  }
}

async function serve(request: IncomingMessage, response: ServerResponse, file: FileHandle, key: string): Promise<void> {
  const about = await file.stat();
  if (!about.isFile()) return refuse(response, 404);
  // Sound that was made anew is another file, and may differ; when it was last used is no difference.
  const etag = `"${key.slice(0, 32)}-${about.ino.toString(16)}-${about.size.toString(16)}"`;
  const headers = { etag, 'cache-control': 'must-revalidate', 'x-content-type-options': 'nosniff' };
  if (names(request.headers['if-none-match'], etag)) return void response.writeHead(304, headers).end();
  response.writeHead(200, { ...headers, 'content-type': 'audio/wav', 'content-length': about.size });
  if (request.method === 'HEAD' || about.size === 0) return void response.end();
  await pipeline(file.createReadStream({ start: 0, end: about.size - 1, autoClose: false }), response);
}

/** Whether an `If-None-Match` names this sound; comparing is weak there, by RFC 9110. */
function names(header: string | undefined, etag: string): boolean {
  return header !== undefined && header.split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === etag);
}

function refuse(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...headers, 'content-length': '0', 'x-content-type-options': 'nosniff' }).end();
}

function allowList(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    try {
      if (isIP(address) === 0) throw new TypeError('no IP address');
      if (prefix === undefined) list.addAddress(address, family);
      else list.addSubnet(address, /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN, family);
    } catch (error) {
      throw new ConfigurationError(
        [`announcements: ${JSON.stringify(entry.slice(0, 64))} is no IP address or CIDR block. Write it as 192.168.1.5 or 192.168.1.0/24.`],
        { cause: error },
      );
    }
  }
  return list;
}

function isAllowed({ remoteAddress = '' }: Socket, allowed: BlockList): boolean {
  // An IPv4 peer of a port that listens on IPv6 too.
  const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  const version = isIP(address);
  return version !== 0 && allowed.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

function listening(server: Server, { host, port }: Address): Promise<Address> {
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const remedy =
        error.code === 'EADDRINUSE'
          ? 'Another program has it: end that one, or choose another port.'
          : 'Choose an address of this machine and a port this user may open.';
      const text = `pbx.asterisk.audio ${formatAddress({ host, port })} cannot be opened (${error.code ?? 'failed'}). ${remedy}`;
      fail(new ConfigurationError([text], { cause: error }));
    });
    server.listen({ host, port }, () => done({ host, port: (server.address() as AddressInfo).port }));
  });
}
