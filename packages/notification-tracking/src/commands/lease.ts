import type { Kysely, Selectable } from 'kysely';
import type { CommandResult } from '../command.ts';
import { TrackingError } from '../errors.ts';
import type { LeaseState } from '../leases.ts';
import type { LeaseTable, Schema } from '../schema.ts';
import type { At, Guarded, Owner } from '../tracker.ts';
import { answer } from './answer.ts';

function stateOf(row: Selectable<LeaseTable>): LeaseState {
  return { lease: row.lease, token: row.token, counter: row.counter, ...(row.node === null ? {} : { node: row.node }) };
}

/** A lease as it stands. */
export async function lease(db: Kysely<Schema>, query: { readonly lease: string }): Promise<LeaseState | undefined> {
  const row = await db.selectFrom('lease').selectAll().where('lease', '=', query.lease).executeTakeFirst();
  return row === undefined ? undefined : stateOf(row);
}

/** A node wants a lease that it saw so, or not at all. */
export type TakeLeaseInput = At & { readonly lease: string; readonly node: string; readonly seen?: LeaseState };

/** Takes a lease with the next token, if nobody has moved it since it was seen. */
export async function takeLease(trx: Kysely<Schema>, command: TakeLeaseInput): Promise<CommandResult<LeaseState | undefined>> {
  const { node, seen } = command;
  if (seen !== undefined) return answer(await passLease(trx, { ...seen, lease: command.lease }, node));
  const row = await trx
    .insertInto('lease')
    .values({ lease: command.lease, node, token: 1, counter: 1 })
    .onConflict((conflict) => conflict.column('lease').doNothing())
    .returningAll()
    .executeTakeFirst();
  return answer(row === undefined ? undefined : stateOf(row));
}

/** Gives a lease with the next token to a node, or to nobody, if it still stands as it was seen; undefined when somebody has moved it. */
export async function passLease(trx: Kysely<Schema>, seen: LeaseState, node: string | null): Promise<LeaseState | undefined> {
  const row = await trx
    .updateTable('lease')
    .set({ node, token: seen.token + 1, counter: seen.counter + 1 })
    .where('lease', '=', seen.lease)
    .where('token', '=', seen.token)
    .where('counter', '=', seen.counter)
    .where('node', seen.node === undefined ? 'is' : '=', seen.node ?? null)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? undefined : stateOf(row);
}

/** What a holder says of its lease. */
export type HeldLeaseInput = At & { readonly lease: string; readonly node: string; readonly token: number };

/** Raises the counter; false when another holds the lease. */
export function renewLease(trx: Kysely<Schema>, command: HeldLeaseInput): Promise<CommandResult<boolean>> {
  return moveLease(trx, command, {});
}

/** Gives the lease up: another takes it at once. False when it was another's already. */
export function releaseLease(trx: Kysely<Schema>, command: HeldLeaseInput): Promise<CommandResult<boolean>> {
  return moveLease(trx, command, { node: null });
}

/** The counter moves with each change of a lease, so that whoever saw it before knows; only its holder may. */
async function moveLease(
  trx: Kysely<Schema>,
  { lease, node, token }: HeldLeaseInput,
  change: { readonly node?: null },
): Promise<CommandResult<boolean>> {
  const row = await trx
    .updateTable('lease')
    .set((value) => ({ ...change, counter: value('counter', '+', 1) }))
    .where('lease', '=', lease)
    .where('node', '=', node)
    .where('token', '=', token)
    .returning('counter')
    .executeTakeFirst();
  return answer(row !== undefined);
}

/**
 * Refuses a command whose owner does not hold its lease (any more); a command without a lease is not guarded. In the same transaction as what
 * it guards; where transactions run beside each other the store holds the lease's row meanwhile.
 *
 * @throws TrackingError `TRACKING_LEASE_LOST`
 */
export async function requireLease(trx: Kysely<Schema>, owner: Guarded): Promise<void> {
  if (owner.lease === undefined) return;
  const held = await lease(trx, { lease: owner.lease });
  if (held !== undefined && held.node === owner.node && held.token === owner.token) return;
  const holder = held?.node === undefined ? 'nobody' : `${held.node} with token ${held.token}`;
  throw new TrackingError(
    'TRACKING_LEASE_LOST',
    `The lease ${owner.lease} is held by ${holder}, not by ${owner.node} with token ${owner.token}; nothing was stored. ` +
      'Stop acting on its PBX: the holder goes on with what is alive there.',
  );
}

/** The owner's columns of a row that it places. */
export function ownerColumns({ node, token, lease: name }: Owner): { node: string; token: number; lease: string | null } {
  return { node, token, lease: name ?? null };
}
