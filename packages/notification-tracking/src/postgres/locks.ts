/** Statements that a command's transaction begins with. */
export interface LockStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Under this everything is judged that counts across GUIDs: channels, limits, turns. Alone, or beside others that each keep to one call or report. */
const ALONE = `SELECT pg_advisory_xact_lock(1952541047, 1)`;
const BESIDE = `SELECT pg_advisory_xact_lock_shared(1952541047, 1)`;

/** What a command may hold while it runs. */
interface LockPlan {
  /** `alone`: no other command that changes rounds runs. `beside`: none that is `alone` does. */
  readonly house: 'alone' | 'beside' | 'free';
  /** Beside others: may share a transaction with its like, since no two of them hold the same row. */
  readonly kin?: boolean;
  /** May take seconds where there is much to go through. */
  readonly long?: boolean;
  /** Holds this one row against others that run beside; reports are held by the statement that reads them. */
  readonly one?: (command: Readonly<Record<string, unknown>>) => LockStatement;
}

const ofCall = (command: Readonly<Record<string, unknown>>): LockStatement => ({
  sql: `SELECT id FROM call WHERE call_id = $1 FOR UPDATE`,
  parameters: [command['callId']],
});

const PLANS: Readonly<Record<string, LockPlan>> = {
  redrive: { house: 'alone', long: true },
  recover: { house: 'alone', long: true },
  forgetNode: { house: 'alone', long: true },
  endAbandoned: { house: 'alone', long: true },
  erase: { house: 'alone', long: true },
  shiftTimes: { house: 'alone', long: true },
  attemptTaken: { house: 'beside' },
  settleReport: { house: 'beside', kin: true },
  closeCall: { house: 'beside', one: ofCall },
  claimReports: { house: 'beside' },
  retain: { house: 'beside' },
  logCall: { house: 'free' },
  noteHandled: { house: 'free' },
  renew: { house: 'free' },
  takeLease: { house: 'free' },
  renewLease: { house: 'free' },
  releaseLease: { house: 'free' },
};

/**
 * What is not named judges across GUIDs, changes many of them, or writes changes of status: those are numbered in the order of their COMMITs, so
 * that the feed of changes misses none.
 */
const JUDGES_ALL: LockPlan = { house: 'alone' };

/**
 * With whom a command shares a transaction. `apart`: it runs beside others, in its own. `kin`: so too, but those of its name that wait for a
 * connection as long as it does go with it. `group`: it can only run after or before all that
 * judge across GUIDs, so that those that wait may as well be committed together. `single`: so too, but it may take long, and is nobody's neighbour.
 */
export type Company = 'apart' | 'kin' | 'group' | 'single';

/** The company of commands of this name. */
export function companyOf(name: string): Company {
  const { house, long = false, kin = false } = PLANS[name] ?? JUDGES_ALL;
  if (house !== 'alone') return kin ? 'kin' : 'apart';
  return long ? 'single' : 'group';
}

/** The statement without parameters that a command's transaction begins with, after BEGIN. */
export function houseLock(name: string): string {
  switch ((PLANS[name] ?? JUDGES_ALL).house) {
    case 'alone':
      return ALONE;
    case 'beside':
      return BESIDE;
    default:
      return 'SELECT 1';
  }
}

/** The further locks of a command, taken in this order: of its row, then of the lease that it is checked by. */
export function furtherLocks(name: string, command: object): readonly LockStatement[] {
  const fields = command as Readonly<Record<string, unknown>>;
  const one = PLANS[name]?.one?.(fields);
  const guarded = typeof fields['lease'] === 'string' && PLANS[name]?.house !== 'free';
  const lease = guarded ? [{ sql: `SELECT token FROM lease WHERE lease = $1 FOR SHARE`, parameters: [fields['lease']] }] : [];
  return [...(one === undefined ? [] : [one]), ...lease];
}
