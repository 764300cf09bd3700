import { randomUUID } from 'node:crypto';
import { parseGuid, type Guid } from '@taxinav/codec';

/** A new GUID, in capitals as Taxi Navigator writes them. */
export function randomGuid(): Guid {
  const guid = parseGuid(randomUUID().toUpperCase());
  if (guid === undefined) throw new Error('a random UUID is no GUID');
  return guid;
}
