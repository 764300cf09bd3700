import type { Address, HttpConfiguration } from '@taxinav/bridge-contract';
import type { Clock } from '@taxinav/transport';
import type { Bridge } from '../bridge.ts';
import type { Logger } from '../logging.ts';

/** What the HTTP side needs besides the bridge. */
export interface HttpParts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
}

/** The open HTTP port. */
export interface HttpServer {
  readonly address: Address;
  close(): Promise<void>;
}

/** Opens the HTTP port: health, metrics and the API. */
export function openHttp(_configuration: HttpConfiguration, _bridge: Bridge, _parts: HttpParts): Promise<HttpServer> {
  throw new Error('not built yet');
}
