/**
 * Commands that make the database larger and settle nothing that is owed: what is refused while the disk is full.
 * Claims, settlements and what is learnt of calls are not among them: by those the notifications that were accepted end. Nor is
 * `setDialling`: the switch that stops everything has to work in trouble above all.
 */
export const GROWING: ReadonlySet<string> = new Set(['accept', 'resend', 'openCall', 'logCall', 'noteHandled']);
