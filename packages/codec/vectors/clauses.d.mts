/** The clauses that a protocol document defines: those at the head of a heading. */
export function definedClauses(markdown: string): string[];
/** The clauses that a test file names. */
export function citedClauses(source: string): string[];
/** What is defined and not cited, and what is cited and not defined. */
export function compareClauses(defined: string[], citedIn: Map<string, string[]>): { orphans: string[]; unknown: string[] };
