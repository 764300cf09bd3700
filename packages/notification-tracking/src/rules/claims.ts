/**
 * How long a claim of a round or a report holds, ms. A holder needs seconds; a claim this old belongs to a process that
 * is gone and whose node will not come back under its name.
 */
export const CLAIM_LIMIT_MS = 300_000;

/**
 * …and a claim of another node, whose clock may be another, ms. Long before that its node is found dead by its heartbeat, or its lease is
 * taken; this is for what neither covers.
 */
export const FOREIGN_CLAIM_LIMIT_MS = 3_600_000;
