import { lookup } from 'node:dns/promises';
import { connect, createServer, isIP } from 'node:net';
import { formatAddress, type Address, type Configuration } from '@taxinav/bridge-contract';
import { AllowList } from '../allow-list.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

/** How long a program may take to accept a connection, milliseconds. */
const CONNECT_MS = 3_000;

/** Whether Taxi Navigator accepts connections at every address it has; nothing is sent there. */
export async function navigatorAnswers({ columns }: Configuration): Promise<readonly Finding[]> {
  const addresses = new Map<string, { readonly address: Address; readonly keys: string[] }>();
  for (const { id, navigator, status } of columns) {
    for (const [key, address] of [
      [`${id}.navigator`, navigator],
      [`${id}.status`, status],
    ] as const) {
      const known = addresses.get(formatAddress(address)) ?? { address, keys: [] };
      known.keys.push(key);
      addresses.set(formatAddress(address), known);
    }
  }
  return await Promise.all(
    [...addresses.values()].map(async ({ address, keys }) => {
      const where = `${formatAddress(address)} (${keys.join(', ')})`;
      const started = performance.now();
      const trouble = await connected(address);
      if (trouble === undefined) return ok('navigator', `${where} accepts connections, ${Math.round(performance.now() - started)} ms`);
      return fail(
        'navigator',
        `${where}: ${trouble}`,
        'start Taxi Navigator there, correct the address, or open the firewall; statuses wait meanwhile.',
      );
    }),
  );
}

function connected(address: Address): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ ...address });
    const done = (trouble?: string): void => {
      clearTimeout(late);
      socket.destroy();
      resolve(trouble);
    };
    const late = setTimeout(() => done(`no answer within ${CONNECT_MS / 1_000} s`), CONNECT_MS);
    socket.once('connect', () => done());
    socket.once('error', (error: NodeJS.ErrnoException) => done(`no connection (${error.code ?? error.message})`));
  });
}

/** Whether the bridge could open its ports; asked only while it does not run. */
export async function portsAreFree({ columns, http, pbx }: Configuration): Promise<readonly Finding[]> {
  const { audio } = pbx.asterisk;
  const wanted = [
    ...columns.map(({ id, listen }) => ({ key: `${id}.listen`, address: listen })),
    { key: 'http.listen', address: http.listen },
    ...(pbx.driver === 'asterisk' && audio.kind === 'http' ? [{ key: 'pbx.asterisk.audio', address: audio.address }] : []),
  ];
  return await Promise.all(
    wanted.map(async ({ key, address }) => {
      const where = `${formatAddress(address)} (${key})`;
      const code = await opened(address);
      switch (code) {
        case undefined:
          return ok('ports', `${where} is free`);
        case 'EADDRINUSE':
          return fail(
            'ports',
            `${where} is in use by another program`,
            `see which with: ss -ltnp 'sport = :${address.port}'; end it or choose another port.`,
          );
        case 'EADDRNOTAVAIL':
          return fail(
            'ports',
            `${where}: this machine has no such address`,
            'see its addresses with: ip address; correct the configuration.',
          );
        case 'EACCES':
          return fail('ports', `${where}: this user may not open it`, 'choose a port from 1024, or give the unit CAP_NET_BIND_SERVICE.');
        default:
          return fail('ports', `${where} cannot be opened (${code})`, 'correct the address.');
      }
    }),
  );
}

function opened({ host, port }: Address): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** Whether each column lets in the hosts that Taxi Navigator itself is on. */
export async function allowListsFit({ columns }: Configuration): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    columns.map(async ({ id, allow, navigator, status }) => {
      const allowed = new AllowList(allow, 'allow');
      const hosts = [...new Set([navigator.host, status.host])];
      const addresses = (await Promise.all(hosts.map(addressesOf))).flat();
      const outside = addresses.filter((address) => !allowed.has(address));
      if (outside.length === 0) return ok('allow', `column ${id} lets in ${allow.join(', ')}`);
      return warn(
        'allow',
        `column ${id} does not let in ${outside.join(', ')}, where its Taxi Navigator is`,
        'add it to allow, unless Dial and SayText come from elsewhere.',
      );
    }),
  );
  return findings;
}

async function addressesOf(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    // That its name is not known is the navigator check's to say.
    return [];
  }
}
