/**
 * How long a claim of a round or a report holds, ms. A holder needs seconds; a claim this old belongs to a process that
 * is gone and whose node will not come back under its name.
 */
export const CLAIM_LIMIT_MS = 300_000;
