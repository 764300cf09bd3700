import { formatAddress, type Address, type Configuration } from '@taxinav/bridge-contract';
import type { TextEncoding } from '@taxinav/codec';

/** A port that Taxi Navigator has open: for Call, for SayTextStatus, or for both. */
export interface NavigatorPort {
  readonly address: Address;
  readonly encoding: TextEncoding;
  /** The columns that are told something here; several may share a port. */
  readonly columns: readonly string[];
}

/** The ports of Taxi Navigator in a configuration of the bridge, each once. Source: [TN-2, TN-17]. */
export function navigatorPorts({ columns }: Configuration): NavigatorPort[] {
  const ports = columns.flatMap(({ id, navigator, status, encoding }) =>
    [navigator, status].map((address) => ({ address, encoding, columns: [id] })),
  );
  return merged(ports);
}

/** Joins ports with the same address; port 0 is a new one each time. */
export function merged(ports: readonly NavigatorPort[]): NavigatorPort[] {
  const byAddress = new Map<string, NavigatorPort>();
  for (const [index, port] of ports.entries()) {
    const key = port.address.port === 0 ? `new ${index}` : formatAddress(port.address);
    const known = byAddress.get(key);
    byAddress.set(key, known === undefined ? port : { ...known, columns: [...new Set([...known.columns, ...port.columns])] });
  }
  return [...byAddress.values()];
}
