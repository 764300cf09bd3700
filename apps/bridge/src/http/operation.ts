import type { FastifyReply } from 'fastify';
import type { Clock } from '@taxinav/transport';
import type { Bridge } from '../bridge.ts';
import type { Logger } from '../logging.ts';
import type { Caller } from './guard.ts';

/** What the HTTP side needs besides the bridge. */
export interface HttpParts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
}

/** One request, checked: its query and body have the forms that the contract asks for. */
export interface Asked {
  readonly bridge: Bridge;
  readonly parts: HttpParts;
  readonly caller: Caller;
  /** The `{guid}` of the path, as it was written. */
  readonly guid: string;
  readonly query: unknown;
  readonly body: unknown;
  readonly reply: FastifyReply;
}

/** Answers one operation of the contract with a value, or with whatever it has put on `reply`. */
export type Operation = (asked: Asked) => Promise<unknown>;
