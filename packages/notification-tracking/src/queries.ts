import type { QueryFunction } from './command.ts';

/** Every read by name. */
export const QUERIES: Readonly<Record<string, QueryFunction>> = {};
